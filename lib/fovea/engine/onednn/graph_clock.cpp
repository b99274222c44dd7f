// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/graph_clock.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

using nn::Node;
using nn::Op;

/** A graph that makes no row of so many frames makes none at all */
constexpr std::int64_t most_frames_to_first_row = 100000;

std::int64_t kernel_of(const Node &node)
{
    return node.window.kernel[0];
}

std::int64_t stride_of(const Node &node)
{
    return node.window.stride[0];
}

} // namespace

std::vector<std::int64_t> GraphStep::key() const
{
    std::vector<std::int64_t> numbers;
    for (const NodeStep &node : nodes) {
        numbers.insert(numbers.end(), {node.value.held, node.value.fresh, node.value.keep,
                                       node.before, node.after});
        for (const ReadStep &read : node.reads)
            numbers.insert(numbers.end(), {read.begin, read.frames});
    }
    return numbers;
}

GraphClock::GraphClock(const nn::Graph &graph, std::vector<MapShape> shapes)
    : graph_(graph), shapes_(std::move(shapes)), progress_(graph.nodes().size())
{
}

std::int64_t GraphClock::pad_before(std::size_t index) const
{
    const Node &node = graph_.nodes()[index];
    const std::int64_t total = shapes_[node.inputs.front()].frames;
    return node.window.padding({total == unknown_frames ? stride_of(node) : total, 1, 1}).before[0];
}

std::int64_t GraphClock::outputs_of(std::size_t index, std::int64_t total) const
{
    const Node &node = graph_.nodes()[index];
    if (node.op == Op::TorchLayer && !node.per_frame)
        return shapes_[index].frames;
    if (node.window.same)
        return (total + stride_of(node) - 1) / stride_of(node);
    return node.window.outputs({total, 1, 1}, node.window.fixed)[0];
}

NodeStep GraphClock::step(std::size_t index, const std::vector<NodeStep> &done, bool last)
{
    const Node &node = graph_.nodes()[index];
    const std::int64_t kernel = kernel_of(node);
    const std::int64_t stride = stride_of(node);
    const std::int64_t pad = pad_before(index);
    const std::int64_t made = progress_[index].made;

    std::int64_t available = std::numeric_limits<std::int64_t>::max();
    for (const std::size_t input : node.inputs)
        available = std::min(available, progress_[input].made + done[input].value.fresh);

    const std::int64_t room = available + pad - kernel;
    std::int64_t until = room < 0 ? 0 : room / stride + 1;
    if (last)
        until = outputs_of(index, available);
    NodeStep step;
    step.value.fresh = std::max<std::int64_t>(until - made, 0);
    step.reads.resize(node.inputs.size());
    if (step.value.fresh == 0)
        return step;

    const bool whole = node.op == Op::TorchLayer && !node.per_frame; // one-shot: all frames at once
    const std::int64_t begin = whole ? 0 : made * stride - pad;
    const std::int64_t end = whole ? available : (until - 1) * stride - pad + kernel;
    step.before = std::max<std::int64_t>(-begin, 0);
    step.after = std::max<std::int64_t>(end - available, 0);
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const std::int64_t first = std::max<std::int64_t>(begin, 0);
        step.reads[i] = {first - progress_[node.inputs[i]].base, std::min(end, available) - first};
    }
    return step;
}

void GraphClock::keep(std::vector<NodeStep> &done, bool last)
{
    // What no consumer will read again is let go; values nobody reads (the rows) at once
    std::vector<std::int64_t> needed(done.size(), std::numeric_limits<std::int64_t>::max());
    for (std::size_t i = 1; i < done.size(); ++i) {
        const std::int64_t made = progress_[i].made + done[i].value.fresh;
        const std::int64_t next =
            std::max<std::int64_t>(made * stride_of(graph_.nodes()[i]) - pad_before(i), 0);
        for (const std::size_t input : graph_.nodes()[i].inputs)
            needed[input] = std::min(needed[input], next);
    }
    for (std::size_t i = 0; i < done.size(); ++i) {
        Progress &progress = progress_[i];
        progress.made += done[i].value.fresh;
        progress.base = last ? progress.made : std::min(needed[i], progress.made);
        done[i].value.keep = progress.made - progress.base;
    }
}

GraphStep GraphClock::advance(std::int64_t frames, bool last)
{
    GraphStep all;
    for (std::size_t i = 0; i < graph_.nodes().size(); ++i) {
        const std::int64_t held = progress_[i].made - progress_[i].base;
        if (i == 0) {
            all.nodes.emplace_back();
            all.nodes.back().value.fresh = frames;
        } else {
            all.nodes.push_back(step(i, all.nodes, last));
        }
        all.nodes.back().value.held = held;
    }
    keep(all.nodes, last);
    return all;
}

std::int64_t frames_to_first_row(const nn::Graph &graph, const MapShape &clip)
{
    MapShape stream = clip;
    stream.frames = unknown_frames;
    GraphClock clock(graph, map_shapes(graph, stream));
    for (std::int64_t frames = 1; frames <= most_frames_to_first_row; ++frames) {
        if (clock.advance(1, /*last=*/false).nodes.back().value.fresh > 0)
            return frames;
    }
    throw Error(Error::Kind::Settings, "the network makes no row of " +
                                           std::to_string(most_frames_to_first_row) + " frames");
}

} // namespace fovea
