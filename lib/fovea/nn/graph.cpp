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

at::Tensor upsampled(const at::Tensor &x, const Node &node)
{
    if (node.upsampling == Upsampling::Nearest)
        return x.repeat_interleave(node.factor, /*dim=*/3)
            .repeat_interleave(node.factor, /*dim=*/4);
    const std::int64_t height = x.size(3) * node.factor;
    const std::int64_t width = x.size(4) * node.factor;
    const at::Tensor frames = x.transpose(1, 2).flatten(0, 1); // N T, C, H, W
    return at::upsample_bilinear2d(frames, {height, width}, /*align_corners=*/false)
        .view({x.size(0), x.size(2), x.size(1), height, width})
        .transpose(1, 2);
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
    if (relu)
        node.activation = nn::relu;
    return push(Op::Add, name, {a, b}, std::move(node));
}

Graph::Value Graph::slice(const std::string &name, Value x, std::int64_t first_channel,
                          std::int64_t channels)
{
    Node node;
    node.first_channel = first_channel;
    node.channels = channels;
    return push(Op::Slice, name, {x}, std::move(node));
}

Graph::Value Graph::upsample(const std::string &name, Value x, std::int64_t factor,
                             Upsampling upsampling)
{
    Node node;
    node.factor = factor;
    node.upsampling = upsampling;
    return push(Op::Upsample, name, {x}, std::move(node));
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

at::Tensor bent(const at::Tensor &x, const Activation &activation)
{
    if (!activation.bends())
        return x;
    const at::Tensor y = activation.is_rectified() ? x.relu() : at::leaky_relu(x, activation.slope);
    return activation.has_limit() ? y.clamp_max(activation.limit) : y;
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
        return bent(y, node.activation);
    }
    case Op::MaxPool:
        return at::max_pool3d(padded(x, padding, -std::numeric_limits<double>::infinity()),
                              node.window.kernel, node.window.stride);
    case Op::AveragePool:
        return at::avg_pool3d(padded(x, padding, 0), node.window.kernel, node.window.stride);
    case Op::Concat:
        return at::cat(inputs, /*dim=*/1);
    case Op::Slice:
        return x.narrow(/*dim=*/1, node.first_channel, node.channels);
    case Op::Add:
        return bent(x + inputs[1], node.activation);
    case Op::Upsample:
        return upsampled(x, node);
    case Op::Difference: {
        const std::int64_t steps = x.size(2) - 1;
        return node.gain * (x.narrow(2, 1, steps) - x.narrow(2, 0, steps));
    }
    case Op::TorchLayer:
        return node.torch_layer(x);
    }
    return {};
}

std::vector<at::Tensor> Graph::values(const at::Tensor &clips) const
{
    std::vector<at::Tensor> values = {clips};
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
        const Node &node = nodes_[i];
        std::vector<at::Tensor> inputs;
        for (const Value input : node.inputs)
            inputs.push_back(values[input]);
        values.push_back(evaluate(node, inputs, node.window.padding(size_of(inputs.front()))));
    }
    return values;
}

at::Tensor Graph::run(const at::Tensor &clips) const
{
    return values(clips).back();
}

std::vector<at::Tensor> Graph::run_outputs(const at::Tensor &clips) const
{
    const std::vector<at::Tensor> all = values(clips);
    std::vector<at::Tensor> maps;
    for (const Value output : outputs_)
        maps.push_back(all[output]);
    return maps;
}

Graph Graph::to(const at::Device &device) const
{
    Graph moved = *this;
    for (Node &node : moved.nodes_) {
        if (node.weight.defined()) {
            node.weight = node.weight.to(device);
            node.bias = node.bias.to(device);
        }
    }
    return moved;
}

} // namespace fovea::nn
