// SPDX-License-Identifier: MIT
#include "fovea/train/data/file_use.h"

#include <cerrno>
#include <chrono>
#include <sys/file.h>

#include <fcntl.h>
#include <unistd.h>

namespace fovea {

SharedLock::SharedLock(const std::filesystem::path &file)
    : descriptor_(open(file.c_str(), O_RDONLY | O_CLOEXEC))
{
    if (descriptor_ >= 0)
        flock(descriptor_, LOCK_SH | LOCK_NB);
}

SharedLock::~SharedLock()
{
    if (descriptor_ >= 0)
        close(descriptor_);
}

bool remove_unused(const std::filesystem::path &file)
{
    const int descriptor = open(file.c_str(), O_RDWR | O_CLOEXEC); // NFS locks what may be written
    if (descriptor < 0)
        return errno == ENOENT;
    const bool in_use = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    std::error_code error;
    const bool gone = !in_use && std::filesystem::remove(file, error);
    close(descriptor);
    return gone;
}

void remove_left_part(const std::filesystem::path &part)
{
    constexpr auto a_while = std::chrono::minutes(1);
    std::error_code error;
    const auto changed = std::filesystem::last_write_time(part, error);
    if (error || std::filesystem::file_time_type::clock::now() - changed < a_while)
        return;
    const int descriptor = open(part.c_str(), O_RDWR | O_CLOEXEC); // NFS locks what may be written
    if (descriptor < 0)
        return;
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        std::filesystem::remove(part, error);
    close(descriptor);
}

} // namespace fovea
