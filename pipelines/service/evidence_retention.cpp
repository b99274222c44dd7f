// SPDX-License-Identifier: MIT
#include "service/evidence_retention.h"

#include <algorithm>
#include <system_error>

namespace fovea {

namespace {

constexpr Nanoseconds day = 86400 * nanoseconds_per_second;
constexpr double bytes_a_gigabyte = 1e9;

struct File {
    std::filesystem::file_time_type time;
    std::uintmax_t bytes = 0;
    std::filesystem::path path;
};

constexpr const char *part_extension = ".part";

std::vector<File> files_in(const std::filesystem::path &folder)
{
    std::vector<File> files;
    std::error_code error;
    auto at = std::filesystem::recursive_directory_iterator(folder, error);
    for (; !error && at != std::filesystem::recursive_directory_iterator(); at.increment(error)) {
        std::error_code gone; // meanwhile
        if (!at->is_regular_file(gone))
            continue;
        File file;
        file.path = at->path();
        file.bytes = at->file_size(gone);
        file.time = at->last_write_time(gone);
        if (!gone)
            files.push_back(file);
    }
    return files;
}

} // namespace

std::uintmax_t room_for_evidence(std::uintmax_t held, std::uintmax_t available)
{
    const std::uintmax_t all = held + available;
    if (all <= least_free_bytes)
        return held; // others took it: without any evidence there would still be too little
    // where the wish would take all or nearly all of it, half of what is above the least stays
    return std::max(all - std::min(all, wished_free_bytes), (all - least_free_bytes) / 2);
}

std::vector<std::filesystem::path> oldest_beyond(const std::filesystem::path &folder,
                                                 std::uintmax_t bytes)
{
    std::vector<File> files = files_in(folder);
    std::sort(files.begin(), files.end(),
              [](const File &one, const File &other) { return one.time > other.time; });
    std::vector<std::filesystem::path> beyond;
    std::uintmax_t sum = 0;
    for (const File &file : files) {
        sum += file.bytes;
        if (sum > bytes && file.path.extension() != part_extension) // one is being written
            beyond.push_back(file.path);
    }
    return beyond;
}

std::vector<std::filesystem::path> unfinished(const std::filesystem::path &folder)
{
    std::vector<std::filesystem::path> parts;
    for (const File &file : files_in(folder))
        if (file.path.extension() == part_extension)
            parts.push_back(file.path);
    return parts;
}

bool remove_evidence(const std::filesystem::path &file, const std::filesystem::path &top)
{
    std::error_code error;
    const bool is_removed = std::filesystem::remove(file, error);
    for (auto folder = file.parent_path(); folder != top && folder.has_relative_path();
         folder = folder.parent_path())
        if (!std::filesystem::remove(folder, error)) // of those that hold something
            break;
    return is_removed;
}

std::size_t apply_retention(const RecordingConfig &recording, Nanoseconds now, EventStore *store,
                            const std::filesystem::path &folder)
{
    const auto remove_beyond = [&](std::uintmax_t most) {
        std::size_t removed = 0;
        for (const auto &file : oldest_beyond(folder, most))
            removed += remove_evidence(file, folder) ? 1 : 0;
        return removed;
    };
    // files go first: on a full disk the store can do nothing before there is room
    if (recording.gigabytes > 0)
        remove_beyond(static_cast<std::uintmax_t>(recording.gigabytes * bytes_a_gigabyte));
    std::size_t for_room = 0;
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    // who records nothing anew keeps what there is
    if (recording.enabled && !error && space.available < wished_free_bytes) {
        std::uintmax_t held = 0;
        for (const File &file : files_in(folder))
            held += file.bytes;
        for_room = remove_beyond(room_for_evidence(held, space.available));
    }
    if (recording.days > 0) {
        const Nanoseconds oldest = now - recording.days * day;
        for (const std::string &file : store->evidence_before(oldest))
            remove_evidence(file, folder);
        store->remove_before(oldest);
    }
    return for_room;
}

} // namespace fovea
