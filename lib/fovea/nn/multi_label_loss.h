// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/ATen.h>

namespace fovea::nn {

/** \brief How the means over frames and over the video are joined */
enum class JointLoss {
    JointMean, ///< one mean over all (B T + B) x classes terms: the authors' code
    SumOfMeans ///< the mean over frames plus the mean over the video: their paper
};

/**
 * \brief Binary cross entropy of labels by frame and by video together
 *
 * Logits are stretched to the frames of the targets (linear, first and last aligned); the video's
 * logits are their mean over T_out before that.
 * \param logits [N, classes, T_out] \param targets 0 or 1, [N, classes, T]
 * \param video labels of the whole videos, [N, classes]; undefined: those that any of the frames has
 * \return a scalar. Source: Focused Attention for Action Recognition, section 3.2;
 * vsydorov/spatial_focus, network_wrap.py
 */
at::Tensor multi_label_loss(const at::Tensor &logits, const at::Tensor &targets,
                            JointLoss how = JointLoss::JointMean, const at::Tensor &video = {});

} // namespace fovea::nn
