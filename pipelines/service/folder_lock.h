// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace fovea {

/** \brief A folder that one watch alone writes into, until the destructor or the death of the process */
class FolderLock
{
public:
    /**
     * \brief Makes the folder where it is not there
     * \throw Error CannotWrite: it cannot be made, or another process has it, which is named
     */
    explicit FolderLock(const std::filesystem::path &folder);
    ~FolderLock();
    FolderLock(const FolderLock &) = delete;
    FolderLock &operator=(const FolderLock &) = delete;

private:
    int descriptor_ = -1; ///< below 0: the file system knows no locks
};

} // namespace fovea
