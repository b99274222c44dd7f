// SPDX-License-Identifier: MIT
#include "fovea/core/mapped_file.h"

#include <cerrno>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "fovea/core/descriptor.h"
#include "fovea/core/errors.h"

namespace fovea {

namespace {

const char *kind_of(mode_t mode)
{
    if (S_ISDIR(mode))
        return "a folder";
    if (S_ISFIFO(mode))
        return "a pipe";
    if (S_ISSOCK(mode))
        return "a socket";
    return "a device";
}

Error unreadable(const std::string &name, int cause)
{
    return {Error::Kind::NotFound,
            name + " cannot be read: " + std::generic_category().message(cause)};
}

} // namespace

MappedFile::MappedFile(const std::filesystem::path &file, const std::string &what)
{
    const std::string name = what + " '" + file.string() + "'";
    // Without O_NONBLOCK, opening a FIFO waits for one who writes
    const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat status = {};
    if (opened.number < 0 || fstat(opened.number, &status) != 0)
        throw unreadable(name, errno);
    if (!S_ISREG(status.st_mode))
        throw Error(Error::Kind::Settings,
                    name + " is " + kind_of(status.st_mode) + ", expected a regular file");
    if (status.st_size == 0)
        return;
    const auto size = static_cast<std::size_t>(status.st_size);
    const void *first = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, opened.number, 0);
    if (first == MAP_FAILED)
        throw unreadable(name, errno);
    bytes_ = {static_cast<const char *>(first), size};
}

MappedFile::~MappedFile()
{
    if (!bytes_.empty())
        munmap(const_cast<char *>(bytes_.data()), bytes_.size());
}

} // namespace fovea
