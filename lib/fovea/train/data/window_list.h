// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fovea/decide/sliding_windows.h"
#include "fovea/train/data/planned_frames.h"
#include "fovea/train/lists/clip_list.h"

namespace fovea {

/** \brief What a network that finds actions is trained on */
struct WindowList {
    ClipList list; ///< windows, labels of the actions and background_label
    std::vector<std::vector<double>>
        priors; ///< of each label of the list and length; proposals: none
};

/** \brief The label of windows that a network of proposals is to keep, whatever their action */
constexpr const char *action_label = "action";

/** \brief What windows are told apart by */
enum class WindowLabels {
    Classes,  ///< each action and background
    Proposals ///< any action and background: the first of two stages
};

/** \brief The labels that window_list() gives, whatever the videos hold */
std::vector<std::string> window_labels(const std::vector<std::string> &actions,
                                       WindowLabels labels);

/**
 * \brief Stretches of untrimmed videos made sliding windows with their overlap
 *
 * A window takes the label of the stretch it overlaps most when that is more than 0.5 (intersection
 * over union); below 0.3 of all it is background, in between it is left out. Backgrounds are drawn as
 * often as the windows of a mean action. Splits and groups are those of the video; what the split test
 * shows changes neither weights nor priors. Of proposals an action is more than 0.7, and the window that
 * overlaps a stretch most, however little that is.
 * \param lengths of the windows: window_lengths
 * \param split gives the windows a split where the videos have none, each video's all the same; empty: it is there
 * \throw Error Settings when no window shows an action
 * Source: Li et al., Spatio-Temporal Attention Networks, section IV-C; Shou et al., S-CNN, CVPR 2016
 */
WindowList window_list(const ClipList &stretches,
                       const std::function<KeptLength(const ListedClip &)> &length_of,
                       const std::vector<std::int64_t> &lengths,
                       WindowLabels labels = WindowLabels::Classes,
                       const std::function<void(ClipList *)> &split = {});

} // namespace fovea
