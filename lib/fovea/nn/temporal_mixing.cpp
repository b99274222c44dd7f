// SPDX-License-Identifier: MIT
#include "fovea/nn/temporal_mixing.h"

#include <utility>
#include <vector>

#include <ATen/core/grad_mode.h>
#include <torch/nn/init.h>

#include "fovea/nn/evaluate.h"

namespace fovea::nn {

namespace {

constexpr std::int64_t shift_share = 8; // of the channels, in each direction

/** x(t + 1), zeros at the end */
at::Tensor from_next(const at::Tensor &x)
{
    const at::Tensor rest = x.narrow(2, 1, x.size(2) - 1);
    return at::constant_pad_nd(rest, {0, 0, 0, 0, 0, 1});
}

/** x(t - 1), zeros at the start */
at::Tensor from_previous(const at::Tensor &x)
{
    const at::Tensor rest = x.narrow(2, 0, x.size(2) - 1);
    return at::constant_pad_nd(rest, {0, 0, 0, 0, 1, 0});
}

/** Three numbers a channel, of the frame before, this one and the next: [C, 3] */
Node three_taps(const at::Tensor &taps)
{
    Node node;
    node.window.kernel = {3, 1, 1};
    node.window.fixed = {{1, 0, 0}, {1, 0, 0}};
    node.groups = taps.size(0);
    node.weight = shared_array(taps.contiguous().view({taps.size(0), 1, 3, 1, 1}));
    node.bias = shared_array(at::zeros({taps.size(0)}));
    return node;
}

} // namespace

at::Tensor shifted(const at::Tensor &x)
{
    const std::int64_t fold = x.size(1) / shift_share;
    return at::cat({from_next(x.narrow(1, 0, fold)), from_previous(x.narrow(1, fold, fold)),
                    x.narrow(1, 2 * fold, x.size(1) - 2 * fold)},
                   /*dim=*/1);
}

Node shift(std::int64_t channels)
{
    const std::int64_t fold = channels / shift_share;
    at::Tensor taps = at::zeros({channels, 3});
    taps.narrow(0, 0, fold).select(1, 2).fill_(1);
    taps.narrow(0, fold, fold).select(1, 0).fill_(1);
    taps.narrow(0, 2 * fold, channels - 2 * fold).select(1, 1).fill_(1);
    return three_taps(taps);
}

TemporalAggregation::TemporalAggregation(std::int64_t channels)
    : before_(weight("prev_se", channels)),
      now_(weight("curr_se", channels)),
      after_(weight("next_se", channels))
{
}

at::Tensor TemporalAggregation::weight(const char *name, std::int64_t channels)
{
    const auto fc1 = std::make_shared<torch::nn::Module>("fc1");
    at::Tensor weight = fc1->register_parameter("weight", at::empty({channels, 1, 1, 1}));
    torch::nn::init::kaiming_normal_(weight, /*a=*/0, torch::kFanOut);
    register_module(name, std::make_shared<torch::nn::Module>(name))->register_module("fc1", fc1);
    return weight;
}

at::Tensor TemporalAggregation::forward(const at::Tensor &x)
{
    const at::Tensor sum = from_previous(x) * before_.unsqueeze(0) + x * now_.unsqueeze(0) +
                           from_next(x) * after_.unsqueeze(0);
    return sum.relu();
}

Graph::Value TemporalAggregation::describe(Graph &graph, Graph::Value x, const std::string &name)
{
    const at::NoGradGuard no_grad;
    std::vector<at::Tensor> taps;
    for (const at::Tensor &weight : {before_, now_, after_})
        taps.push_back(weight.detach().to(at::kCPU, at::kFloat).flatten());
    Node node = three_taps(at::stack(taps, /*dim=*/1));
    node.activation = relu;
    return graph.convolution(name, x, std::move(node));
}

} // namespace fovea::nn
