// SPDX-License-Identifier: MIT
#include "fovea/train/data/frame_cache.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "fovea/bundle/cache_folder.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/core/stated_time.h"
#include "fovea/flow/flow_pictures.h"
#include "fovea/store/atomic_file.h"
#include "fovea/video/frame_to_tensor.h"

namespace fovea {

namespace {

constexpr double rate_factor = 2;   // frames kept for each the plan takes: faster clips too
constexpr double size_factor = 2.5; // short side over the input's: the actor is cut out of it
constexpr double detections_a_second =
    8;                                // where the plan has no rate; a person moves little in 1/8 s
constexpr double bytes_a_pixel = 1.5; // I420
constexpr double bytes_a_flow_pixel = 3; // RGB
constexpr std::size_t hash_digits = 32;
constexpr std::size_t max_open = 1024; // mappings

int even(double value)
{
    return std::max(2, 2 * static_cast<int>(std::lround(value / 2)));
}

/** \brief The size frames are kept at: short side as needed, never enlarged */
ImageSize kept_size(ImageSize source, ImageSize input)
{
    const double shorter = std::min(source.width, source.height);
    const double wanted = size_factor * std::max(input.width, input.height);
    const double scale = std::min(1.0, wanted / shorter);
    return {even(source.width * scale), even(source.height * scale)};
}

/** \brief Persons frame by frame: found every few frames, carried over in between */
class PersonFinder
{
public:
    PersonFinder(const FrameCacheSettings &settings, const ActivityCard &card, double fps)
        : interval_(std::max<std::int64_t>(
              1, std::llround(fps /
                              (card.sampling.rate > 0 ? card.sampling.rate : detections_a_second))))
    {
        if (!card.regions.actor)
            return;
        min_score_ = card.actor.min_score;
        DetectorSettings detector;
        detector.threads = settings.threads;
        detector_ = load_detector(settings.detector, detector);
    }

    const std::vector<Person> &find(const FrameView &frame)
    {
        if (detector_ == nullptr)
            return persons_;
        if (next_++ % interval_ == 0) {
            const ImageSize size = detector_->input_size({frame.width, frame.height});
            persons_ = detector_->detect(to_rgb(frame, whole_frame, size), min_score_);
        } else {
            for (Person &person : persons_)
                person.detected = false;
        }
        return persons_;
    }

private:
    std::int64_t interval_;
    std::int64_t next_ = 0;
    float min_score_ = 0;
    std::unique_ptr<Detector> detector_; ///< null: no region needs it
    std::vector<Person> persons_;
};

/** \brief The shortest text of a number: part of names that stay */
std::string to_text(double value)
{
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() ? std::string(digits.data(), end) : "0";
}

} // namespace

KeptFrames kept_frames(const ActivityCard &card, ImageSize size, double fps)
{
    const bool flow = card.modality == Modality::Flow;
    KeptFrames kept = {flow ? ImageSize{even(size.width), even(size.height)}
                            : kept_size(size, card.input.size),
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
    std::error_code error;
    std::filesystem::create_directories(settings_.folder, error);
    if (error)
        throw cannot_write(settings_.folder, error.value());
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
        "|" + name_of(samplings, card_.sampling.plan) + "|" + to_text(card_.sampling.rate) + "|" +
        (card_.modality == Modality::Flow ? "flow|" : "") +
        (card_.regions.actor ? settings_.detector + "|" + to_text(card_.actor.min_score) : "");
    return settings_.folder / (sha256_of_text(key).substr(0, hash_digits) + ".frames");
}

void FrameCache::decode(const std::filesystem::path &video, const std::filesystem::path &file) const
{
    const VideoReader::Info info = reader_->info(video);
    const KeptFrames kept = kept_frames(card_, info.size, info.fps);
    PersonFinder finder(settings_, card_, kept.fps);
    std::optional<FrameFileWriter> writer;
    std::optional<FlowPictures> flow;
    if (card_.modality == Modality::Flow)
        flow.emplace();
    reader_->read(video, kept, [&](const FrameView &decoded) {
        const RgbImage moved = flow ? flow->next(decoded) : RgbImage();
        const FrameView frame = flow ? view_of(moved) : decoded;
        if (!writer)
            writer.emplace(
                file, FrameFileInfo{
                          {frame.width, frame.height}, kept.fps, frame.colorimetry, frame.format});
        writer->add(frame, finder.find(decoded));
    });
    if (!writer)
        throw Error(Error::Kind::Settings,
                    "'" + video.string() + "': not one frame could be decoded");
    writer->commit();
    make_room(file);
}

void FrameCache::make_room(const std::filesystem::path &keep) const
{
    struct Kept {
        std::filesystem::file_time_type used;
        std::filesystem::path file;
        std::uint64_t bytes;
    };

    std::vector<Kept> all;
    std::uint64_t total = 0;
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(settings_.folder, error)) {
        if (entry.path().extension() != ".frames")
            continue;
        all.push_back({entry.last_write_time(error), entry.path(), entry.file_size(error)});
        total += all.back().bytes;
    }
    std::sort(all.begin(), all.end(), [](const Kept &a, const Kept &b) { return a.used < b.used; });
    for (const Kept &kept : all) {
        if (total <= settings_.limit || kept.file == keep)
            break;
        std::filesystem::remove(kept.file, error); // mappings of it stay valid
        total -= kept.bytes;
    }
}

std::shared_ptr<const FrameFile> FrameCache::open(const ListedClip &clip) const
{
    std::shared_ptr<std::mutex> busy;
    {
        const std::lock_guard lock(mutex_);
        const auto found = open_.find(clip.path);
        if (found != open_.end())
            return found->second;
        auto &slot = busy_[clip.path];
        if (slot == nullptr)
            slot = std::make_shared<std::mutex>();
        busy = slot;
    }

    const std::lock_guard one_at_a_time(*busy);
    const auto file = file_of(clip.path);
    std::error_code error;
    if (std::filesystem::exists(file))
        std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now(),
                                         error); // it was used
    else
        decode(clip.path, file);
    const auto video = std::make_shared<const FrameFile>(file);
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
        const VideoReader::Info info = reader_->info(clip.path);
        const KeptFrames kept = kept_frames(card_, info.size, info.fps);
        const bool flow = card_.modality == Modality::Flow;
        const ImageSize size = flow ? flow_size(kept.size) : kept.size;
        const double bytes = static_cast<double>(size.width) * size.height *
                             (flow ? bytes_a_flow_pixel : bytes_a_pixel);
        return static_cast<std::uint64_t>(info.duration * kept.fps * bytes);
    } catch (const Error &) {
        return 0; // open() says what is wrong with it
    }
}

} // namespace fovea
