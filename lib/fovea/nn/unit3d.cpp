// SPDX-License-Identifier: MIT
#include "fovea/nn/unit3d.h"

#include <utility>

#include "fovea/nn/fold.h"
#include "fovea/nn/shared_batch.h"

namespace fovea::nn {

namespace {

Size3 extent_of(const at::Tensor &x)
{
    return {x.size(2), x.size(3), x.size(4)};
}

at::Tensor padded(const at::Tensor &x, const SamePadding &pad)
{
    return at::constant_pad_nd(
        x, {pad.before[2], pad.after[2], pad.before[1], pad.after[1], pad.before[0], pad.after[0]});
}

} // namespace

Graph::Value Layer::describe(Graph &graph, Graph::Value x, const std::string &name)
{
    return graph.torch_layer(name, x, [this](const at::Tensor &map) { return forward(map); });
}

at::Tensor pointwise(const at::Tensor &weight, const at::Tensor &x)
{
    const at::Tensor matrix = weight.flatten(1);
    if (!x.is_contiguous() && x.is_contiguous(at::MemoryFormat::ChannelsLast3d))
        return at::matmul(x.permute({0, 2, 3, 4, 1}), matrix.t()).permute({0, 4, 1, 2, 3});
    return at::matmul(matrix, x.flatten(2)).unflatten(2, x.sizes().slice(2));
}

Unit3d::Unit3d(const Unit3dOptions &options) : options_(options)
{
    conv3d = register_module(
        "conv3d", torch::nn::Conv3d(torch::nn::Conv3dOptions(options.in_channels,
                                                             options.out_channels, options.kernel)
                                        .stride(options.stride)
                                        .bias(options.bias)));
    if (options.batch_norm)
        bn = register_module(
            "bn", torch::nn::BatchNorm3d(
                      torch::nn::BatchNormOptions(options.out_channels).eps(1e-3).momentum(0.01)));
}

at::Tensor Unit3d::convolve(const at::Tensor &x)
{
    if (options_.kernel == Size3{1, 1, 1} && options_.stride == Size3{1, 1, 1} && !options_.bias)
        return pointwise(conv3d->weight, x);
    const SamePadding pad(extent_of(x), options_.kernel, options_.stride);
    if (pad.symmetric()) // no copy of the input
        return at::conv3d(x, conv3d->weight, conv3d->bias, options_.stride, pad.before);
    return at::conv3d(padded(x, pad), conv3d->weight, conv3d->bias, options_.stride);
}

at::Tensor Unit3d::forward(const at::Tensor &x)
{
    at::Tensor y = convolve(x);
    if (bn)
        y = nn::batch_norm(bn, y);
    return options_.relu ? y.relu_() : y;
}

Graph::Value Unit3d::describe(Graph &graph, Graph::Value x, const std::string &name)
{
    Node node = folded(conv3d, bn, options_.relu);
    node.window.same = true;
    return graph.convolution(name, x, std::move(node));
}

std::shared_ptr<Unit3d> make_classifier(std::int64_t channels, std::int64_t classes)
{
    Unit3dOptions options;
    options.in_channels = channels;
    options.out_channels = classes;
    options.bias = true;
    options.batch_norm = false;
    options.relu = false;
    return std::make_shared<Unit3d>(options);
}

at::Tensor MaxPool3dSame::forward(const at::Tensor &x)
{
    const SamePadding pad(extent_of(x), kernel_, stride_);
    // Rounding the output size up adds windows that run over the end by less than a stride: the odd
    // pad, without a copy of the input.
    bool by_rounding = true;
    for (std::size_t i = 0; i < kernel_.size(); ++i)
        by_rounding = by_rounding && pad.after[i] - pad.before[i] < stride_[i];
    if (by_rounding)
        return at::max_pool3d(x, kernel_, stride_, pad.before, /*dilation=*/1, /*ceil_mode=*/true);
    return at::max_pool3d(padded(x, pad), kernel_, stride_);
}

Graph::Value MaxPool3dSame::describe(Graph &graph, Graph::Value x, const std::string &name)
{
    KernelWindow window;
    window.kernel = kernel_;
    window.stride = stride_;
    window.same = true;
    return graph.max_pool(name, x, window);
}

} // namespace fovea::nn
