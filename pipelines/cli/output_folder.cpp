#include "output_folder.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

Error cannot_write(const std::filesystem::path &file, const std::string &cause)
{
    return {Error::Kind::CannotWrite, "cannot write '" + file.string() + "': " + cause};
}

std::filesystem::path topmost_missing(const std::filesystem::path &folder)
{
    std::filesystem::path missing;
    std::error_code error;
    for (auto path = folder; !path.empty() && !std::filesystem::exists(path, error);
         path = path.parent_path())
        missing = path;
    return missing;
}

/* On disk before it gets its name: a power cut must not leave a name without content. */
void sync(const std::filesystem::path &file)
{
    const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
    const std::string cause = synced ? "" : std::strerror(errno);
    if (descriptor >= 0)
        close(descriptor);
    if (!synced)
        throw cannot_write(file, cause);
}

} // namespace

OutputFolder::OutputFolder(const std::filesystem::path &folder)
    : folder_(std::filesystem::absolute(folder)), made_(topmost_missing(folder_))
{
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error)
        throw cannot_write(folder_, error.message());
    if (access(folder_.c_str(), W_OK | X_OK) != 0)
        throw cannot_write(folder_, std::strerror(errno));
}

OutputFolder::~OutputFolder()
{
    std::error_code error;
    for (const auto &file : temporaries_)
        std::filesystem::remove(file, error);
    if (made_.empty())
        return;
    for (auto path = folder_; std::filesystem::remove(path, error) && path != made_;)
        path = path.parent_path(); // remove() refuses a folder that holds something
}

std::filesystem::path OutputFolder::temporary(const std::string &name)
{
    return temporaries_.emplace_back(folder_ / (name + ".part"));
}

void OutputFolder::keep(const std::string &name)
{
    const auto part = folder_ / (name + ".part");
    sync(part);
    std::error_code error;
    std::filesystem::rename(part, folder_ / name, error);
    if (error)
        throw cannot_write(folder_ / name, error.message());
}

} // namespace fovea
