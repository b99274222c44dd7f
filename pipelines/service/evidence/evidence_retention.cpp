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

constexpr std::size_t most_alarms_at_once = 1000; // of one transaction
constexpr std::size_t most_windows_at_once = 100; // some MB

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

Retention::Retention(EventStore *store, std::filesystem::path folder)
    : store_(store), folder_(std::move(folder))
{
}

void Retention::look(const RecordingConfig &recording, std::optional<Nanoseconds> now)
{
    going_.clear();
    asks_.reset();
    before_.reset();
    others_before_.reset();
    std::vector<EvidenceFile> files = evidence_in(folder_);
    const auto clock = std::filesystem::file_time_type::clock::now();
    if (now)
        std::stable_partition(files.begin(), files.end(), [&](const EvidenceFile &file) {
            return file.time <= clock + std::chrono::nanoseconds(EventStore::is_ahead_by);
        });
    const auto held = [&files] {
        std::uintmax_t bytes = 0;
        for (const EvidenceFile &file : files)
            bytes += file.bytes;
        return bytes;
    };
    const auto keep_at_most = [&](std::uintmax_t most, bool is_for_room) {
        const auto beyond = take_oldest(&files, most);
        for (auto file = beyond.rbegin(); file != beyond.rend(); ++file) // the oldest first
            going_.push_back({*file, is_for_room});
    };
    const std::uintmax_t held_before = held();
    if (recording.gigabytes > 0)
        keep_at_most(static_cast<std::uintmax_t>(recording.gigabytes * bytes_a_gigabyte),
                     /*is_for_room=*/false);
    const std::uintmax_t left = held();
    std::error_code error;
    const auto space = std::filesystem::space(folder_, error);
    const std::uintmax_t available = space.available + (held_before - left);
    // who records nothing anew keeps what there is
    if (recording.enabled && !error && available < wished_free_bytes)
        keep_at_most(room_for_evidence(left, available), /*is_for_room=*/true);
    if (!now || recording.days <= 0)
        return;
    // of alarms that the store does not know too: it was put aside, or held by another when they began
    const auto age = std::chrono::hours(24 * recording.days);
    for (const EvidenceFile &file : files)
        if (clock - file.time > age && file.path.extension() != part_extension)
            going_.push_back({file.path});
    asks_ = Asking{*now, *now - recording.days * day};
}

/* Files go first: on a full disk the store can do nothing before there is room */
void Retention::remove_files(std::chrono::milliseconds at_most)
{
    const auto begun = std::chrono::steady_clock::now();
    while (!going_.empty()) {
        const Going next = std::move(going_.front());
        going_.pop_front();
        gone_for_room_ += remove_evidence(next.file, folder_) && next.is_for_room ? 1 : 0;
        if (std::chrono::steady_clock::now() - begun >= at_most)
            return;
    }
}

void Retention::go_on_in_store(std::chrono::milliseconds at_most,
                               const std::vector<std::string> &cameras)
{
    if (has_files())
        return;
    const auto begun = std::chrono::steady_clock::now();
    const auto is_over = [&] { return std::chrono::steady_clock::now() - begun >= at_most; };
    if (const auto asks = std::exchange(asks_, std::nullopt)) {
        ahead_ += store_->notice_ahead(asks->now);
        for (const std::string &file : store_->evidence_before(asks->oldest))
            going_.push_back({file});
        before_ = asks->oldest;
        others_before_ = asks->oldest;
        return;
    }
    while (const auto before = std::exchange(before_, std::nullopt)) {
        if (!store_->remove_before(*before, most_alarms_at_once))
            before_ = before;
        if (is_over())
            return;
    }
    while (const auto before = std::exchange(others_before_, std::nullopt)) {
        if (!store_->forget_others(cameras, *before, most_windows_at_once))
            others_before_ = before;
        if (is_over())
            return;
    }
}

} // namespace fovea
