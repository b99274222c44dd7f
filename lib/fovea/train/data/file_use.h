// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace fovea {

/** \brief Says to all processes, while it lives, that a file is in use. Nothing where the file system has no locks */
class SharedLock
{
public:
    explicit SharedLock(const std::filesystem::path &file);
    ~SharedLock();
    SharedLock(const SharedLock &) = delete;
    SharedLock &operator=(const SharedLock &) = delete;

private:
    int descriptor_;
};

/** \brief Removes a file unless a SharedLock is on it \return whether it is gone */
bool remove_unused(const std::filesystem::path &file);

/**
 * \brief Removes the part of an AtomicFile, which its writer locks, where that writer has died
 *
 * Not within a minute of its last byte: it is locked a moment after it is made. Not where the file system has no locks.
 */
void remove_left_part(const std::filesystem::path &part);

} // namespace fovea
