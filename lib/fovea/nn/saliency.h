#pragma once

#include <functional>

#include <ATen/ATen.h>

#include "fovea/nn/backbone.h"

namespace fovea::nn {

/** \brief What is differentiated to see where a network looks */
enum class SaliencyLoss {
    PaperEntropy, ///< sum of y log y, y = sigmoid(z): Focused Attention, equation 2
    CodeEntropy,  ///< -sum of softmax(y) log_softmax(y) over classes: the authors' code
    Truth         ///< the training loss; needs labels, so for reference only
};

/** \brief What is made of the gradient of a clip [3, T, H, W], for each place [H, W] */
enum class Attribution {
    Gradient, ///< L2 norm over R, G, B, then the maximum over frames: Focused Attention, section 3.1
    /**
     * |sum of value times gradient over R, G, B and frames|: Shrikumar et al., arXiv 1605.01713. Where
     * a network sees differences of frames alone this is what movement there contributes, and 0 where
     * nothing moves; the gradient alone is as strong on a still wall
     */
    InputTimesGradient
};

/** \brief The entropies \param logits [N, classes, T_out] \return a scalar */
at::Tensor saliency_loss(const at::Tensor &logits, SaliencyLoss kind);

struct Saliency {
    at::Tensor map;    ///< [N, H, W], >= 0
    at::Tensor logits; ///< [N, classes, T_out], of the same pass
};

/**
 * \brief One forward and one backward: where the network looks
 *
 * The network runs in eval mode (and is left in the mode it was in); its parameters get no gradient.
 * \param clips [N, 3, T, H, W], normalised; each clip is differentiated alone
 * \param targets for Truth: [N, classes, T]; else undefined
 * \param attribution what is made of the gradient
 * \throw Error Settings when the network has no classes, or targets are missing for Truth
 * Source: Focused Attention for Action Recognition, section 3.1
 */
Saliency saliency(Backbone &network, const at::Tensor &clips, SaliencyLoss kind,
                  const at::Tensor &targets = {}, Attribution attribution = Attribution::Gradient);

/**
 * \brief The same for a classifier that is put together otherwise
 * \param network what is set to eval mode
 * \param logits_of [1, 3, T, H, W] -> [1, classes, T_out], differentiable
 */
Saliency saliency(torch::nn::Module &network,
                  const std::function<at::Tensor(const at::Tensor &)> &logits_of,
                  const at::Tensor &clips, SaliencyLoss kind, const at::Tensor &targets = {},
                  Attribution attribution = Attribution::Gradient);

/** \brief Both clips one after the other in time: fusion `temporal`; \return [N, classes, T_out] */
at::Tensor temporal_fusion(Backbone &network, const at::Tensor &clips, const at::Tensor &focused);

/**
 * \brief Mean of the logits of the fixed network on the clips and of the trained one on the focused
 * clips: fusion `late`. The fixed one runs in eval mode and gets no gradient
 */
at::Tensor late_fusion(Backbone &fixed, Backbone &trained, const at::Tensor &clips,
                       const at::Tensor &focused);

} // namespace fovea::nn
