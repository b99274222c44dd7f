// SPDX-License-Identifier: MIT
#include "fovea/store/lock_file.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "fovea/core/descriptor.h"
#include "fovea/store/atomic_file.h"

namespace fovea {

namespace {

/** \return 0, else the errno of the failure */
int lock_now(int descriptor, int kind = LOCK_EX)
{
    while (flock(descriptor, kind | LOCK_NB) != 0) {
        if (errno != EINTR)
            return errno;
    }
    return 0;
}

std::string named_in(int descriptor)
{
    std::array<char, 32> name{};
    return read(descriptor, name.data(), name.size() - 1) > 0 ? name.data() : "unknown";
}

} // namespace

/*
 * Whoever holds it may remove the file, so that one may have been opened that has no name any more:
 * another is opened then.
 */
LockFile::LockFile(std::filesystem::path file, mode_t mode) : file_(std::move(file))
{
    while (true) {
        descriptor_ = open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
        if (descriptor_ < 0)
            throw cannot_write(file_, errno);
        struct stat status = {};
        cause_ = lock_now(descriptor_);
        if (cause_ == EWOULDBLOCK) { // by holder_of(), for a moment?
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            cause_ = lock_now(descriptor_);
        }
        if (cause_ == 0 && fstat(descriptor_, &status) != 0)
            cause_ = errno;
        if (cause_ != 0) {
            if (cause_ == EWOULDBLOCK)
                holder_ = named_in(descriptor_);
            close(std::exchange(descriptor_, -1));
            return;
        }
        if (status.st_nlink > 0)
            break;
        close(std::exchange(descriptor_, -1));
    }
    const std::string self = std::to_string(getpid());
    (void)!ftruncate(descriptor_, 0); // on a disk without room nobody is named
    (void)!write(descriptor_, self.data(), self.size());
}

LockFile::~LockFile()
{
    if (is_held())
        close(descriptor_);
}

std::string LockFile::holder_of(const std::filesystem::path &file)
{
    const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    const bool is_held = opened.number >= 0 && lock_now(opened.number, LOCK_SH) == EWOULDBLOCK;
    return is_held ? named_in(opened.number) : "";
}

void LockFile::remove() const
{
    std::error_code error;
    if (is_held())
        std::filesystem::remove(file_, error);
}

} // namespace fovea
