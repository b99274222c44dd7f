// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "fovea/decide/sliding_windows.h"
#include "fovea/train/data/clip_list.h"

namespace fovea {

struct VideoLength {
    std::int64_t frames = 0;
    double fps = 0;
};

/** \brief What a network that finds actions is trained on */
struct WindowList {
    ClipList list; ///< windows, labels of the actions and background_label
    std::vector<std::vector<double>> priors; ///< of each label of the list and length
};

/**
 * \brief Stretches of untrimmed videos made sliding windows with their overlap
 *
 * A window takes the label of the stretch it overlaps most when that is more than 0.5 (intersection
 * over union); below 0.3 of all it is background, in between it is left out. Backgrounds are drawn as
 * often as the windows of a mean action. Splits and groups are those of the video.
 * \throw Error Settings when no window shows an action
 * Source: Li et al., Spatio-Temporal Attention Networks, section IV-C; Shou et al., S-CNN, CVPR 2016
 */
WindowList window_list(const ClipList &stretches,
                       const std::function<VideoLength(const ListedClip &)> &length_of,
                       const WindowPlanOptions &options);

} // namespace fovea
