// SPDX-License-Identifier: MIT
#include "fovea/nn/evaluate.h"

#include <limits>
#include <memory>

#include <ATen/ATen.h>

#include "fovea/nn/flow_of_clips.h"

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

NodeWeights own_weights(const Node &node)
{
    return {tensor_of(node.weight), tensor_of(node.bias)};
}

std::vector<at::Tensor> values_of(const Graph &graph, const std::vector<NodeWeights> &weights,
                                  const at::Tensor &clips)
{
    const std::vector<Node> &nodes = graph.nodes();
    std::vector<at::Tensor> values = {clips};
    for (std::size_t i = 1; i < nodes.size(); ++i) {
        std::vector<at::Tensor> inputs;
        for (const Graph::Value input : nodes[i].inputs)
            inputs.push_back(values[input]);
        values.push_back(evaluate(nodes[i], weights[i], inputs,
                                  nodes[i].window.padding(size_of(inputs.front()))));
    }
    return values;
}

} // namespace

SharedArray shared_array(const at::Tensor &tensor)
{
    const at::Tensor dense = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
    const auto owner = std::make_shared<const at::Tensor>(dense);
    return {dense.sizes().vec(), std::shared_ptr<const float>(owner, dense.data_ptr<float>())};
}

at::Tensor tensor_of(const SharedArray &array)
{
    if (!array.defined())
        return {};
    return at::from_blob(
        const_cast<float *>(array.data()), array.shape(), // only read: weights
        [owner = array.values()](void *) {}, at::kFloat);
}

std::vector<NodeWeights> weights_at(const Graph &graph, const at::Device &device)
{
    std::vector<NodeWeights> weights;
    for (const Node &node : graph.nodes()) {
        weights.push_back(own_weights(node));
        for (at::Tensor *tensor : {&weights.back().weight, &weights.back().bias}) {
            if (tensor->defined())
                *tensor = tensor->to(device);
        }
    }
    return weights;
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
    return evaluate(node, own_weights(node), inputs, padding);
}

at::Tensor evaluate(const Node &node, const NodeWeights &weights,
                    const std::vector<at::Tensor> &inputs, const Padding &padding)
{
    const at::Tensor &x = inputs.front();
    switch (node.op) {
    case Op::Input:
        return x;
    case Op::Convolution: {
        const at::Tensor y =
            padding.symmetric()
                ? at::conv3d(x, weights.weight, weights.bias, node.window.stride, padding.before,
                             /*dilation=*/1, node.groups)
                : at::conv3d(padded(x, padding, 0), weights.weight, weights.bias,
                             node.window.stride, Size3{}, /*dilation=*/1, node.groups);
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
    case Op::Flow:
        return flow_of_clips(x);
    case Op::TorchLayer:
        return node.torch_layer(x);
    }
    return {};
}

std::vector<at::Tensor> run_outputs(const Graph &graph, const std::vector<NodeWeights> &weights,
                                    const at::Tensor &clips)
{
    const std::vector<at::Tensor> all = values_of(graph, weights, clips);
    std::vector<at::Tensor> maps;
    for (const Graph::Value output : graph.outputs())
        maps.push_back(all[output]);
    return maps;
}

at::Tensor run(const Graph &graph, const at::Tensor &clips)
{
    return values_of(graph, weights_at(graph, at::kCPU), clips).back();
}

std::vector<at::Tensor> run_outputs(const Graph &graph, const at::Tensor &clips)
{
    return run_outputs(graph, weights_at(graph, at::kCPU), clips);
}

} // namespace fovea::nn
