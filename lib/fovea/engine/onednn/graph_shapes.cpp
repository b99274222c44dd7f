// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/graph_shapes.h"

#include <algorithm>
#include <string>

#include "fovea/core/errors.h"
#include "fovea/engine/onednn/torch_layer.h"
#include "fovea/flow/frame_flow.h"

namespace fovea {

namespace {

using nn::Node;
using nn::Op;

constexpr std::int64_t most_size = 1 << 24; ///< channels or a side

/** Of a frame: no product of it with frames, streams and bytes overflows */
constexpr std::int64_t most_values = std::int64_t{1} << 40;

[[noreturn]] void refuse(const Node &node, const std::string &why)
{
    throw Error(Error::Kind::Settings, "layer '" + node.name + "': " + why);
}

/** LibTorch alone knows what a LibTorch layer makes: it is asked, with zeros */
MapShape probe(const Node &node, const MapShape &in)
{
    if (in.frames == unknown_frames && !node.per_frame)
        refuse(node, "runs as it is, in LibTorch, and needs all frames at once; use one-shot");
    const std::int64_t frames = in.frames == unknown_frames ? 1 : in.frames;
    const std::vector<std::int64_t> out =
        torch_layer_shape(node, {1, in.channels, frames, in.height, in.width});
    if (out.size() != 5 || out[0] != 1 || (node.per_frame && out[2] != frames))
        refuse(node, "expected a LibTorch layer to return [N, C, T, H, W]");
    return {out[1], in.frames == unknown_frames ? unknown_frames : out[2], out[3], out[4]};
}

MapShape windowed(const Node &node, const MapShape &in)
{
    const bool known = in.frames != unknown_frames;
    const nn::Size3 size = {known ? in.frames : node.window.kernel[0], in.height, in.width};
    const nn::Size3 out = node.window.outputs(size, node.window.padding(size));
    if (*std::min_element(out.begin(), out.end()) < 1)
        refuse(node, "cannot take maps of " + std::to_string(size[0]) + " x " +
                         std::to_string(size[1]) + " x " + std::to_string(size[2]) +
                         "; give more frames or larger ones");
    if (node.op == Op::Flow && std::min(in.height, in.width) < least_flow_side)
        refuse(node, "expected pictures of at least " + std::to_string(least_flow_side) +
                         " pixels a side, got " + std::to_string(in.width) + " x " +
                         std::to_string(in.height));
    if (node.op == Op::Convolution && node.weight.size(1) * node.groups != in.channels)
        refuse(node, "expected " + std::to_string(node.weight.size(1) * node.groups) +
                         " channels, got " + std::to_string(in.channels));
    std::int64_t channels = in.channels;
    if (node.op == Op::Convolution)
        channels = node.weight.size(0);
    else if (node.op == Op::Flow)
        channels = flow_channels;
    return {channels, known ? out[0] : unknown_frames, out[1], out[2]};
}

MapShape sliced(const Node &node, const MapShape &in)
{
    if (node.first_channel < 0 || node.channels < 1 ||
        node.first_channel + node.channels > in.channels)
        refuse(node, "expected channels from 0 to " + std::to_string(in.channels - 1) + ", got " +
                         std::to_string(node.channels) + " from " +
                         std::to_string(node.first_channel) + " on");
    MapShape out = in;
    out.channels = node.channels;
    return out;
}

MapShape upsampled(const Node &node, const MapShape &in)
{
    if (std::max(in.height, in.width) > most_size / node.factor)
        refuse(node, "makes maps of more than " + std::to_string(most_size) + " pixels a side");
    return {in.channels, in.frames, in.height * node.factor, in.width * node.factor};
}

MapShape joined(const Node &node, const std::vector<MapShape> &shapes)
{
    MapShape out = shapes[node.inputs.front()];
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        const MapShape &next = shapes[node.inputs[i]];
        if (next.height != out.height || next.width != out.width || next.frames != out.frames ||
            (node.op == Op::Add && next.channels != out.channels))
            refuse(node, "its inputs differ in size");
        if (node.op == Op::Concat)
            out.channels += next.channels;
        if (out.channels > most_size)
            refuse(node, "joins more than " + std::to_string(most_size) + " channels");
    }
    return out;
}

} // namespace

std::vector<MapShape> map_shapes(const nn::Graph &graph, const MapShape &clip)
{
    std::vector<MapShape> shapes;
    for (const Node &node : graph.nodes()) {
        if (node.op == Op::Input)
            shapes.push_back(clip);
        else if (node.op == Op::TorchLayer)
            shapes.push_back(probe(node, shapes[node.inputs.front()]));
        else if (node.op == Op::Concat || node.op == Op::Add)
            shapes.push_back(joined(node, shapes));
        else if (node.op == Op::Slice)
            shapes.push_back(sliced(node, shapes[node.inputs.front()]));
        else if (node.op == Op::Upsample)
            shapes.push_back(upsampled(node, shapes[node.inputs.front()]));
        else
            shapes.push_back(windowed(node, shapes[node.inputs.front()]));
        if (shapes.back().pixels() >
            most_values / std::max<std::int64_t>(shapes.back().channels, 1))
            refuse(node, "makes maps of more than " + std::to_string(most_values) + " values");
    }
    return shapes;
}

std::int64_t frames_made(const nn::Graph &graph, std::int64_t frames)
{
    std::vector<std::int64_t> made;
    for (const Node &node : graph.nodes()) {
        if (node.op == Op::Input) {
            made.push_back(frames);
            continue;
        }
        const nn::KernelWindow &window = node.window;
        const nn::Size3 size = {made[node.inputs.front()], window.kernel[1], window.kernel[2]};
        made.push_back(size[0] < 1 ? 0 : window.outputs(size, window.padding(size))[0]);
    }
    return made.back();
}

} // namespace fovea
