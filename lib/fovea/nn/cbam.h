// SPDX-License-Identifier: MIT
#pragma once

#include <torch/nn/modules/batchnorm.h>

#include "fovea/nn/attention.h"
#include "fovea/nn/frame_gates.h"

namespace fovea::nn {

/**
 * \brief Channels, then positions, of each frame by itself: for comparison with W3
 *
 * The 7 x 7 convolution has no bias and BatchNorm follows it, as in the authors' code.
 * Source: Woo et al., CBAM: Convolutional Block Attention Module, ECCV 2018
 */
class Cbam final : public Attention
{
public:
    Cbam(const AttentionOptions &options, std::int64_t channels, const Size3 &size);

    at::Tensor forward(const at::Tensor &x, at::Tensor *mask) override;

private:
    std::shared_ptr<ChannelGate> channel_;
    std::shared_ptr<Convolution> spatial_;
    torch::nn::BatchNorm3d spatial_bn_ = nullptr;
};

} // namespace fovea::nn
