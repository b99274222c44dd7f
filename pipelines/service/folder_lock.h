// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "fovea/store/lock_file.h"

namespace fovea {

/** \brief The process whose folder it is by now; empty: none's, as far as can be seen */
std::string holder_of(const std::filesystem::path &folder);

/** \brief A folder that one watch alone writes into, until the destructor or the death of the process */
class FolderLock
{
public:
    /**
     * \brief Makes the folder where it is not there
     *
     * A file system without locks is used without, which is told.
     * \throw Error CannotWrite: it cannot be made, or another process has it, which is named
     */
    explicit FolderLock(const std::filesystem::path &folder);

private:
    LockFile file_;
};

} // namespace fovea
