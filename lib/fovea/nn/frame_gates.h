// SPDX-License-Identifier: MIT
#pragma once

#include <torch/nn/modules/linear.h>

#include "fovea/nn/convolution.h"

namespace fovea::nn {

/**
 * \brief What matters in each frame: one two-layer perceptron, C -> C / 16 -> C with ReLU, reads the
 * means and the maxima over the picture; parameters `fc1.*` and `fc2.*`
 *
 * Source: Woo et al., CBAM, ECCV 2018, section 3; Perez-Rua et al., What-Where-When, section 3.1
 */
class ChannelGate final : public torch::nn::Module
{
public:
    explicit ChannelGate(std::int64_t channels);

    /** \param x [N, C, T, H, W] \return [N, C, T] in (0, 1) */
    at::Tensor forward(const at::Tensor &x);

private:
    at::Tensor read(const at::Tensor &values);

    torch::nn::Linear fc1_, fc2_;
};

/** \brief Where to look in each frame: 7 x 7 convolution over [mean, maximum] of the channels */
class PlaneGate final : public torch::nn::Module
{
public:
    PlaneGate();

    /** \param x [N, C, T, H, W] \return [N, 1, T, H, W] in (0, 1) */
    at::Tensor forward(const at::Tensor &x);

private:
    std::shared_ptr<Convolution> conv_;
};

} // namespace fovea::nn
