// SPDX-License-Identifier: MIT
#include "fovea/nn/convolution.h"

#include <vector>

#include <torch/nn/init.h>

namespace fovea::nn {

namespace {

constexpr Size3 single = {1, 1, 1};

std::vector<std::int64_t> weight_shape(const ConvolutionOptions &options)
{
    std::vector<std::int64_t> shape = {options.out_channels, options.in_channels / options.groups};
    if (!options.flat)
        shape.push_back(options.kernel[0]);
    shape.push_back(options.kernel[1]);
    shape.push_back(options.kernel[2]);
    return shape;
}

at::Tensor every(const at::Tensor &x, const Size3 &stride)
{
    at::Tensor some = x;
    for (std::size_t i = 0; i < stride.size(); ++i) {
        if (stride[i] > 1)
            some = some.slice(static_cast<std::int64_t>(i) + 2, 0, /*end=*/{}, stride[i]);
    }
    return some;
}

} // namespace

Convolution::Convolution(const ConvolutionOptions &options) : options_(options)
{
    weight = register_parameter("weight", at::empty(weight_shape(options)));
    torch::nn::init::kaiming_normal_(weight, /*a=*/0, torch::kFanOut);
    if (options.bias)
        bias = register_parameter("bias", at::zeros({options.out_channels}));
}

at::Tensor Convolution::forward(const at::Tensor &x)
{
    if (options_.kernel == single && options_.groups == 1 && !options_.bias)
        return pointwise(weight, every(x, options_.stride));
    const at::Tensor kernel = options_.flat ? weight.unsqueeze(2) : weight;
    return at::conv3d(x, kernel, bias, options_.stride, centred(options_.kernel), /*dilation=*/1,
                      options_.groups);
}

Size3 size_after(const Size3 &size, const Size3 &kernel, const Size3 &stride, const Size3 &padding)
{
    Size3 after{};
    for (std::size_t i = 0; i < size.size(); ++i) {
        const std::int64_t room = size[i] + 2 * padding[i] - kernel[i];
        after[i] = room < 0 ? 0 : room / stride[i] + 1;
    }
    return after;
}

Size3 centred(const Size3 &kernel)
{
    return {kernel[0] / 2, kernel[1] / 2, kernel[2] / 2};
}

torch::nn::Conv3d centred_convolution(std::int64_t in, std::int64_t out, const Size3 &kernel,
                                      const Size3 &stride, std::int64_t groups)
{
    return torch::nn::Conv3d(torch::nn::Conv3dOptions(in, out, kernel)
                                 .stride(stride)
                                 .padding(centred(kernel))
                                 .groups(groups)
                                 .bias(false));
}

} // namespace fovea::nn
