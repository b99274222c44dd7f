#include "media/frame_cache.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include <glib.h>

#include "fovea/bundle/cache_folder.h"
#include "fovea/bundle/load.h"
#include "fovea/core/errors.h"
#include "fovea/store/atomic_file.h"
#include "fovea/video/frame_to_tensor.h"
#include "interrupt.h"
#include "media/frame_reader.h"
#include "media/plan.h"
#include "progress.h"

namespace fovea {

namespace {

constexpr double assumed_fps = 25;  // where a file does not say
constexpr double rate_factor = 2;   // frames kept for each the plan takes: faster clips too
constexpr double size_factor = 2.5; // short side over the input's: the actor is cut out of it
constexpr double detections_a_second =
    8;                                 // where the plan has no rate; a person moves little in 1/8 s
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
        DetectorSettings detector;
        detector.threshold = card.actor.min_score;
        detector.threads = settings.threads;
        detector_ = load_detector(settings.detector, detector);
    }

    const std::vector<Person> &find(const FrameView &frame)
    {
        if (detector_ == nullptr)
            return persons_;
        if (next_++ % interval_ == 0) {
            const ImageSize size = detector_->input_size({frame.width, frame.height});
            persons_ = detector_->detect(to_rgb(frame, whole_frame, size));
        } else {
            for (Person &person : persons_)
                person.detected = false;
        }
        return persons_;
    }

private:
    std::int64_t interval_;
    std::int64_t next_ = 0;
    std::unique_ptr<Detector> detector_; ///< null: no region needs it
    std::vector<Person> persons_;
};

std::string hash_of(const std::string &text)
{
    g_autofree gchar *hash =
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, text.c_str(), /*length=*/-1);
    return std::string(hash).substr(0, 32);
}

} // namespace

FrameCache::FrameCache(const ActivityCard &card, const FrameCacheSettings &settings)
    : card_(card), settings_(settings)
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
        (card_.regions.actor ? settings_.detector + "|" + to_text(card_.actor.min_score) : "");
    return settings_.folder / (hash_of(key) + ".frames");
}

Chain FrameCache::decoding(const MediaInfo &media, double *fps) const
{
    *fps = media.fps > 0 ? media.fps : assumed_fps;
    Chain chain = intake();
    std::string rate;
    const double wanted = rate_factor * card_.sampling.rate; // 0: every frame, as the plan counts
    if (media.fps <= 0 || (wanted > 0 && media.fps > wanted)) {
        *fps = wanted > 0 ? wanted : assumed_fps;
        chain.push_back({"videorate", {}});
        rate = ",framerate=" + std::to_string(std::lround(*fps * 1000)) + "/1000";
    }
    const ImageSize size = kept_size(media.size, card_.input.size);
    chain.push_back({"videoscale", {{"method", "bilinear2"}, {"add-borders", "false"}}});
    chain.push_back({"capsfilter",
                     {{"caps", "video/x-raw,format=I420,pixel-aspect-ratio=1/1,width=" +
                                   std::to_string(size.width) +
                                   ",height=" + std::to_string(size.height) + rate}}});
    return chain;
}

void FrameCache::decode(const std::filesystem::path &video, const std::filesystem::path &file) const
{
    const MediaInfo media = media_info(video);
    double fps = 0;
    const Chain chain = decoding(media, &fps);
    PersonFinder finder(settings_, card_, fps);
    std::optional<FrameFileWriter> writer;
    read_frames(video, chain, [&](const FrameView &frame) {
        if (!writer)
            writer.emplace(file,
                           FrameFileInfo{{frame.width, frame.height}, fps, frame.colorimetry});
        writer->add(frame, finder.find(frame));
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

void decode_all(ClipList *list, const FrameCache &cache)
{
    Progress progress(static_cast<double>(list->clips.size()));
    std::vector<ListedClip> kept;
    for (std::size_t i = 0; i < list->clips.size(); ++i) {
        if (interrupted())
            throw Interrupted();
        try {
            cache.open(list->clips[i]);
            kept.push_back(list->clips[i]);
        } catch (const Error &error) {
            progress.warn("fovea: '" + list->clips[i].path.string() +
                          "' left out: " + error.what());
        }
        progress.set(0, static_cast<double>(list->clips.size()),
                     static_cast<double>(i + 1) / static_cast<double>(list->clips.size()));
    }
    list->clips = std::move(kept);
}

} // namespace fovea
