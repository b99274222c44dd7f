// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace fovea {

/** \brief When a file of lines is put aside and begun anew; 0: never for that reason */
struct Rotation {
    std::uint64_t bytes = 0;     ///< before a line would make it longer than this
    std::chrono::seconds age{0}; ///< since it was begun or opened
};

/**
 * \brief Whole lines to a file or to standard output, each handed to the system at once
 *
 * A regular file that is due for rotation gets the time as a suffix, `results.jsonl.20261126T140500Z`,
 * and its name goes to a new one. Lines are never cut. Where another moved or removed the file, as logrotate does,
 * the next line goes to what has its name now, or to a new one.
 */
class LineWriter
{
public:
    /**
     * \param file empty: standard output
     * \param append keep what the file holds
     * \throw Error CannotWrite with the cause
     */
    LineWriter(std::filesystem::path file, bool append, const Rotation &rotation = {});
    ~LineWriter();
    LineWriter(const LineWriter &) = delete;
    LineWriter &operator=(const LineWriter &) = delete;

    /** \brief From the next line on */
    void set_rotation(const Rotation &rotation) { rotation_ = rotation; }

    /**
     * \brief Write \a line and a line feed
     * \throw Error CannotWrite with the cause; a regular file then still ends with a whole line
     */
    void write(const std::string &line);

private:
    void look_at_file();
    bool is_due(std::uint64_t more) const;
    void rotate();
    void follow_name();

    std::filesystem::path file_;
    bool has_name_; ///< not standard output, which may be redirected to a file
    Rotation rotation_;
    bool is_regular_ = false; ///< and has a name
    std::uint64_t bytes_ = 0; ///< that it holds
    std::chrono::steady_clock::time_point begun_;
    int descriptor_ = -1;
};

} // namespace fovea
