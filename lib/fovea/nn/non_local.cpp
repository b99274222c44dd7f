// SPDX-License-Identifier: MIT
#include "fovea/nn/non_local.h"

#include <algorithm>

#include <torch/nn/init.h>

#include "fovea/nn/shared_batch.h"

namespace fovea::nn {

namespace {

std::shared_ptr<Convolution> pointwise(std::int64_t in, std::int64_t out)
{
    ConvolutionOptions options;
    options.in_channels = in;
    options.out_channels = out;
    options.bias = true;
    return std::make_shared<Convolution>(options);
}

at::Tensor pooled(const at::Tensor &x)
{
    const bool small = x.size(3) < 2 || x.size(4) < 2;
    return small ? x : at::max_pool3d(x, {1, 2, 2}, {1, 2, 2});
}

} // namespace

NonLocal::NonLocal(const AttentionOptions &options, std::int64_t channels, const Size3 & /*size*/)
    : softmax_(options.variant == "embedded-gaussian")
{
    const std::int64_t half = std::max<std::int64_t>(1, channels / 2);
    theta_ = register_module("theta", pointwise(channels, half));
    phi_ = register_module("phi", pointwise(channels, half));
    g_ = register_module("g", pointwise(channels, half));
    w_ = register_module("w", pointwise(half, channels));
    bn_ = register_module("bn", torch::nn::BatchNorm3d(channels));
    torch::nn::init::zeros_(bn_->weight);
}

at::Tensor NonLocal::forward(const at::Tensor &x, at::Tensor * /*mask*/)
{
    const at::Tensor queries = theta_->forward(x).flatten(2).transpose(1, 2); // [N, P, C/2]
    const at::Tensor keys = pooled(phi_->forward(x)).flatten(2);              // [N, C/2, P/4]
    const at::Tensor values = pooled(g_->forward(x)).flatten(2).transpose(1, 2);
    at::Tensor affinity = at::matmul(queries, keys);
    affinity =
        softmax_ ? affinity.softmax(/*dim=*/2) : affinity / static_cast<double>(affinity.size(2));
    const at::Tensor y = at::matmul(affinity, values)
                             .transpose(1, 2)
                             .reshape({x.size(0), values.size(2), x.size(2), x.size(3), x.size(4)});
    return nn::batch_norm(bn_, w_->forward(y)) + x;
}

} // namespace fovea::nn
