// SPDX-License-Identifier: MIT
#include "fovea/bench/flops.h"

#include <algorithm>

namespace fovea {

namespace {

/** Taps of one dimension over all positions of the kernel that lie on the map */
double taps(std::int64_t size, std::int64_t before, std::int64_t kernel, std::int64_t stride,
            std::int64_t positions)
{
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < positions; ++i) {
        const std::int64_t first = i * stride - before;
        sum += std::max<std::int64_t>(0, std::min(first + kernel, size) -
                                             std::max<std::int64_t>(first, 0));
    }
    return static_cast<double>(sum);
}

} // namespace

double valid_flops(const nn::Graph &graph, const std::vector<MapShape> &shapes,
                   const GraphStep &step)
{
    double flops = 0;
    for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
        const nn::Node &node = graph.nodes()[i];
        const NodeStep &part = step.nodes[i];
        if (node.op != nn::Op::Convolution || part.value.fresh == 0)
            continue;
        const MapShape &in = shapes[node.inputs.front()];
        const MapShape &out = shapes[i];
        const nn::KernelWindow &window = node.window;
        const nn::Padding padding = window.padding({1, in.height, in.width});
        const double positions =
            taps(part.reads.front().frames, part.before, window.kernel[0], window.stride[0],
                 part.value.fresh) *
            taps(in.height, padding.before[1], window.kernel[1], window.stride[1], out.height) *
            taps(in.width, padding.before[2], window.kernel[2], window.stride[2], out.width);
        const double pairs = static_cast<double>(out.channels) * static_cast<double>(in.channels) /
                             static_cast<double>(node.groups);
        flops += 2 * positions * pairs;
    }
    return flops;
}

double gflop_of_clip(const nn::Graph &graph, std::int64_t frames, std::int64_t size)
{
    const std::vector<MapShape> shapes = map_shapes(graph, {3, frames, size, size});
    return valid_flops(graph, shapes, GraphClock(graph, shapes).advance(frames, /*last=*/true)) /
           1e9;
}

std::int64_t few_frames(const nn::Backbone &backbone)
{
    constexpr std::int64_t eight = 8;
    constexpr std::int64_t most = 64;
    std::int64_t frames = eight;
    while (frames < most && backbone.rows_of(frames) < 1)
        frames += eight;
    return frames;
}

} // namespace fovea
