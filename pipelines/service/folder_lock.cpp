// SPDX-License-Identifier: MIT
#include "service/folder_lock.h"

#include <cstring>
#include <string>
#include <system_error>

#include "fovea/core/errors.h"
#include "service/event_log.h"

namespace fovea {

namespace {

constexpr const char *lock_name = "watch.lock";

std::filesystem::path lock_of(const std::filesystem::path &folder)
{
    std::error_code error;
    const bool is_new = !std::filesystem::exists(folder, error);
    std::filesystem::create_directories(folder, error);
    // what it will hold is of who was seen: others of the machine have no business there
    if (is_new && !error)
        std::filesystem::permissions(folder, std::filesystem::perms::others_all,
                                     std::filesystem::perm_options::remove, error);
    if (error)
        throw Error(Error::Kind::CannotWrite,
                    "folder '" + folder.string() + "' cannot be made: " + error.message());
    return folder / lock_name;
}

} // namespace

std::string holder_of(const std::filesystem::path &folder)
{
    return LockFile::holder_of(folder / lock_name);
}

FolderLock::FolderLock(const std::filesystem::path &folder) : file_(lock_of(folder))
{
    if (!file_.holder().empty())
        throw Error(Error::Kind::CannotWrite,
                    "folder '" + folder.string() + "' is that of another fovea watch, process " +
                        file_.holder() +
                        ", that goes on; end it, or name another folder (--out, or folder in the "
                        "configuration)");
    if (!file_.is_held())
        log_line("folder '" + folder.string() + "' cannot be locked: " +
                 std::strerror(file_.cause()) + "; see that no other fovea watch uses it");
}

} // namespace fovea
