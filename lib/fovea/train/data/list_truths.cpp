// SPDX-License-Identifier: MIT
#include "fovea/train/data/list_truths.h"

#include <map>

#include "fovea/store/feature_file.h"

namespace fovea {

namespace {

double duration_of(const FeatureFile &file)
{
    return file.fps > 0 ? static_cast<double>(file.frames) / file.fps
                        : to_seconds(file.times.back().end);
}

} // namespace

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

} // namespace fovea
