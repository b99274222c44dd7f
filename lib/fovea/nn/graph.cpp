// SPDX-License-Identifier: MIT
#include "fovea/nn/graph.h"

#include <utility>

namespace fovea::nn {

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

Graph::Value Graph::flow(const std::string &name, Value x)
{
    Node node;
    node.window.kernel = {2, 1, 1};
    return push(Op::Flow, name, {x}, std::move(node));
}

Graph::Value Graph::torch_layer(const std::string &name, Value x,
                                std::function<at::Tensor(const at::Tensor &)> run, bool per_frame)
{
    Node node;
    node.torch_layer = std::move(run);
    node.per_frame = per_frame;
    return push(Op::TorchLayer, name, {x}, std::move(node));
}

} // namespace fovea::nn
