// SPDX-License-Identifier: MIT
#include "fovea/train/data/clip_targets.h"

#include <utility>

namespace fovea {

std::vector<std::int64_t> targets_of(const ClipList &list, const std::vector<ListedClip> &clips)
{
    std::vector<std::int64_t> targets;
    for (const ListedClip &clip : clips) {
        const std::vector<std::string> labels = clip.labels();
        targets.push_back(labels.empty() ? -1 : list.class_of(labels.front()));
    }
    return targets;
}

std::vector<at::Tensor> labels_of(const ClipList &list, const std::vector<ListedClip> &clips)
{
    std::vector<at::Tensor> all;
    for (const ListedClip &clip : clips) {
        at::Tensor labels = at::zeros({static_cast<std::int64_t>(list.labels.size()), 1});
        for (const std::string &label : clip.labels())
            labels[list.class_of(label)][0] = 1;
        all.push_back(std::move(labels));
    }
    return all;
}

std::vector<std::int64_t> count_classes(const ClipList &list, const std::string &split)
{
    std::vector<std::int64_t> counts(list.labels.size());
    for (const ListedClip &clip : list.of_split(split)) {
        for (const std::string &label : clip.labels())
            ++counts[static_cast<std::size_t>(list.class_of(label))];
    }
    return counts;
}

} // namespace fovea
