// SPDX-License-Identifier: MIT
#include "fovea/store/atomic_file.h"

#include <cerrno>
#include <random>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace fovea {

namespace {

constexpr int most_tries = 100; // for a name that is free

const char *remedy(int cause)
{
    switch (cause) {
    case ENOSPC:
    case EDQUOT:
        return "free some space or choose another place";
    case EACCES:
    case EPERM:
    case EROFS:
        return "allow writing there or choose another place";
    case ENOENT:
    case ENOTDIR:
        return "create its folder or choose another place";
    case EFBIG:
        return "allow larger files (ulimit -f) or choose another place";
    case EISDIR:
        return "move the folder of that name away or choose another place";
    default:
        return "choose another place";
    }
}

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz012345";
constexpr std::size_t letter_count = 6;

/* 31 bits: as many as six letters of mkstemp(), which would make the file for its owner alone. */
std::string random_letters()
{
    std::random_device random;
    std::string text;
    for (std::size_t i = 0; i < letter_count; ++i)
        text += letters[random() % letters.size()];
    return text;
}

/* A rename lasts over a power cut only when its folder is on disk, too. Not every file system can
 * sync a folder, and the file itself is safe by then: no error is made of it. */
void sync_folder(const std::filesystem::path &file)
{
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    (void)fsync(descriptor);
    close(descriptor);
}

} // namespace

bool is_part_of_file(const std::filesystem::path &path)
{
    const std::string random = path.stem().extension().string(); // with its dot
    return path.extension() == part_ending && random.size() == 1 + letter_count &&
           random.find_first_not_of(letters, 1) == std::string::npos;
}

Error cannot_write(const std::filesystem::path &file, int cause)
{
    return {Error::Kind::CannotWrite, "cannot write '" + file.string() +
                                          "': " + std::generic_category().message(cause) + "; " +
                                          remedy(cause)};
}

void make_folder(const std::filesystem::path &folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw cannot_write(folder, error.value());
}

int write_fully(int descriptor, std::string_view bytes)
{
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t wrote = ::write(descriptor, bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return errno;
        done += static_cast<std::size_t>(wrote);
    }
    return 0;
}

AtomicFile::AtomicFile(std::filesystem::path file, const AtomicFileOptions &options)
    : file_(std::move(file)), part_(file_), options_(options)
{
    std::error_code none;
    if (std::filesystem::is_directory(file_, none))
        throw cannot_write(file_, EISDIR); // rename() would say so only after all the work
    if (!options_.replaces_all && std::filesystem::exists(file_, none) &&
        !std::filesystem::is_regular_file(file_, none)) {
        descriptor_ = open(file_.c_str(), O_WRONLY | O_CLOEXEC);
        if (descriptor_ < 0)
            throw cannot_write(file_, errno);
        return;
    }
    for (int tries = 0; descriptor_ < 0 && tries < most_tries; ++tries) {
        part_ = file_.string() + "." + random_letters() + part_ending;
        descriptor_ =
            open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (descriptor_ < 0 && errno != EEXIST)
            break;
    }
    if (descriptor_ < 0) // no destructor runs now: there is no part to remove either
        throw cannot_write(file_, errno);
    if (options_.is_locked) // a file system without locks is used without
        (void)flock(descriptor_, LOCK_EX | LOCK_NB);
}

AtomicFile::~AtomicFile()
{
    if (descriptor_ >= 0)
        close(descriptor_);
    if (!part_.empty())
        unlink(part_.c_str());
}

void AtomicFile::write(const std::string &bytes)
{
    if (const int cause = write_fully(descriptor_, bytes))
        throw cannot_write(file_, cause);
}

void AtomicFile::commit()
{
    if (options_.mode && fchmod(descriptor_, *options_.mode) != 0)
        throw cannot_write(file_, errno);
    if (options_.is_synced && !part_.empty() && fsync(descriptor_) != 0 &&
        errno != EINVAL) // EINVAL: a file system without sync
        throw cannot_write(file_, errno);
    const auto close_it = [&] {
        if (close(std::exchange(descriptor_, -1)) != 0)
            throw cannot_write(file_, errno);
    };
    if (!options_.is_locked)
        close_it();
    if (!part_.empty() && rename(part_.c_str(), file_.c_str()) != 0)
        throw cannot_write(file_, errno);
    if (options_.is_locked) // until it has its name nobody may take it for one that was left
        close_it();
    if (part_.empty())
        return;
    part_.clear();
    if (options_.is_synced)
        sync_folder(file_);
}

void write_whole(const std::filesystem::path &file, const std::string &bytes,
                 const AtomicFileOptions &options)
{
    AtomicFile output(file, options);
    output.write(bytes);
    output.commit();
}

} // namespace fovea
