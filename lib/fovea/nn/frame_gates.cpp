// SPDX-License-Identifier: MIT
#include "fovea/nn/frame_gates.h"

#include <algorithm>

namespace fovea::nn {

namespace {

constexpr std::int64_t reduction = 16; // both papers

std::int64_t hidden_of(std::int64_t channels)
{
    return std::max<std::int64_t>(1, channels / reduction);
}

} // namespace

ChannelGate::ChannelGate(std::int64_t channels)
    : fc1_(register_module("fc1", torch::nn::Linear(channels, hidden_of(channels)))),
      fc2_(register_module("fc2", torch::nn::Linear(hidden_of(channels), channels)))
{
}

at::Tensor ChannelGate::read(const at::Tensor &values)
{
    return fc2_->forward(fc1_->forward(values).relu());
}

at::Tensor ChannelGate::forward(const at::Tensor &x)
{
    const at::Tensor means = x.mean({3, 4}).transpose(1, 2); // [N, T, C]
    const at::Tensor maxima = x.amax({3, 4}).transpose(1, 2);
    return (read(means) + read(maxima)).sigmoid().transpose(1, 2);
}

PlaneGate::PlaneGate()
{
    ConvolutionOptions options;
    options.in_channels = 2;
    options.out_channels = 1;
    options.kernel = {1, 7, 7};
    options.bias = true;
    options.flat = true;
    conv_ = register_module("conv", std::make_shared<Convolution>(options));
}

at::Tensor PlaneGate::forward(const at::Tensor &x)
{
    const at::Tensor planes =
        at::cat({x.mean(1, /*keepdim=*/true), x.amax(1, /*keepdim=*/true)}, /*dim=*/1);
    return conv_->forward(planes).sigmoid();
}

} // namespace fovea::nn
