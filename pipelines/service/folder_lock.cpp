// SPDX-License-Identifier: MIT
#include "service/folder_lock.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <sys/file.h>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "fovea/core/errors.h"
#include "service/event_log.h"

namespace fovea {

FolderLock::FolderLock(const std::filesystem::path &folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw Error(Error::Kind::CannotWrite,
                    "folder '" + folder.string() + "' cannot be made: " + error.message());
    const std::filesystem::path file = folder / "watch.lock";
    const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (descriptor < 0)
        throw Error(Error::Kind::CannotWrite,
                    "folder '" + folder.string() +
                        "' cannot be written to: " + std::strerror(errno));
    int locked = 0;
    while ((locked = flock(descriptor, LOCK_EX | LOCK_NB)) != 0 && errno == EINTR) {
    }
    if (locked != 0) {
        const int why = errno;
        std::array<char, 32> holder{};
        const bool is_known = read(descriptor, holder.data(), holder.size() - 1) > 0;
        close(descriptor);
        if (why != EWOULDBLOCK) {
            log_line("folder '" + folder.string() + "' cannot be locked: " + std::strerror(why) +
                     "; see that no other fovea watch uses it");
            return;
        }
        throw Error(Error::Kind::CannotWrite,
                    "folder '" + folder.string() + "' is that of another fovea watch, process " +
                        (is_known ? holder.data() : "unknown") +
                        ", that goes on; end it, or name another folder (--out, or folder in the "
                        "configuration)");
    }
    const std::string self = std::to_string(getpid());
    (void)!ftruncate(descriptor, 0); // on a disk without room nobody is named
    (void)!write(descriptor, self.data(), self.size());
    descriptor_ = descriptor;
}

FolderLock::~FolderLock()
{
    if (descriptor_ >= 0)
        close(descriptor_);
}

} // namespace fovea
