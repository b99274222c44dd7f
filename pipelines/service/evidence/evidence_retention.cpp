// SPDX-License-Identifier: MIT
#include "service/evidence/evidence_retention.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace fovea {

namespace {

constexpr Nanoseconds day = 86400 * nanoseconds_per_second;
constexpr double bytes_a_gigabyte = 1e9;

constexpr const char *part_extension = ".part";

} // namespace

std::vector<EvidenceFile> evidence_in(const std::filesystem::path &folder)
{
    std::vector<EvidenceFile> files;
    std::error_code error;
    auto at = std::filesystem::recursive_directory_iterator(folder, error);
    for (; !error && at != std::filesystem::recursive_directory_iterator(); at.increment(error)) {
        std::error_code gone; // meanwhile
        if (!at->is_regular_file(gone))
            continue;
        EvidenceFile file;
        file.path = at->path();
        file.bytes = at->file_size(gone);
        file.time = at->last_write_time(gone);
        if (!gone)
            files.push_back(file);
    }
    std::sort(files.begin(), files.end(), [](const EvidenceFile &one, const EvidenceFile &other) {
        return one.time > other.time;
    });
    return files;
}

std::uintmax_t room_for_evidence(std::uintmax_t held, std::uintmax_t available)
{
    const std::uintmax_t all = held + available;
    if (all <= least_free_bytes)
        return held; // others took it: without any evidence there would still be too little
    // where the wish would take all or nearly all of it, half of what is above the least stays
    return std::max(all - std::min(all, wished_free_bytes), (all - least_free_bytes) / 2);
}

std::vector<std::filesystem::path> take_oldest(std::vector<EvidenceFile> *files,
                                               std::uintmax_t bytes)
{
    std::vector<EvidenceFile> kept;
    std::vector<std::filesystem::path> oldest;
    std::uintmax_t sum = 0;
    for (EvidenceFile &file : *files) {
        sum += file.bytes;
        if (sum > bytes && file.path.extension() != part_extension) // one is being written
            oldest.push_back(std::move(file.path));
        else
            kept.push_back(std::move(file));
    }
    *files = std::move(kept);
    return oldest;
}

std::vector<std::filesystem::path> unfinished(const std::filesystem::path &folder)
{
    std::vector<std::filesystem::path> parts;
    for (const EvidenceFile &file : evidence_in(folder))
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

std::size_t apply_retention(const RecordingConfig &recording, std::optional<Nanoseconds> now,
                            EventStore *store, const std::filesystem::path &folder)
{
    std::vector<EvidenceFile> files = evidence_in(folder);
    const auto remove_beyond = [&](std::uintmax_t most) {
        std::size_t removed = 0;
        for (const auto &file : take_oldest(&files, most))
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
        for (const EvidenceFile &file : files)
            held += file.bytes;
        for_room = remove_beyond(room_for_evidence(held, space.available));
    }
    if (now && recording.days > 0) {
        const Nanoseconds oldest = *now - recording.days * day;
        for (const std::string &file : store->evidence_before(oldest))
            remove_evidence(file, folder);
        store->remove_before(oldest);
        // of alarms that the store does not know: it was put aside, or held by another when they began
        const auto age = std::chrono::hours(24 * recording.days);
        for (const EvidenceFile &file : files)
            if (std::filesystem::file_time_type::clock::now() - file.time > age &&
                file.path.extension() != part_extension)
                remove_evidence(file.path, folder);
    }
    return for_room;
}

} // namespace fovea
