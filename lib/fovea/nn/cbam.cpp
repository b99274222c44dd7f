// SPDX-License-Identifier: MIT
#include "fovea/nn/cbam.h"

#include "fovea/nn/shared_batch.h"

namespace fovea::nn {

Cbam::Cbam(const AttentionOptions & /*options*/, std::int64_t channels, const Size3 & /*size*/)
{
    channel_ = register_module("channel", std::make_shared<ChannelGate>(channels));
    ConvolutionOptions plane;
    plane.in_channels = 2;
    plane.out_channels = 1;
    plane.kernel = {1, 7, 7};
    plane.flat = true;
    spatial_ = register_module("spatial", std::make_shared<Convolution>(plane));
    spatial_bn_ = register_module(
        "spatial_bn",
        torch::nn::BatchNorm3d(torch::nn::BatchNormOptions(1).eps(1e-5).momentum(0.01)));
}

at::Tensor Cbam::forward(const at::Tensor &x, at::Tensor *mask)
{
    const at::Tensor attended = x * channel_->forward(x).unsqueeze(3).unsqueeze(4);
    const at::Tensor planes = at::cat(
        {attended.amax(1, /*keepdim=*/true), attended.mean(1, /*keepdim=*/true)}, /*dim=*/1);
    const at::Tensor where = nn::batch_norm(spatial_bn_, spatial_->forward(planes)).sigmoid();
    if (mask)
        *mask = where;
    return attended * where;
}

} // namespace fovea::nn
