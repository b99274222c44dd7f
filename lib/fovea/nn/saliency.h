// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "fovea/core/saliency.h"

namespace fovea::nn {

/** \brief The entropy of logits [N, classes, T_out], a scalar; what is none is as Paper */
at::Tensor entropy(const at::Tensor &logits, Entropy kind);

struct Saliency {
    at::Tensor map;    ///< [N, H, W], >= 0
    at::Tensor logits; ///< [N, classes, T_out], of the same pass
};

/** \brief [1, 3, T, H, W] -> [1, classes, T_out], differentiable */
using LogitsOf = std::function<at::Tensor(const at::Tensor &clip)>;

/**
 * \brief One forward and one backward: where a network looks
 *
 * It runs in eval mode (and is left in the mode it was in); its parameters get no gradient.
 * \param network what is set to eval mode; logits_of runs it
 * \param clips [N, 3, T, H, W], normalised; each clip is differentiated alone
 * \param attribution Card: as Gradient
 * Source: Focused Attention for Action Recognition, section 3.1
 */
Saliency saliency(torch::nn::Module &network, const LogitsOf &logits_of, const at::Tensor &clips,
                  Entropy entropy, Attribution attribution);

/**
 * \brief The same of the training loss, which needs labels
 * \param targets [N, classes, T] \param video [N, classes], as of multi_label_loss()
 */
Saliency saliency(torch::nn::Module &network, const LogitsOf &logits_of, const at::Tensor &clips,
                  const at::Tensor &targets, const at::Tensor &video, Attribution attribution);

} // namespace fovea::nn
