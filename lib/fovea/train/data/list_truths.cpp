// SPDX-License-Identifier: MIT
#include "fovea/train/data/list_truths.h"

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

ActionInterval action_of(const ListedClip &clip, const ClipList &list, const std::string &video,
                         double duration)
{
    const int label = clip.label == ambiguous_name ? ambiguous_label : list.class_of(clip.label);
    return {video, label, clip.start.seconds(duration), clip.end.seconds(duration), 0};
}

} // namespace fovea
