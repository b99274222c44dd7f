// SPDX-License-Identifier: MIT
#include "fovea/train/data/window_list.h"

#include <algorithm>
#include <map>
#include <set>

#include "fovea/core/errors.h"
#include "fovea/decide/segment_finder.h"
#include "fovea/decide/time_interval.h"
#include "fovea/train/lists/list_truths.h"

namespace fovea {

namespace {

constexpr double shows_action = 0.5;     // more than this overlap: Li et al., section IV-C
constexpr double is_proposed = 0.7;      // likewise, of proposals: Shou et al.
constexpr double shows_background = 0.3; // less than this: Shou et al., section 3.1

struct Video {
    ListedClip whole;
    std::vector<ListedClip> stretches;
    KeptLength length;
};

TimeInterval frames_of(const ListedClip &stretch, const KeptLength &length)
{
    return {stretch.start.seconds(length.duration()) * length.fps,
            stretch.end.seconds(length.duration()) * length.fps};
}

/** \brief What a window overlaps most */
struct SeenStretch {
    double overlap = 0;
    const ListedClip *stretch = nullptr; ///< null: none
};

TimeInterval frames_of(const PlannedWindow &window)
{
    const auto start = static_cast<double>(window.start);
    return {start, start + static_cast<double>(window.length)};
}

SeenStretch stretch_in(const Video &video, const PlannedWindow &window)
{
    SeenStretch most;
    for (const ListedClip &stretch : video.stretches) {
        const double overlap =
            interval_overlap(frames_of(window), frames_of(stretch, video.length));
        if (overlap > most.overlap)
            most = {overlap, &stretch};
    }
    return most;
}

/** \brief Of each action the window that overlaps it most, the first of equals */
std::set<std::size_t> nearest_windows(const Video &video, const std::vector<PlannedWindow> &windows)
{
    std::set<std::size_t> nearest;
    for (const ListedClip &stretch : video.stretches) {
        if (stretch.label == ambiguous_name)
            continue;
        double most = 0;
        std::size_t place = 0;
        for (std::size_t i = 0; i < windows.size(); ++i) {
            const double overlap =
                interval_overlap(frames_of(windows[i]), frames_of(stretch, video.length));
            if (overlap > most) {
                most = overlap;
                place = i;
            }
        }
        if (most > 0)
            nearest.insert(place);
    }
    return nearest;
}

/** \brief The windows of a video with the labels they show; without those that show neither action nor background */
void add_windows(const Video &video, const std::vector<std::int64_t> &lengths, WindowLabels labels,
                 std::vector<ListedClip> *clips)
{
    const bool proposes = labels == WindowLabels::Proposals;
    const std::vector<PlannedWindow> windows = plan_windows(video.length.frames, lengths);
    const std::set<std::size_t> nearest =
        proposes ? nearest_windows(video, windows) : std::set<std::size_t>();
    for (std::size_t i = 0; i < windows.size(); ++i) {
        const SeenStretch seen = stretch_in(video, windows[i]);
        const bool acts =
            seen.overlap > (proposes ? is_proposed : shows_action) || nearest.count(i) > 0;
        if (!acts && seen.overlap >= shows_background)
            continue;
        if (seen.stretch != nullptr && seen.stretch->label == ambiguous_name)
            continue; // perhaps an action: neither that nor background
        ListedClip clip = video.whole;
        clip.id += "~" + std::to_string(windows[i].start) + "+" + std::to_string(windows[i].length);
        clip.label = !acts ? background_label : proposes ? action_label : seen.stretch->label;
        clip.overlap = acts ? seen.overlap : 1;
        const TimeInterval frames = frames_of(windows[i]);
        clip.start = {frames.start / video.length.fps, false};
        clip.end = {frames.end / video.length.fps, false};
        clips->push_back(std::move(clip));
    }
}

/** \brief Gives videos the split that their windows got; those without one keep theirs, or where they had none show nothing */
void take_splits(const ClipList &windows, std::vector<Video> *videos)
{
    std::map<std::filesystem::path, std::string> split_of;
    for (const ListedClip &window : windows.clips)
        split_of.emplace(window.path, window.split);
    for (Video &video : *videos) {
        if (const auto found = split_of.find(video.whole.path); found != split_of.end())
            video.whole.split = found->second;
        else if (video.whole.split.empty())
            video.stretches.clear(); // of the test, perhaps
    }
}

/** \brief The videos of a list, in its order, with their stretches */
std::vector<Video> videos_of(const ClipList &list,
                             const std::function<KeptLength(const ListedClip &)> &length_of)
{
    std::vector<Video> videos;
    for (VideoRows &rows : rows_by_video(list, /*split=*/"")) {
        Video video = {rows.front(), {}, length_of(rows.front())};
        video.whole.ends_after = {};
        rows.erase(
            std::remove_if(rows.begin(), rows.end(),
                           [](const ListedClip &row) { return row.label == background_label; }),
            rows.end());
        video.stretches = std::move(rows);
        videos.push_back(std::move(video));
    }
    return videos;
}

} // namespace

std::vector<std::string> window_labels(const std::vector<std::string> &actions, WindowLabels labels)
{
    if (labels == WindowLabels::Proposals)
        return {action_label, background_label};
    std::vector<std::string> all = actions;
    all.erase(std::remove(all.begin(), all.end(), background_label), all.end());
    all.emplace_back(background_label);
    return all;
}

WindowList window_list(const ClipList &stretches,
                       const std::function<KeptLength(const ListedClip &)> &length_of,
                       const std::vector<std::int64_t> &lengths, WindowLabels labels,
                       const std::function<void(ClipList *)> &split)
{
    WindowList result;
    result.list.warnings = stretches.warnings;
    result.list.file = stretches.file;
    result.list.labels = window_labels(stretches.labels, WindowLabels::Classes);
    const std::size_t all_actions = result.list.labels.size() - 1;
    std::vector<int> classes;
    std::vector<double> shown_lengths;
    std::vector<Video> videos = videos_of(stretches, length_of);
    for (const Video &video : videos)
        add_windows(video, lengths, labels, &result.list.clips);
    if (split) {
        split(&result.list);
        take_splits(result.list, &videos);
    }
    for (const Video &video : videos) {
        if (video.whole.split == "test")
            continue; // what it shows is not known before the test
        for (const ListedClip &stretch : video.stretches) {
            if (stretch.label == ambiguous_name)
                continue;
            classes.push_back(result.list.class_of(stretch.label));
            shown_lengths.push_back(frames_of(stretch, video.length).length());
        }
    }
    if (labels == WindowLabels::Classes) {
        result.priors =
            window_priors(classes, shown_lengths, static_cast<int>(all_actions), lengths);
        result.priors.emplace_back(lengths.size(), 1.0); // of the background, never used
    }
    result.list.labels = window_labels(stretches.labels, labels);
    const std::size_t actions = result.list.labels.size() - 1;

    std::vector<ListedClip> &clips = result.list.clips;
    double backgrounds = 0; // outside the test
    double shown = 0;
    for (const ListedClip &clip : clips) {
        if (clip.split != "test")
            ++(clip.label == background_label ? backgrounds : shown);
    }
    if (shown == 0)
        throw Error(Error::Kind::Settings,
                    std::string("windows: not one overlaps an action") +
                        (labels == WindowLabels::Proposals ? "" : " by more than half") +
                        "; expected actions of " + std::to_string(lengths.front()) + " to " +
                        std::to_string(lengths.back()) + " frames");
    for (ListedClip &clip : clips) {
        if (clip.label == background_label)
            clip.weight = backgrounds > 0
                              ? std::min(1.0, shown / static_cast<double>(actions) / backgrounds)
                              : 1;
    }
    return result;
}

} // namespace fovea
