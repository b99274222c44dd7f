// SPDX-License-Identifier: MIT
#include "fovea/engine/torch/channels_last_graph.h"

#include <algorithm>

#include <ATen/ATen.h>

#include "fovea/nn/evaluate.h"

#ifdef FOVEA_CUDA
#include <c10/cuda/CUDAStream.h>

#include "fovea/engine/torch/cuda_max_pool.h"
#endif

namespace fovea {

namespace {

using nn::Node;
using nn::Op;
using nn::Size3;

constexpr auto channels_last = at::MemoryFormat::ChannelsLast3d;
constexpr Size3 single_place = {1, 1, 1};
constexpr std::int64_t even_channels = 8; ///< a multiple of these is what tensor cores take

Size3 extent(const at::Tensor &x)
{
    return {x.size(2), x.size(3), x.size(4)};
}

bool is_pointwise(const Node &node)
{
    return node.window.kernel == single_place && node.window.stride == single_place &&
           node.groups == 1;
}

/** \brief The first convolution, where it steps over its input */
bool takes_depth(const Node &node)
{
    return node.inputs == std::vector<std::size_t>{0} && node.groups == 1 &&
           node.weight.size(1) < even_channels && node.window.stride != single_place;
}

/** \brief Channels of the input of \a node, space to depth */
std::int64_t depth_channels(const Node &node)
{
    const Size3 &by = node.window.stride;
    const std::int64_t channels = node.weight.size(1) * by[0] * by[1] * by[2];
    return (channels + even_channels - 1) / even_channels * even_channels;
}

/** \brief Steps of the smaller kernel: those of the kernel over the stride, rounded up */
Size3 depth_kernel(const Node &node)
{
    Size3 kernel{};
    for (std::size_t i = 0; i < kernel.size(); ++i)
        kernel[i] = (node.window.kernel[i] + node.window.stride[i] - 1) / node.window.stride[i];
    return kernel;
}

/** \brief [N, C, a f, b g, c h] as [N, C f g h, a, b, c]; missing channels are zeros */
at::Tensor space_to_depth(const at::Tensor &x, const Size3 &by, std::int64_t channels)
{
    const at::Tensor parts = x.reshape({x.size(0), x.size(1), x.size(2) / by[0], by[0],
                                        x.size(3) / by[1], by[1], x.size(4) / by[2], by[2]})
                                 .permute({0, 1, 3, 5, 7, 2, 4, 6})
                                 .flatten(1, 4);
    return channels == parts.size(1)
               ? parts
               : at::constant_pad_nd(parts, {0, 0, 0, 0, 0, 0, 0, channels - parts.size(1)});
}

at::Tensor depth_weight(const Node &node)
{
    const Size3 &by = node.window.stride;
    const Size3 steps = depth_kernel(node);
    std::vector<std::int64_t> missing;
    for (std::size_t i = 3; i-- > 0;) {
        missing.push_back(0);
        missing.push_back(steps[i] * by[i] - node.window.kernel[i]);
    }
    return space_to_depth(at::constant_pad_nd(nn::tensor_of(node.weight), missing), by,
                          depth_channels(node));
}

at::Tensor pooled(const Node &node, const at::Tensor &x)
{
    const nn::Padding padding = node.window.padding(extent(x));
#ifdef FOVEA_CUDA
    if (x.is_cuda() && x.is_contiguous(channels_last)) {
        const Size3 size = node.window.outputs(extent(x), padding);
        at::Tensor y = at::empty({x.size(0), x.size(1), size[0], size[1], size[2]}, x.options(),
                                 channels_last);
        if (cuda_max_pool({x.data_ptr(), y.data_ptr(), x.scalar_type() == at::kFloat,
                           x.scalar_type() == at::kBFloat16, x.size(0), x.size(1), extent(x), size,
                           node.window.kernel, node.window.stride, padding.before},
                          c10::cuda::getCurrentCUDAStream().stream()))
            return y;
    }
#endif
    return nn::evaluate(node, {x}, padding);
}

} // namespace

ChannelsLastGraph::ChannelsLastGraph(const nn::Graph &graph, at::Device device, at::ScalarType type)
    : graph_(graph), type_(type), layers_(graph.nodes().size()), last_use_(graph.nodes().size(), 0)
{
    const auto &nodes = graph_.nodes();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        for (const std::size_t input : nodes[i].inputs)
            last_use_[input] = i;
        if (nodes[i].op != Op::Convolution)
            continue;
        Layer &layer = layers_[i];
        layer.pointwise = is_pointwise(nodes[i]);
        layer.from_depth = takes_depth(nodes[i]);
        layer.bias = nn::tensor_of(nodes[i].bias).to(device, type);
        const at::Tensor own = nn::tensor_of(nodes[i].weight);
        const at::Tensor weight = layer.from_depth  ? depth_weight(nodes[i])
                                  : layer.pointwise ? own.flatten(1).t()
                                                    : own;
        layer.weight = weight.to(device, type);
        layer.weight =
            layer.pointwise ? layer.weight.contiguous() : layer.weight.contiguous(channels_last);
    }
}

at::Tensor ChannelsLastGraph::to_depth(const Node &node, const at::Tensor &clips) const
{
    const Size3 size = extent(clips);
    const nn::Padding padding = node.window.padding(size);
    const Size3 outputs = node.window.outputs(size, padding);
    const Size3 steps = depth_kernel(node);
    std::vector<std::int64_t> around;
    for (std::size_t i = 3; i-- > 0;) {
        const std::int64_t whole = (outputs[i] + steps[i] - 1) * node.window.stride[i];
        around.push_back(padding.before[i]);
        around.push_back(whole - padding.before[i] - size[i]); // below 0: what no step reaches
    }
    return space_to_depth(at::constant_pad_nd(clips, around), node.window.stride,
                          depth_channels(node))
        .to(clips.device(), type_, /*non_blocking=*/false, /*copy=*/false, channels_last);
}

at::Tensor ChannelsLastGraph::convolved(const Node &node, const Layer &layer,
                                        const at::Tensor &x) const
{
    const bool is_relu = node.activation == nn::relu;
    if (layer.pointwise) {
        const at::Tensor places = x.permute({0, 2, 3, 4, 1}).flatten(0, 3);
        const at::Tensor y = is_relu ? at::_addmm_activation(layer.bias, places, layer.weight)
                                     : at::addmm(layer.bias, places, layer.weight);
        const at::Tensor map = y.view({x.size(0), x.size(2), x.size(3), x.size(4), y.size(1)})
                                   .permute({0, 4, 1, 2, 3});
        return is_relu ? map : nn::bent(map, node.activation);
    }
    at::Tensor seen = layer.from_depth ? to_depth(node, x) : x;
    Size3 stride = node.window.stride;
    Size3 around = {};
    if (layer.from_depth) {
        stride = single_place;
    } else {
        const nn::Padding padding = node.window.padding(extent(x));
        around = padding.before;
        if (!padding.symmetric()) {
            seen =
                at::constant_pad_nd(seen, {padding.before[2], padding.after[2], padding.before[1],
                                           padding.after[1], padding.before[0], padding.after[0]});
            around = {};
        }
    }
    if (is_relu && x.is_cuda() && type_ != at::kFloat && node.groups == 1)
        return at::cudnn_convolution_relu(seen, layer.weight, layer.bias, stride, around,
                                          single_place, node.groups);
    return nn::bent(
        at::conv3d(seen, layer.weight, layer.bias, stride, around, /*dilation=*/1, node.groups),
        node.activation);
}

bool ChannelsLastGraph::stays_on_device() const
{
    return std::none_of(graph_.nodes().begin(), graph_.nodes().end(),
                        [](const Node &node) { return node.op == Op::Flow; });
}

at::Tensor ChannelsLastGraph::rows(const at::Tensor &clips) const
{
    const auto &nodes = graph_.nodes();
    std::vector<at::Tensor> maps(nodes.size());
    const bool only_depth = std::all_of(nodes.begin() + 1, nodes.end(), [&](const Node &node) {
        const bool reads_clips =
            std::find(node.inputs.begin(), node.inputs.end(), 0) != node.inputs.end();
        return !reads_clips || layers_[static_cast<std::size_t>(&node - nodes.data())].from_depth;
    });
    maps[0] = only_depth ? clips : clips.to(clips.device(), type_, false, false, channels_last);
    for (std::size_t i = 1; i < nodes.size(); ++i) {
        const Node &node = nodes[i];
        std::vector<at::Tensor> inputs;
        for (const std::size_t input : node.inputs)
            inputs.push_back(maps[input]);
        if (node.op == Op::Convolution)
            maps[i] = convolved(node, layers_[i], inputs.front());
        else if (node.op == Op::MaxPool)
            maps[i] = pooled(node, inputs.front());
        else
            maps[i] = nn::evaluate(node, inputs, node.window.padding(extent(inputs.front())));
        for (const std::size_t input : node.inputs) {
            if (last_use_[input] == i)
                maps[input] = at::Tensor();
        }
    }
    return maps.back().mean({3, 4}, /*keepdim=*/false, at::kFloat).transpose(1, 2).contiguous();
}

} // namespace fovea
