// SPDX-License-Identifier: MIT
#pragma once

#include <torch/nn/modules/batchnorm.h>

#include "fovea/nn/attention.h"
#include "fovea/nn/convolution.h"

namespace fovea::nn {

/**
 * \brief Every position and frame looks at all others: z = BN(W y) + x, for comparison
 *
 * y = softmax(theta(x) phi(x)) g(x), or their product over the number of positions (`dot-product`);
 * theta, phi and g halve the channels, phi and g are pooled by 2 x 2 in the picture. BN begins at 0,
 * so that the module begins as identity. Memory grows with the square of T H W / 2.
 * In a residual network it stands behind blocks: follows_block().
 * Source: Wang et al., Non-local Neural Networks, CVPR 2018, sections 3 and 4
 */
class NonLocal final : public Attention
{
public:
    NonLocal(const AttentionOptions &options, std::int64_t channels, const Size3 &size);

    at::Tensor forward(const at::Tensor &x, at::Tensor *mask) override;

private:
    bool softmax_;
    std::shared_ptr<Convolution> theta_, phi_, g_, w_;
    torch::nn::BatchNorm3d bn_ = nullptr;
};

} // namespace fovea::nn
