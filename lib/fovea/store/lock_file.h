// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>

namespace fovea {

/**
 * \brief A file that one process alone locks (flock), until the destructor or its death; the number of
 * the process stands in it
 *
 * The destructor leaves the file where it is.
 */
class LockFile
{
public:
    /**
     * \brief Makes the file where it is not there, and locks it unless another has
     * \param mode of a new file, as the umask lets it be: who can read it can lock it
     * \throw Error CannotWrite: it cannot be made
     */
    explicit LockFile(std::filesystem::path file, mode_t mode = 0666);
    ~LockFile();
    LockFile(const LockFile &) = delete;
    LockFile &operator=(const LockFile &) = delete;

    bool is_held() const { return descriptor_ >= 0; }

    /** \brief Number of the process that holds it instead, or "unknown"; empty: none does */
    const std::string &holder() const { return holder_; }

    /** \brief Where neither this nor another process holds it: why its file system locks none, an errno value */
    int cause() const { return cause_; }

    /**
     * \brief As holder(), of a file that is not to be made; empty too: it cannot be looked at
     *
     * It is locked for a moment, which the constructor waits for.
     */
    static std::string holder_of(const std::filesystem::path &file);

    /** \brief Takes the file away, where it is held: by then nobody else has locked it */
    void remove() const;

private:
    std::filesystem::path file_;
    std::string holder_;
    int descriptor_ = -1;
    int cause_ = 0;
};

} // namespace fovea
