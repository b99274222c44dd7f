// SPDX-License-Identifier: MIT
#include "fovea/train/data/frame_cache.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include "fovea/bundle/cache_folder.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/stated_time.h"
#include "fovea/detect/unseen_motion.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/data/decoding.h"
#include "fovea/video/decoding_report.h"

namespace fovea {

namespace {

constexpr double rate_factor = 2;   // frames kept for each the plan takes: faster clips too
constexpr double size_factor = 2.5; // short side over the input's: the actor is cut out of it
constexpr int most_lost = 8;        // times that another process removes a file before it is open
constexpr const char *frames_ending = ".frames";
constexpr std::size_t hash_digits = 32;
constexpr std::size_t max_open = 256; // mappings, each with a descriptor

/** \brief The size frames are kept at: short side as needed, never enlarged */
ImageSize kept_size(ImageSize source, ImageSize input)
{
    const double shorter = std::min(source.width, source.height);
    const double wanted = size_factor * std::max(input.width, input.height);
    const double scale = std::min(1.0, wanted / shorter);
    return even_size(source, scale);
}

/** \brief The file was used */
void touch(const std::filesystem::path &file)
{
    std::error_code error;
    std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now(), error);
}

} // namespace

ImageSize even_size(ImageSize size, double scale)
{
    const auto even = [&](int side) {
        return std::max(2, 2 * static_cast<int>(std::lround(side * scale / 2)));
    };
    return {even(size.width), even(size.height)};
}

KeptFrames kept_frames(const ActivityCard &card, ImageSize size, double fps)
{
    const bool flow = card.modality == Modality::Flow;
    KeptFrames kept = {flow ? even_size(size, /*scale=*/1) : kept_size(size, card.input.size),
                       fps > 0 ? fps : assumed_fps, false};
    // 0: every frame, as the plan counts
    const double wanted = flow ? 0 : rate_factor * card.sampling.rate;
    if (fps <= 0 || (wanted > 0 && fps > wanted)) {
        kept.fps = wanted > 0 ? wanted : assumed_fps;
        kept.resampled = true;
    }
    return kept;
}

FrameCache::FrameCache(const ActivityCard &card, const FrameCacheSettings &settings,
                       std::shared_ptr<const VideoReader> reader)
    : card_(card), settings_(settings), reader_(std::move(reader))
{
    if (settings_.folder.empty())
        settings_.folder = cache_folder() / "frames";
    make_folder(settings_.folder);
}

/** \brief Which frames of a video are kept; of flow all, since a student asks for those of its own frames */
std::string FrameCache::planned_words(const std::filesystem::path &video) const
{
    const auto clips = expected_.find(video);
    return clips == expected_.end() || card_.modality == Modality::Flow
               ? std::string(all_frames)
               : planned_frames_words(card_.sampling, clips->second);
}

std::filesystem::path FrameCache::file_of(const std::filesystem::path &video) const
{
    std::error_code error;
    const auto whole = std::filesystem::weakly_canonical(video, error);
    const auto changed = std::filesystem::last_write_time(video, error).time_since_epoch().count();
    const auto bytes = std::filesystem::file_size(video, error);
    const std::string key =
        whole.string() + "|" + std::to_string(changed) + "|" + std::to_string(bytes) + "|" +
        std::to_string(card_.input.size.width) + "x" + std::to_string(card_.input.size.height) +
        "|" + to_text(card_.sampling.rate) + "|" + planned_words(video) + "|" +
        (card_.modality == Modality::Flow ? "flow|" : "") +
        (card_.modality == Modality::Flow && card_.flow != FlowMethod::Dis
             ? std::string(name_of(flow_methods, card_.flow)) + "|"
             : "") +
        (card_.regions.actor ? settings_.detector + "|" + to_text(card_.actor.min_score) : "") +
        (card_.regions.actor && card_.actor.motion > 0
             ? "|" + to_text(card_.actor.motion) + "|" + std::to_string(UnseenMotion::version)
             : "");
    return settings_.folder / (sha256_of_text(key).substr(0, hash_digits) + frames_ending);
}

void FrameCache::expect(const std::vector<ListedClip> &clips)
{
    for (const ListedClip &clip : clips)
        expected_[clip.path].push_back(clip);
}

std::function<std::vector<std::int64_t>(const KeptLength &)> FrameCache::places_in(
    const std::filesystem::path &video) const
{
    const auto clips = expected_.find(video);
    if (planned_words(video) == all_frames)
        return {};
    return [this, clips](const KeptLength &length) {
        return planned_frames(card_.sampling, clips->second, length);
    };
}

void FrameCache::decode(const std::filesystem::path &video, const std::filesystem::path &file) const
{
    Decoding decoding(card_, settings_, *reader_, video, places_in(video));
    // The plan goes by how many frames there are: where the container is wrong, once more
    std::int64_t frames = decoding.stated_frames();
    for (int round = 0; round < 3; ++round) {
        const std::uint64_t bytes = decoding.bytes(frames);
        make_room(bytes, file);
        std::int64_t count = 0;
        try {
            count = decoding.write(frames, file);
        } catch (...) {
            give_back(bytes);
            throw;
        }
        give_back(bytes);
        if (count == 0)
            throw Error(Error::Kind::Settings, "'" + video.string() + "': " + nothing_decoded({}));
        if (decoding.is_settled(count, frames)) {
            make_room(0, file); // it has become larger than was stated
            return;
        }
        frames = count;
    }
    throw Error(Error::Kind::Settings,
                "'" + video.string() + "': has another number of frames each time it is decoded");
}

void FrameCache::give_back(std::uint64_t bytes) const
{
    const std::lock_guard lock(mutex_);
    being_made_ -= bytes;
}

void FrameCache::make_room(std::uint64_t bytes, const std::filesystem::path &keep) const
{
    struct Kept {
        std::filesystem::file_time_type used;
        std::filesystem::path file;
        std::uint64_t bytes;
    };

    const std::lock_guard lock(mutex_);
    being_made_ += bytes;
    std::vector<Kept> all;
    std::uint64_t total = being_made_;
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(settings_.folder, error)) {
        if (entry.path().extension() == part_ending)
            remove_left_part(entry.path());
        if (entry.path().extension() != frames_ending)
            continue;
        all.push_back({entry.last_write_time(error), entry.path(), entry.file_size(error)});
        total += all.back().bytes;
    }
    std::sort(all.begin(), all.end(), [](const Kept &a, const Kept &b) { return a.used < b.used; });
    for (const Kept &kept : all) {
        if (total <= settings_.limit)
            break;
        if (kept.file == keep)
            continue;
        for (auto one = open_.begin(); one != open_.end();) // mapped, but nobody's
            one = one->second->path() == kept.file && one->second.use_count() == 1
                      ? open_.erase(one)
                      : std::next(one);
        if (remove_unused(kept.file))
            total -= kept.bytes;
    }
}

/** \brief Another process may remove a file before it is open here, or a crash have damaged it: then it is made anew */
std::shared_ptr<const FrameFile> FrameCache::open_file(const std::filesystem::path &video) const
{
    const auto file = file_of(video);
    for (int lost = 0;; ++lost) {
        const bool was_there = std::filesystem::exists(file);
        if (was_there)
            touch(file);
        else
            decode(video, file);
        try {
            auto opened = std::make_shared<const FrameFile>(file);
            reader_->tell(video, opened->notes());
            return opened;
        } catch (const Error &failed) {
            std::error_code error;
            const bool is_damaged = failed.kind() == Error::Kind::Settings && was_there;
            if (lost == most_lost || (failed.kind() != Error::Kind::NotFound && !is_damaged))
                throw;
            if (is_damaged)
                std::filesystem::remove(file, error);
        }
    }
}

std::shared_ptr<const FrameFile> FrameCache::open(const ListedClip &clip) const
{
    std::shared_ptr<std::mutex> busy;
    {
        const std::lock_guard lock(mutex_);
        const auto found = open_.find(clip.path);
        if (found != open_.end()) {
            touch(found->second->path());
            return found->second;
        }
        auto &slot = busy_[clip.path];
        if (slot == nullptr)
            slot = std::make_shared<std::mutex>();
        busy = slot;
    }

    const std::lock_guard one_at_a_time(*busy);
    auto video = open_file(clip.path);
    const std::lock_guard lock(mutex_);
    if (open_.size() >= max_open)
        open_.clear();
    open_[clip.path] = video;
    return video;
}

std::uint64_t FrameCache::bytes_to_make(const ListedClip &clip) const
{
    std::error_code error;
    if (std::filesystem::exists(file_of(clip.path), error))
        return 0;
    try {
        const Decoding decoding(card_, settings_, *reader_, clip.path, places_in(clip.path));
        return decoding.bytes(decoding.stated_frames());
    } catch (const Error &) {
        return 0; // open() says what is wrong with it
    }
}

/** Within the limit: beyond it what is there goes */
void FrameCache::check_room(std::uint64_t bytes) const
{
    std::error_code error;
    std::uint64_t kept = 0;
    for (const auto &entry : std::filesystem::directory_iterator(settings_.folder, error)) {
        std::error_code gone;
        if (const auto size = entry.file_size(gone);
            !gone && entry.path().extension() == frames_ending)
            kept += size;
    }
    const std::uint64_t free = std::filesystem::space(settings_.folder, error).available;
    const std::uint64_t most =
        std::max(settings_.limit, kept); // a limit may be newer than the files
    const std::uint64_t wanted = std::min(bytes, most - kept);
    if (error || wanted <= free)
        return;
    constexpr double gigabyte = 1e9;
    throw Error(Error::Kind::CannotWrite,
                "cache '" + settings_.folder.string() + "': expected room for " +
                    formatted("%.2f", static_cast<double>(wanted) / gigabyte) +
                    " GB of decoded frames, got " +
                    formatted("%.2f", static_cast<double>(free) / gigabyte) +
                    " GB free; make room, give another --cache, or a smaller --cache-limit, with "
                    "which videos are decoded in every epoch");
}

} // namespace fovea
