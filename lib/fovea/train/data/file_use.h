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

} // namespace fovea
