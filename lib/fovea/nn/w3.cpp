// SPDX-License-Identifier: MIT
#include "fovea/nn/w3.h"

#include <algorithm>

namespace fovea::nn {

namespace {

using torch::nn::Conv1d;
using torch::nn::Conv1dOptions;

constexpr std::int64_t width = 3;
constexpr std::int64_t bottleneck = 4;

Conv1d along_time(std::int64_t in, std::int64_t out, std::int64_t groups)
{
    return Conv1d(Conv1dOptions(in, out, width).padding(width / 2).groups(groups));
}

/** A channel each: three products, where LibTorch would go through thousands of small convolutions */
at::Tensor depthwise(const at::Tensor &m, const torch::nn::Conv1d &conv)
{
    const at::Tensor padded = at::constant_pad_nd(m, {width / 2, width / 2});
    at::Tensor sum = conv->bias.unsqueeze(1).expand_as(m);
    for (std::int64_t i = 0; i < width; ++i)
        sum = sum + padded.narrow(2, i, m.size(2)) * conv->weight.select(2, i);
    return sum;
}

torch::nn::Conv3d cube()
{
    return torch::nn::Conv3d(torch::nn::Conv3dOptions(1, 1, /*kernel=*/3).padding(1));
}

} // namespace

TimeConvolutions::TimeConvolutions(std::int64_t channels, const std::string &kind)
    : depthwise_(kind == "depthwise")
{
    const std::int64_t hidden =
        kind == "bottleneck" ? std::max<std::int64_t>(1, channels / bottleneck) : channels;
    const std::int64_t groups = depthwise_ ? channels : 1;
    conv1_ = register_module("conv1", along_time(channels, hidden, groups));
    conv2_ = register_module("conv2", along_time(hidden, channels, groups));
}

at::Tensor TimeConvolutions::forward(const at::Tensor &m)
{
    if (depthwise_)
        return depthwise(depthwise(m, conv1_), conv2_);
    return conv2_->forward(conv1_->forward(m));
}

W3::W3(const AttentionOptions &options, std::int64_t channels, const Size3 & /*size*/)
{
    const bool temporal = options.variant != "no-temporal";
    channel_ = register_module("channel", std::make_shared<ChannelGate>(channels));
    if (temporal) {
        const std::string kind = options.variant == "no-spatial" ? "depthwise" : options.variant;
        channel_time_ =
            register_module("channel_time", std::make_shared<TimeConvolutions>(channels, kind));
    }
    if (options.variant == "no-spatial")
        return;
    plane_ = register_module("plane", std::make_shared<PlaneGate>());
    if (temporal) {
        plane_time1_ = register_module("plane_time1", cube());
        plane_time2_ = register_module("plane_time2", cube());
    }
}

at::Tensor W3::forward(const at::Tensor &x, at::Tensor *mask)
{
    at::Tensor what = channel_->forward(x); // [N, C, T]
    if (channel_time_)
        what = channel_time_->forward(what).sigmoid();
    at::Tensor attended = x * what.unsqueeze(3).unsqueeze(4);
    if (!plane_)
        return attended;
    at::Tensor where = plane_->forward(attended); // [N, 1, T, H, W]
    if (plane_time1_)
        where = plane_time2_->forward(plane_time1_->forward(where)).sigmoid();
    if (mask)
        *mask = where;
    return attended * where;
}

bool refines(const AttentionOptions &options)
{
    return options.name == "w3" && options.refine && options.variant != "no-spatial";
}

AttentionRefinement::AttentionRefinement(std::size_t stages, std::int64_t channels)
    : conv_(register_module("conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(
                                        static_cast<std::int64_t>(stages), channels,
                                        /*kernel=*/1))))
{
}

at::Tensor AttentionRefinement::forward(const at::Tensor &map, const std::vector<at::Tensor> &masks)
{
    std::vector<at::Tensor> pooled;
    pooled.reserve(masks.size());
    for (const at::Tensor &mask : masks)
        pooled.push_back(at::adaptive_avg_pool3d(mask, map.sizes().slice(2)));
    const at::Tensor refined =
        at::conv3d(at::cat(pooled, /*dim=*/1), conv_->weight.unsqueeze(2), conv_->bias);
    return map + refined.relu();
}

} // namespace fovea::nn
