// SPDX-License-Identifier: MIT
#include "fovea/train/keypoints/keypoint_lesson.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <vector>

#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/keypoints/keypoint_set.h"
#include "fovea/video/frame_to_tensor.h"

namespace fovea {

namespace {

constexpr int taught_side = 160;        // pixels: what a network sees of it has 128
constexpr double crop_margin = 1.6;     // over the longer side of the box
constexpr int longest_frame_side = 960; // pixels; larger videos are read smaller
constexpr float sure_person = 0.5F;
constexpr float least_person = 48; // pixels of the longer side
constexpr std::size_t persons_of_a_frame = 3;

struct Crop {
    RgbImage picture;
    TaughtPose taught;
};

/** \brief \a inner in [0, 1] of \a outer */
Box within(const Box &inner, const Box &outer)
{
    return {(inner.x - outer.x) / outer.width, (inner.y - outer.y) / outer.height,
            inner.width / outer.width, inner.height / outer.height};
}

KeptFrames looks_at(const VideoReader::Info &info, double rate)
{
    const double scale = std::min(1.0, static_cast<double>(longest_frame_side) /
                                           std::max({info.size.width, info.size.height, 1}));
    return {even_size(info.size, scale),
            info.fps > 0 ? std::min(rate, info.fps) : rate, // more would be the same frames again
            /*resampled=*/true};
}

class Teacher
{
public:
    explicit Teacher(const KeypointLesson &lesson)
    {
        PictureEngine settings;
        settings.threads = lesson.threads;
        detector_ = load_detector(lesson.detector, settings);
        estimator_ = load_pose_estimator(lesson.teacher, settings);
    }

    /** \brief The largest persons of a frame, seen */
    std::vector<Crop> look(const FrameView &frame, const std::string &split) const
    {
        const ImageSize size = detector_->input_size({frame.width, frame.height});
        std::vector<Person> persons =
            detector_->detect(to_rgb(frame, whole_frame, size), sure_person);
        const float aspect = static_cast<float>(frame.width) / static_cast<float>(frame.height);
        const auto longer_side = [&](const Person &person) {
            return std::max(person.box.width * aspect, person.box.height) *
                   static_cast<float>(frame.height);
        };
        std::stable_sort(persons.begin(), persons.end(), [&](const Person &a, const Person &b) {
            return longer_side(a) > longer_side(b);
        });
        std::vector<Crop> crops;
        for (const Person &person : persons) {
            if (crops.size() == persons_of_a_frame || longer_side(person) < least_person)
                break;
            const Box seen = pose_crop(person.box, aspect);
            const Box kept = pose_crop(person.box, aspect, crop_margin);
            const Pose pose =
                estimator_->estimate({to_rgb(frame, seen, estimator_->input_size())})[0];
            TaughtPose taught = {split, within(seen, kept), inside(pose, within(seen, kept))};
            crops.push_back({to_rgb(frame, kept, {taught_side, taught_side}, Interpolation::Area),
                             std::move(taught)});
        }
        return crops;
    }

private:
    std::unique_ptr<Detector> detector_;
    std::unique_ptr<PoseEstimator> estimator_;
};

/** \brief Persons of a video, spread evenly over it; holds not many more than are wanted */
class SpreadCrops
{
public:
    explicit SpreadCrops(std::size_t most) : most_(most) {}

    /** \brief Those of the next look */
    void add(std::vector<Crop> crops)
    {
        if (looks_++ % kept_of_ != 0 || crops.empty())
            return;
        count_ += crops.size();
        by_look_.push_back(std::move(crops));
        if (count_ >= 2 * most_ && by_look_.size() > 1)
            drop_every_second();
    }

    /** \brief At most as many as are wanted */
    std::vector<Crop> take()
    {
        std::vector<Crop> crops;
        for (std::vector<Crop> &of_look : by_look_)
            std::move(of_look.begin(), of_look.end(), std::back_inserter(crops));
        if (crops.size() <= most_)
            return crops;
        std::vector<Crop> some;
        for (std::size_t i = 0; i < most_; ++i)
            some.push_back(std::move(crops[i * crops.size() / most_]));
        return some;
    }

private:
    void drop_every_second()
    {
        kept_of_ *= 2;
        std::vector<std::vector<Crop>> some;
        count_ = 0;
        for (std::size_t i = 0; i < by_look_.size(); i += 2) {
            count_ += by_look_[i].size();
            some.push_back(std::move(by_look_[i]));
        }
        by_look_ = std::move(some);
    }

    std::size_t most_;
    std::vector<std::vector<Crop>> by_look_;
    std::size_t count_ = 0; ///< in them
    std::size_t looks_ = 0;
    std::size_t kept_of_ = 1; ///< one of so many looks
};

/** \brief Each once, with its split */
std::map<std::filesystem::path, std::string> taught_videos(const ClipList &list)
{
    std::map<std::filesystem::path, std::string> videos;
    for (const ListedClip &clip : list.clips) {
        if (clip.split == "train" || clip.split == "val")
            videos.emplace(clip.path, clip.split);
    }
    return videos;
}

} // namespace

Json made_with(const ClipList &list, const KeypointLesson &lesson)
{
    std::string videos;
    for (const auto &[video, split] : taught_videos(list))
        videos += video.string() + "|" + split + "\n";
    return {{"teacher", lesson.teacher},
            {"detector", lesson.detector},
            {"looks", lesson.looks_a_second},
            {"persons", lesson.persons_of_a_video},
            {"videos", sha256_of_text(videos)}};
}

namespace {

constexpr std::size_t name_digits = 32;

/** \brief What is learned of one video, in a file of its own until all have been seen */
std::filesystem::path lesson_of(const std::filesystem::path &folder,
                                const std::filesystem::path &video)
{
    return folder / (sha256_of_text(video.string()).substr(0, name_digits) + ".set");
}

Json made_with(const std::filesystem::path &video, const std::string &split,
               const KeypointLesson &lesson)
{
    std::error_code none;
    return {{"teacher", lesson.teacher},
            {"detector", lesson.detector},
            {"looks", lesson.looks_a_second},
            {"persons", lesson.persons_of_a_video},
            {"video", video.string()},
            {"split", split},
            {"bytes", std::filesystem::file_size(video, none)},
            {"changed", std::filesystem::last_write_time(video, none).time_since_epoch().count()}};
}

/** \brief Whether a lesson that was ended had come so far */
bool was_seen(const std::filesystem::path &part, const Json &wanted)
{
    try {
        return std::filesystem::exists(part) && KeypointSet(part).made_with() == wanted;
    } catch (const Error &) {
        return false; // damaged: it is seen again
    }
}

/** \brief Looks at one video \throw Error as VideoReader, and KeypointSetWriter */
void look_at(const std::filesystem::path &part, const std::filesystem::path &video,
             const std::string &split, const KeypointLesson &lesson, const Teacher &teacher,
             const VideoReader &reader)
{
    SpreadCrops seen(static_cast<std::size_t>(lesson.persons_of_a_video));
    reader.read(video, looks_at(reader.info(video), lesson.looks_a_second),
                [&](const FrameView &frame) { seen.add(teacher.look(frame, split)); });
    KeypointSetWriter writer(part, taught_side);
    for (const Crop &crop : seen.take())
        writer.add(crop.picture, crop.taught);
    writer.commit(made_with(video, split, lesson));
}

/** \return persons added */
std::size_t add_part(const std::filesystem::path &part, KeypointSetWriter *writer)
{
    if (!std::filesystem::exists(part))
        return 0; // left out, which was told
    const KeypointSet set(part);
    const std::size_t bytes = std::size_t{taught_side} * taught_side * 3;
    for (std::size_t i = 0; i < set.size(); ++i)
        writer->add({{taught_side, taught_side}, {set.crop(i), set.crop(i) + bytes}},
                    set.taught(i));
    return set.size();
}

} // namespace

void write_keypoint_set(const std::filesystem::path &file, const ClipList &list,
                        const KeypointLesson &lesson, const VideoReader &reader,
                        RunWatcher &watcher)
{
    const Teacher teacher(lesson);
    const std::map<std::filesystem::path, std::string> videos = taught_videos(list);
    const std::filesystem::path folder = file.parent_path() / "poses";
    make_folder(folder);
    std::size_t done = 0;
    for (const auto &[video, split] : videos) {
        go_on(watcher);
        const auto part = lesson_of(folder, video);
        if (!was_seen(part, made_with(video, split, lesson))) {
            std::filesystem::remove(part);
            try {
                look_at(part, video, split, lesson, teacher, reader);
            } catch (const Error &error) {
                if (error.kind() == Error::Kind::CannotWrite)
                    throw; // the disk, whatever the video
                watcher.warn("'" + video.string() + "' left out: " + error.what());
            }
        }
        watcher.progress(static_cast<double>(++done) / static_cast<double>(videos.size()));
    }
    KeypointSetWriter writer(file, taught_side);
    std::map<std::string, std::size_t> counts;
    for (const auto &[video, split] : videos)
        counts[split] += add_part(lesson_of(folder, video), &writer);
    for (const char *split : {"train", "val"}) {
        if (counts[split] == 0)
            throw Error(Error::Kind::Settings,
                        std::string("keypoints: expected persons of at least ") +
                            std::to_string(static_cast<int>(least_person)) +
                            " pixels in the videos of split '" + split +
                            "', found none; check the list and --detector");
    }
    writer.commit(made_with(list, lesson));
    std::error_code none;
    std::filesystem::remove_all(folder, none);
    watcher.note(std::to_string(counts["train"]) + " persons to train on, " +
                 std::to_string(counts["val"]) + " for validation, of " +
                 std::to_string(videos.size()) + " videos");
}

} // namespace fovea
