// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/eval/detection_map.h"
#include "fovea/eval/metrics.h"
#include "fovea/train/data/clip_list.h"

namespace fovea {

/** \brief The label of stretches that are neither right nor wrong, as THUMOS'14 calls them */
constexpr const char *ambiguous_name = "Ambiguous";

/** \brief What a clip shows, of the classes of \a list; no scores yet */
Prediction truth_of(const ListedClip &clip, const ClipList &list, bool many_labels);

/** \brief What a stretch shows, and where it is in its video \param duration of the video, s */
ActionInterval action_of(const ListedClip &clip, const ClipList &list, const std::string &video,
                         double duration);

} // namespace fovea
