// SPDX-License-Identifier: MIT
#include "fovea/train/data/window_list.h"

#include <algorithm>
#include <map>

#include "fovea/core/errors.h"
#include "fovea/decide/segment_finder.h"
#include "fovea/decide/time_interval.h"
#include "fovea/train/data/list_truths.h"

namespace fovea {

namespace {

constexpr double shows_action = 0.5;     // more than this overlap: Li et al., section IV-C
constexpr double shows_background = 0.3; // less than this: Shou et al., section 3.1

struct Video {
    ListedClip whole;
    std::vector<ListedClip> stretches;
    VideoLength length;
};

TimeInterval frames_of(const ListedClip &stretch, const VideoLength &length)
{
    const double duration = static_cast<double>(length.frames) / length.fps;
    return {stretch.start.seconds(duration) * length.fps,
            stretch.end.seconds(duration) * length.fps};
}

/** \brief A window with the label it shows; none when it shows neither action nor background */
void add_window(const Video &video, const PlannedWindow &window, std::vector<ListedClip> *windows)
{
    const auto start = static_cast<double>(window.start);
    const TimeInterval frames = {start, start + static_cast<double>(window.length)};
    double most = 0;
    const ListedClip *best = nullptr;
    for (const ListedClip &stretch : video.stretches) {
        const double overlap = interval_overlap(frames, frames_of(stretch, video.length));
        if (overlap > most) {
            most = overlap;
            best = &stretch;
        }
    }
    if (most >= shows_background && most <= shows_action)
        return;
    if (best != nullptr && best->label == ambiguous_name)
        return; // perhaps an action: neither that nor background
    ListedClip clip = video.whole;
    clip.id += "~" + std::to_string(window.start) + "+" + std::to_string(window.length);
    clip.label = most > shows_action ? best->label : background_label;
    clip.overlap = most > shows_action ? most : 1;
    clip.start = {frames.start / video.length.fps, false};
    clip.end = {frames.end / video.length.fps, false};
    windows->push_back(std::move(clip));
}

/** \brief The videos of a list, in its order, with their stretches */
std::vector<Video> videos_of(const ClipList &list,
                             const std::function<VideoLength(const ListedClip &)> &length_of)
{
    std::vector<Video> videos;
    std::map<std::filesystem::path, std::size_t> place_of;
    for (const ListedClip &clip : list.clips) {
        const auto [place, is_new] = place_of.emplace(clip.path, videos.size());
        if (is_new) {
            Video video;
            video.whole = clip;
            video.whole.ends_after = {};
            video.length = length_of(clip);
            videos.push_back(std::move(video));
        }
        if (clip.label != background_label)
            videos[place->second].stretches.push_back(clip);
    }
    return videos;
}

} // namespace

WindowList window_list(const ClipList &stretches,
                       const std::function<VideoLength(const ListedClip &)> &length_of,
                       const WindowPlanOptions &options)
{
    WindowList result;
    result.list.warnings = stretches.warnings;
    for (const std::string &label : stretches.labels) {
        if (label != background_label)
            result.list.labels.push_back(label);
    }
    const std::size_t actions = result.list.labels.size();
    std::vector<int> labels;
    std::vector<double> lengths;
    for (const Video &video : videos_of(stretches, length_of)) {
        for (const PlannedWindow &window : plan_windows(options, video.length.frames))
            add_window(video, window, &result.list.clips);
        for (const ListedClip &stretch : video.stretches) {
            if (stretch.label == ambiguous_name)
                continue;
            labels.push_back(result.list.class_of(stretch.label));
            lengths.push_back(frames_of(stretch, video.length).length());
        }
    }
    result.list.labels.emplace_back(background_label);
    result.priors = window_priors(labels, lengths, static_cast<int>(actions), options);
    result.priors.emplace_back(options.lengths.size(), 1.0); // of the background, never used

    std::vector<ListedClip> &clips = result.list.clips;
    const auto backgrounds = std::count_if(clips.begin(), clips.end(), [](const ListedClip &clip) {
        return clip.label == background_label;
    });
    const auto shown = static_cast<double>(clips.size()) - static_cast<double>(backgrounds);
    if (shown == 0)
        throw Error(Error::Kind::Settings,
                    "windows: not one overlaps an action by more than half; expected actions of " +
                        std::to_string(options.lengths.front()) + " to " +
                        std::to_string(options.lengths.back()) + " frames");
    for (ListedClip &clip : clips) {
        if (clip.label == background_label)
            clip.weight = std::min(1.0, shown / static_cast<double>(actions) /
                                            static_cast<double>(backgrounds));
    }
    return result;
}

} // namespace fovea
