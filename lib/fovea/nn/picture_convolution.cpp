// SPDX-License-Identifier: MIT
#include "fovea/nn/picture_convolution.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "fovea/nn/convolution.h"
#include "fovea/nn/fold.h"
#include "fovea/nn/shared_batch.h"

namespace fovea::nn {

PictureConvolution::PictureConvolution(std::int64_t in, std::int64_t out, std::int64_t kernel,
                                       std::int64_t stride, std::int64_t groups, Then then)
    : then_(then)
{
    ConvolutionOptions options;
    options.in_channels = in;
    options.out_channels = out;
    options.kernel = {1, kernel, kernel};
    options.stride = {1, stride, stride};
    options.groups = groups;
    options.bias = then == Then::Nothing;
    options.flat = true;
    conv_ = register_module("conv", std::make_shared<Convolution>(options));
    if (then != Then::Nothing)
        bn_ = register_module("bn", torch::nn::BatchNorm3d(out));
}

at::Tensor PictureConvolution::forward(const at::Tensor &x)
{
    const ConvolutionOptions &options = conv_->options();
    at::Tensor y = at::conv2d(x, conv_->weight, conv_->bias, options.stride[2],
                              options.kernel[2] / 2, /*dilation=*/1, options.groups);
    if (bn_)
        y = nn::batch_norm(bn_, y);
    return then_ == Then::NormAndRelu ? y.relu_() : y;
}

Graph::Value PictureConvolution::describe(Graph &graph, Graph::Value x, const std::string &name)
{
    return graph.convolution(name, x, folded(*conv_, bn_, then_ == Then::NormAndRelu));
}

void PictureConvolution::begin_near(double bias)
{
    const at::NoGradGuard no_grad;
    conv_->weight.normal_(0, /*std=*/0.01);
    conv_->bias.fill_(bias);
}

} // namespace fovea::nn
