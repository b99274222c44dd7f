// SPDX-License-Identifier: MIT
#include "fovea/nn/graph.h"

#include <limits>
#include <utility>

#include <ATen/ATen.h>

namespace fovea::nn {

namespace {

at::Tensor padded(const at::Tensor &x, const Padding &pad, double value)
{
    if (pad.before == Size3{} && pad.after == Size3{})
        return x;
    return at::constant_pad_nd(
        x, {pad.before[2], pad.after[2], pad.before[1], pad.after[1], pad.before[0], pad.after[0]},
        value);
}

Size3 size_of(const at::Tensor &x)
{
    return {x.size(2), x.size(3), x.size(4)};
}

} // namespace

Graph::Graph()
{
    nodes_.emplace_back();
    nodes_.back().name = "input";
}

Graph::Value Graph::push(Op op, const std::string &name, std::vector<Value> inputs, Node node)
{
    node.op = op;
    node.name = name;
    node.inputs = std::move(inputs);
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
}

Graph::Value Graph::convolution(const std::string &name, Value x, Node convolution)
{
    return push(Op::Convolution, name, {x}, std::move(convolution));
}

Graph::Value Graph::max_pool(const std::string &name, Value x, const KernelWindow &window)
{
    Node node;
    node.window = window;
    return push(Op::MaxPool, name, {x}, std::move(node));
}

Graph::Value Graph::average_pool(const std::string &name, Value x, const KernelWindow &window)
{
    Node node;
    node.window = window;
    return push(Op::AveragePool, name, {x}, std::move(node));
}

Graph::Value Graph::concat(const std::string &name, const std::vector<Value> &parts)
{
    return push(Op::Concat, name, parts);
}

Graph::Value Graph::add(const std::string &name, Value a, Value b, bool relu)
{
    Node node;
    node.relu = relu;
    return push(Op::Add, name, {a, b}, std::move(node));
}

Graph::Value Graph::difference(const std::string &name, Value x, double gain)
{
    Node node;
    node.gain = gain;
    node.window.kernel = {2, 1, 1};
    return push(Op::Difference, name, {x}, std::move(node));
}

Graph::Value Graph::torch_layer(const std::string &name, Value x,
                                std::function<at::Tensor(const at::Tensor &)> run, bool per_frame)
{
    Node node;
    node.torch_layer = std::move(run);
    node.per_frame = per_frame;
    return push(Op::TorchLayer, name, {x}, std::move(node));
}

at::Tensor evaluate(const Node &node, const std::vector<at::Tensor> &inputs, const Padding &padding)
{
    const at::Tensor &x = inputs.front();
    switch (node.op) {
    case Op::Input:
        return x;
    case Op::Convolution: {
        const at::Tensor y =
            padding.symmetric()
                ? at::conv3d(x, node.weight, node.bias, node.window.stride, padding.before,
                             /*dilation=*/1, node.groups)
                : at::conv3d(padded(x, padding, 0), node.weight, node.bias, node.window.stride,
                             Size3{}, /*dilation=*/1, node.groups);
        return node.relu ? y.relu() : y;
    }
    case Op::MaxPool:
        return at::max_pool3d(padded(x, padding, -std::numeric_limits<double>::infinity()),
                              node.window.kernel, node.window.stride);
    case Op::AveragePool:
        return at::avg_pool3d(padded(x, padding, 0), node.window.kernel, node.window.stride);
    case Op::Concat:
        return at::cat(inputs, /*dim=*/1);
    case Op::Add: {
        const at::Tensor y = x + inputs[1];
        return node.relu ? y.relu() : y;
    }
    case Op::Difference: {
        const std::int64_t steps = x.size(2) - 1;
        return node.gain * (x.narrow(2, 1, steps) - x.narrow(2, 0, steps));
    }
    case Op::TorchLayer:
        return node.torch_layer(x);
    }
    return {};
}

at::Tensor Graph::run(const at::Tensor &clips) const
{
    std::vector<at::Tensor> values = {clips};
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
        const Node &node = nodes_[i];
        std::vector<at::Tensor> inputs;
        for (const Value input : node.inputs)
            inputs.push_back(values[input]);
        values.push_back(evaluate(node, inputs, node.window.padding(size_of(inputs.front()))));
    }
    return values.back();
}

} // namespace fovea::nn
