// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "fovea/core/errors.h"

namespace fovea {

/**
 * \brief The error of an output that cannot be written: file, cause and remedy in one line
 * \param cause an errno value
 */
Error cannot_write(const std::filesystem::path &file, int cause);

/** \brief A folder and those above it, where they are not there yet \throw Error CannotWrite */
void make_folder(const std::filesystem::path &folder);

/** \brief Every byte, however many calls it takes. \return 0, else the errno of the failure */
int write_fully(int descriptor, std::string_view bytes);

/** \brief What may be otherwise of an AtomicFile */
struct AtomicFileOptions {
    bool is_synced = true;     ///< else nobody waits for the disk: a power cut may damage it
    bool replaces_all = false; ///< a pipe or a device of its name too
    bool is_locked = false; ///< the part is (flock), by which others see that it is being written
    std::optional<mode_t> mode; ///< of the file; none: as the umask says
};

constexpr const char *part_ending = ".part"; ///< of an AtomicFile that is not whole yet

/** \brief Whether a path is, by its name, the part of an AtomicFile: NAME.XXXXXX.part */
bool is_part_of_file(const std::filesystem::path &path);

/**
 * \brief A file that appears under its name only when it is whole
 *
 * Written beside it as NAME.XXXXXX.part, of random X, which must not exist, so that no link planted
 * there is followed; commit() syncs and renames; without it the destructor removes the part. A pipe or
 * a device of that name is not replaced but written into, as it comes.
 */
class AtomicFile
{
public:
    /** \throw Error CannotWrite with the cause */
    explicit AtomicFile(std::filesystem::path file, const AtomicFileOptions &options = {});
    ~AtomicFile();
    AtomicFile(const AtomicFile &) = delete;
    AtomicFile &operator=(const AtomicFile &) = delete;

    /** \throw Error CannotWrite with the cause, "No space left on device" for example */
    void write(const std::string &bytes);

    /** \brief Give the file its name; nothing may be written after it. \throw as write() */
    void commit();

private:
    std::filesystem::path file_;
    std::filesystem::path part_;
    AtomicFileOptions options_;
    int descriptor_ = -1;
};

/** \brief A whole AtomicFile at once. \throw Error CannotWrite with the cause */
void write_whole(const std::filesystem::path &file, const std::string &bytes,
                 const AtomicFileOptions &options = {});

/**
 * \brief Gives a file another name where nothing has that, at once; where there are hard links, or renames that replace nothing
 * \return 0; else an errno value, EEXIST where the name is taken, and the file keeps its own
 */
int move_to_free_name(const std::filesystem::path &file, const std::filesystem::path &name);

} // namespace fovea
