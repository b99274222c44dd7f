#pragma once

#include <filesystem>
#include <string>

namespace fovea {

/** \brief Whole lines to a file or to standard output, each handed to the system at once */
class LineWriter
{
public:
    /**
     * \param file empty: standard output
     * \param append keep what the file holds
     * \throw Error CannotWrite with the cause
     */
    LineWriter(std::filesystem::path file, bool append);
    ~LineWriter();
    LineWriter(const LineWriter &) = delete;
    LineWriter &operator=(const LineWriter &) = delete;

    /**
     * \brief Write \a line and a line feed
     * \throw Error CannotWrite with the cause; a regular file then still ends with a whole line
     */
    void write(const std::string &line);

private:
    std::filesystem::path file_;
    int descriptor_ = -1;
};

} // namespace fovea
