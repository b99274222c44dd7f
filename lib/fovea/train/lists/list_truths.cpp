// SPDX-License-Identifier: MIT
#include "fovea/train/lists/list_truths.h"

#include <map>

#include "fovea/core/names.h"
#include "fovea/store/tensors/feature_file.h"

namespace fovea {

Prediction truth_of(const ListedClip &clip, const ClipList &list, bool many_labels)
{
    Prediction truth;
    truth.id = clip.id;
    truth.group = clip.group;
    truth.truth = many_labels ? -1 : list.class_of(clip.label);
    for (const std::string &label : many_labels ? clip.labels() : std::vector<std::string>()) {
        if (list.class_of(label) >= 0)
            truth.truths.push_back(list.class_of(label));
    }
    return truth;
}

std::vector<ShownClass> shown_of(const ListedClip &clip, const std::vector<std::string> &labels,
                                 double duration)
{
    std::vector<ShownClass> shown;
    for (const LabelledStretch &action : clip.actions) {
        if (const int label = place_of(action.label, labels); label >= 0)
            shown.push_back({label, action.start.seconds(duration), action.end.seconds(duration)});
    }
    return shown;
}

ActionInterval action_of(const ListedClip &clip, const ClipList &list, const std::string &video,
                         double duration)
{
    const int label = clip.label == ambiguous_name ? ambiguous_label : list.class_of(clip.label);
    return {video, label, clip.start.seconds(duration), clip.end.seconds(duration), 0};
}

SegmentTruths segment_truths(const ClipList &list, const std::string &split,
                             const std::filesystem::path &features, int background)
{
    struct Video {
        std::string id;
        double duration = 0; // s; 0: its features are not there, which was told when extracting
    };

    SegmentTruths truths;
    std::map<std::filesystem::path, Video> videos;
    for (const ListedClip &clip : list.clips) {
        if (!split.empty() && clip.split != split)
            continue;
        const auto [entry, is_new] = videos.emplace(clip.path, Video{clip.id, 0});
        Video &video = entry->second;
        if (is_new && std::filesystem::exists(features / (clip.id + ".pt")))
            video.duration = duration_of(read_feature_file(features / (clip.id + ".pt")));
        if (video.duration <= 0)
            continue;
        const ActionInterval action = action_of(clip, list, video.id, video.duration);
        if (action.label != background)
            truths.intervals.push_back(action);
    }
    for (const auto &[path, video] : videos) {
        if (video.duration > 0)
            truths.ids.push_back(video.id);
    }
    return truths;
}

std::vector<VideoRows> rows_by_video(const ClipList &list, const std::string &split)
{
    std::vector<VideoRows> videos;
    std::map<std::filesystem::path, std::size_t> places;
    for (const ListedClip &clip : list.clips) {
        if (!split.empty() && clip.split != split)
            continue;
        const auto [place, is_new] = places.emplace(clip.path, videos.size());
        if (is_new)
            videos.emplace_back();
        videos[place->second].push_back(clip);
    }
    return videos;
}

WatchedVideo watched_video(const VideoRows &rows, const ClipList &list, int normal, double duration)
{
    WatchedVideo video;
    video.id = rows.front().id;
    video.set = rows.front().set;
    video.duration = duration;
    for (const ListedClip &row : rows) {
        const int label = list.class_of(row.label);
        const TimeInterval stretch = {row.start.seconds(duration), row.end.seconds(duration)};
        if (row.label == ambiguous_name) {
            video.ignored.push_back(stretch);
        } else if (label != normal && row.event) {
            video.ignored.push_back(stretch);
            video.events.push_back(
                {label, {row.event->start.seconds(duration), row.event->end.seconds(duration)}});
        } else if (label != normal) {
            video.events.push_back({label, stretch});
        }
    }
    return video;
}

} // namespace fovea
