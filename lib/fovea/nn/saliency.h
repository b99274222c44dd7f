// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include <ATen/ATen.h>

#include "fovea/core/saliency.h"
#include "fovea/nn/backbone.h"

namespace fovea::nn {

/** \brief The entropy of logits [N, classes, T_out], a scalar; what is none is as Paper */
at::Tensor entropy(const at::Tensor &logits, Entropy kind);

struct Saliency {
    at::Tensor map;    ///< [N, H, W], >= 0
    at::Tensor logits; ///< [N, classes, T_out], of the same pass
};

/**
 * \brief One forward and one backward: where the network looks
 *
 * The network runs in eval mode (and is left in the mode it was in); its parameters get no gradient.
 * \param clips [N, 3, T, H, W], normalised; each clip is differentiated alone
 * \param attribution of Card, as of Gradient
 * \throw Error Settings when the network has no classes
 * Source: Focused Attention for Action Recognition, section 3.1
 */
Saliency saliency(Backbone &network, const at::Tensor &clips, Entropy entropy,
                  Attribution attribution = Attribution::Gradient);

/**
 * \brief The same of the training loss, which needs labels: for reference only
 * \param targets [N, classes, T]
 * \throw Error Settings when the network has no classes or there are no targets
 */
Saliency saliency(Backbone &network, const at::Tensor &clips, const at::Tensor &targets);

/** \brief [1, 3, T, H, W] -> [1, classes, T_out], differentiable */
using LogitsOf = std::function<at::Tensor(const at::Tensor &clip)>;

/**
 * \brief The same for a classifier that is put together otherwise
 * \param network what is set to eval mode
 */
Saliency saliency(torch::nn::Module &network, const LogitsOf &logits_of, const at::Tensor &clips,
                  Entropy entropy, Attribution attribution = Attribution::Gradient);

/**
 * \brief And of the training loss
 * \param targets [N, classes, T] \param video [N, classes], as of multi_label_loss()
 */
Saliency saliency(torch::nn::Module &network, const LogitsOf &logits_of, const at::Tensor &clips,
                  const at::Tensor &targets, const at::Tensor &video, Attribution attribution);

} // namespace fovea::nn
