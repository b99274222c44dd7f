// SPDX-License-Identifier: MIT
#include "fovea/store/file_copy.h"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "fovea/core/descriptor.h"
#include "fovea/store/atomic_file.h"

namespace fovea {

namespace {

Error cannot_read(const std::filesystem::path &file, int cause)
{
    return {Error::Kind::NotFound, "cannot read '" + file.string() +
                                       "': " + std::generic_category().message(cause) +
                                       "; expected a file that may be read"};
}

} // namespace

void copy_bytes(const std::filesystem::path &from, const std::filesystem::path &to)
{
    constexpr std::size_t piece = 1 << 20;
    const Descriptor input(open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (input.number < 0)
        throw cannot_read(from, errno);
    const int output = open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (output < 0)
        throw cannot_write(to, errno);
    std::string bytes(piece, '\0');
    int unread = 0;
    int unwritten = 0;
    for (ssize_t got = 1; got > 0 && unwritten == 0;) {
        got = read(input.number, bytes.data(), bytes.size());
        if (got > 0)
            unwritten = write_fully(output, {bytes.data(), static_cast<std::size_t>(got)});
        else if (got < 0 && errno == EINTR)
            got = 1;
        else if (got < 0)
            unread = errno;
    }
    if (close(output) != 0 && unwritten == 0) // file servers tell a full disk here
        unwritten = errno;
    if (unwritten != 0)
        throw cannot_write(to, unwritten);
    if (unread != 0)
        throw cannot_read(from, unread);
}

} // namespace fovea
