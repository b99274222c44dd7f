// SPDX-License-Identifier: MIT
#include "fovea/publish/line_writer.h"

#include <array>
#include <cerrno>
#include <ctime>
#include <sys/stat.h>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "fovea/store/atomic_file.h"

namespace fovea {

LineWriter::LineWriter(std::filesystem::path file, bool append, const Rotation &rotation)
    : file_(std::move(file)), has_name_(!file_.empty()), rotation_(rotation)
{
    if (file_.empty()) {
        file_ = "standard output";
        descriptor_ = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    } else {
        descriptor_ = open(file_.c_str(),
                           O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC), 0666);
    }
    if (descriptor_ < 0)
        throw cannot_write(file_, errno);
    look_at_file();
}

void LineWriter::look_at_file()
{
    struct stat status = {};
    is_regular_ = has_name_ && fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
    bytes_ = is_regular_ ? static_cast<std::uint64_t>(status.st_size) : 0;
    begun_ = std::chrono::steady_clock::now();
}

bool LineWriter::is_due(std::uint64_t more) const
{
    if (!is_regular_ || bytes_ == 0)
        return false;
    return (rotation_.bytes > 0 && bytes_ + more > rotation_.bytes) ||
           (rotation_.age.count() > 0 &&
            std::chrono::steady_clock::now() - begun_ >= rotation_.age);
}

void LineWriter::rotate()
{
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 32> suffix{};
    std::strftime(suffix.data(), suffix.size(), ".%Y%m%dT%H%M%SZ", &utc);
    const std::string aside = file_.string() + suffix.data();
    std::string free = aside;
    int cause = 0;
    // rename() would overwrite a file of the same second
    for (int number = 2; (cause = move_to_free_name(file_, free)) != 0; ++number) {
        if (cause != EEXIST)
            throw cannot_write(free, cause);
        free = aside + "-" + std::to_string(number);
    }
    const int fresh = open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (fresh < 0)
        throw cannot_write(file_, errno);
    close(descriptor_);
    descriptor_ = fresh;
    look_at_file();
}

void LineWriter::follow_name()
{
    struct stat ours = {};
    struct stat named = {};
    if (!is_regular_ || fstat(descriptor_, &ours) != 0)
        return;
    const bool is_there = stat(file_.c_str(), &named) == 0;
    if (is_there && named.st_dev == ours.st_dev && named.st_ino == ours.st_ino)
        return;
    if (is_there && !S_ISREG(named.st_mode))
        return; // a pipe would be waited for
    const int other = open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (other < 0)
        throw cannot_write(file_, errno);
    close(std::exchange(descriptor_, other));
    look_at_file();
}

LineWriter::~LineWriter()
{
    close(descriptor_);
}

void LineWriter::write(const std::string &line)
{
    follow_name();
    if (is_due(line.size() + 1))
        rotate();
    // -1 where there is no place to go back to: a terminal, a pipe. Half a line stays there.
    const off_t whole = lseek(descriptor_, 0, SEEK_END);
    const int cause = write_fully(descriptor_, line + "\n");
    if (cause == 0) {
        bytes_ += line.size() + 1;
        return;
    }
    if (whole >= 0)
        (void)!ftruncate(descriptor_, whole);
    throw cannot_write(file_, cause);
}

} // namespace fovea
