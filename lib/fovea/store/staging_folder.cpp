// SPDX-License-Identifier: MIT
#include "fovea/store/staging_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include "fovea/core/descriptor.h"
#include "fovea/core/errors.h"
#include "fovea/store/atomic_file.h"

namespace fovea {

namespace {

constexpr const char *lock_name = ".lock";
constexpr const char *parts_start = ".part-";

/* In the folder of a living process, too. */
bool is_left(const std::filesystem::directory_entry &entry)
{
    return StagingFolder::is_part(entry.path()) || entry.path().filename() == lock_name;
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
    const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (opened.number < 0 || fsync(opened.number) != 0)
        throw cannot_write(file, errno);
}

} // namespace

StagingFolder::StagingFolder(const std::filesystem::path &folder, Use use)
    : folder_(std::filesystem::absolute(folder)), made_(topmost_missing(folder_))
{
    make_folder(folder_);
    if (access(folder_.c_str(), W_OK | X_OK) != 0)
        throw cannot_write(folder_, errno);
    if (use == Use::Exclusive)
        lock();
}

/* A file system without locks is used without. */
void StagingFolder::lock()
{
    lock_.emplace(folder_ / lock_name);
    if (!lock_->holder().empty())
        throw FolderInUse(Error::Kind::CannotWrite,
                          "cannot write '" + folder_.string() + "': process " + lock_->holder() +
                              " writes there; wait for its end, or give another --out");
    if (!lock_->is_held())
        return;
    if (made_.empty())
        made_ = folder_; // one that a killed process left empty goes too
    remove_parts();
}

bool StagingFolder::is_part(const std::filesystem::path &path)
{
    return path.filename().string().rfind(parts_start, 0) == 0 || is_part_of_file(path);
}

/* Of processes that were killed: nobody else writes here. */
void StagingFolder::remove_parts() const
{
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(folder_, error)) {
        if (is_part(entry.path()))
            std::filesystem::remove_all(entry.path(), error);
    }
}

void StagingFolder::remove_left(const std::filesystem::path &folder)
{
    std::error_code error;
    const std::filesystem::directory_iterator entries(folder, error);
    const bool is_empty = entries == end(entries); // killed before it held the folder
    if (error || (!is_empty && std::none_of(begin(entries), end(entries), is_left)))
        return;
    try {
        const StagingFolder of_nobody(folder, Use::Exclusive);
    } catch (const Error &) { // another writes there, or nobody may
    }
}

StagingFolder::~StagingFolder()
{
    std::error_code error;
    if (!parts_.empty())
        std::filesystem::remove_all(parts_, error);
    if (lock_) {
        lock_->remove();
        lock_.reset(); // a file server keeps a name for what is open, and with it the folder
    }
    if (made_.empty())
        return;
    for (auto path = folder_; std::filesystem::remove(path, error) && path != made_;)
        path = path.parent_path(); // remove() refuses a folder that holds something
}

std::filesystem::path StagingFolder::temporary(const std::string &name)
{
    if (parts_.empty()) {
        std::string folder = folder_ / (parts_start + std::string("XXXXXX"));
        if (mkdtemp(folder.data()) == nullptr)
            throw cannot_write(folder_, errno);
        parts_ = folder;
    }
    return parts_ / name;
}

void StagingFolder::keep(const std::string &name)
{
    const auto part = parts_ / name;
    sync(part);
    std::error_code error;
    std::filesystem::rename(part, folder_ / name, error);
    if (error)
        throw cannot_write(folder_ / name, error.value());
}

void StagingFolder::move_to(const std::filesystem::path &place) const
{
    std::error_code error;
    std::filesystem::rename(folder_, place, error);
    if (error)
        throw cannot_write(place, error.value());
    std::filesystem::remove(place / lock_name, error); // the destructor looks where it was
}

} // namespace fovea
