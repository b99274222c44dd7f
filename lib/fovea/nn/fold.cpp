// SPDX-License-Identifier: MIT
#include "fovea/nn/fold.h"

#include <variant>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/version.h>

#include "fovea/nn/evaluate.h"

namespace fovea::nn {

namespace {

#if TORCH_VERSION_MAJOR >= 2
using std::get_if;
#else
using c10::get_if;
#endif

Size3 as_size(const torch::ExpandingArray<3> &array)
{
    return *array;
}

/** Weight and bias of a node, in double precision: the fold itself adds no error worth the name */
void fold(Node &node, const at::Tensor &conv_weight, const at::Tensor &conv_bias,
          const torch::nn::BatchNorm3d &bn)
{
    const at::NoGradGuard no_grad;
    const auto as_double = [](const at::Tensor &t) { return t.detach().to(at::kCPU, at::kDouble); };
    at::Tensor weight = as_double(conv_weight);
    at::Tensor bias =
        conv_bias.defined() ? as_double(conv_bias) : at::zeros({weight.size(0)}, at::kDouble);
    if (bn) {
        const at::Tensor gain =
            as_double(bn->weight) / (as_double(bn->running_var) + bn->options.eps()).sqrt();
        weight = weight * gain.view({-1, 1, 1, 1, 1});
        bias = (bias - as_double(bn->running_mean)) * gain + as_double(bn->bias);
    }
    node.weight = shared_array(weight);
    node.bias = shared_array(bias);
}

} // namespace

Node folded(const torch::nn::Conv3d &conv, const torch::nn::BatchNorm3d &bn, bool relu)
{
    const auto &options = conv->options;
    Node node;
    node.window.kernel = as_size(options.kernel_size());
    node.window.stride = as_size(options.stride());
    if (const auto *pad = get_if<torch::ExpandingArray<3>>(&options.padding()))
        node.window.fixed = Padding{as_size(*pad), as_size(*pad)};
    node.groups = options.groups();
    if (relu)
        node.activation = nn::relu;
    fold(node, conv->weight, conv->bias, bn);
    return node;
}

Node folded(const Convolution &conv, const torch::nn::BatchNorm3d &bn, bool relu)
{
    const ConvolutionOptions &options = conv.options();
    Node node;
    node.window.kernel = options.kernel;
    node.window.stride = options.stride;
    node.window.fixed = Padding{centred(options.kernel), centred(options.kernel)};
    node.groups = options.groups;
    if (relu)
        node.activation = nn::relu;
    fold(node, options.flat ? conv.weight.unsqueeze(2) : conv.weight, conv.bias, bn);
    return node;
}

Node connected(const torch::nn::Linear &layer, std::int64_t channels, const Size3 &kernel,
               bool with_relu)
{
    Node node;
    node.window.kernel = kernel;
    node.window.stride = kernel;
    node.weight = shared_array(layer->weight.detach().reshape(
        {layer->weight.size(0), channels, kernel[0], kernel[1], kernel[2]}));
    node.bias = shared_array(layer->bias);
    if (with_relu)
        node.activation = relu;
    return node;
}

} // namespace fovea::nn
