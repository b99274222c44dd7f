// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "fovea/train/lists/clip_list.h"

namespace fovea {

/** \brief The class of each clip; of many labels that of the first, -1 of none */
std::vector<std::int64_t> targets_of(const ClipList &list, const std::vector<ListedClip> &clips);

/** \brief Each clip's many labels: 0 or 1, [classes, 1] */
std::vector<at::Tensor> labels_of(const ClipList &list, const std::vector<ListedClip> &clips);

/** \brief Clips of each class in a split */
std::vector<std::int64_t> count_classes(const ClipList &list, const std::string &split);

} // namespace fovea
