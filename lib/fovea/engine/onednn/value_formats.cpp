// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/value_formats.h"

#include <algorithm>
#include <numeric>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

using nn::Node;
using nn::Op;

/** Differences of rounded pixels would be mostly rounding */
bool only_differences_of_input(const nn::Graph &graph)
{
    const auto &nodes = graph.nodes();
    return std::all_of(nodes.begin() + 1, nodes.end(), [](const Node &node) {
        return node.op == Op::Difference ||
               std::count(node.inputs.begin(), node.inputs.end(), 0U) == 0;
    });
}

bool keeps_numbers(const Node &node)
{
    return node.op == Op::MaxPool || node.op == Op::AveragePool || node.op == Op::Concat ||
           node.op == Op::Slice || node.op == Op::Upsample;
}

float range_of(const Node &node, const ActivationRanges &ranges)
{
    const auto found = ranges.find(node.name);
    if (found == ranges.end() || !(found->second > 0))
        throw Error(Error::Kind::Settings, "precision 'int8': no range is known of layer '" +
                                               node.name +
                                               "'; calibrate this model again, or use bf16 or "
                                               "fp32");
    return found->second;
}

/** Nodes that share a format, by the first of them */
class Groups
{
public:
    explicit Groups(std::size_t count) : first_(count)
    {
        std::iota(first_.begin(), first_.end(), std::size_t(0));
    }

    std::size_t of(std::size_t node) const
    {
        while (first_[node] != node)
            node = first_[node];
        return node;
    }

    void join(std::size_t a, std::size_t b)
    {
        a = of(a);
        b = of(b);
        first_[std::max(a, b)] = std::min(a, b);
    }

private:
    std::vector<std::size_t> first_;
};

} // namespace

std::vector<ValueFormat> float_formats(const nn::Graph &graph, Element element)
{
    std::vector<ValueFormat> formats(graph.nodes().size(), ValueFormat{element, 1});
    if (only_differences_of_input(graph))
        formats.front().element = Element::Float32;
    return formats;
}

std::vector<ValueFormat> int8_formats(const nn::Graph &graph, const ActivationRanges &ranges)
{
    const auto &nodes = graph.nodes();
    const bool float_input = only_differences_of_input(graph);
    Groups groups(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        for (const std::size_t input : nodes[i].inputs) {
            if (keeps_numbers(nodes[i]))
                groups.join(i, input);
        }
    }
    std::vector<float> ranges_of(nodes.size(), 0); // of groups, at the first of each
    std::vector<bool> signs(nodes.size(), false);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (i == 0 && float_input)
            continue;
        const std::size_t group = groups.of(i);
        ranges_of[group] = std::max(ranges_of[group], range_of(nodes[i], ranges));
        if (!keeps_numbers(nodes[i]) && !nodes[i].activation.is_rectified())
            signs[group] = true;
    }
    std::vector<ValueFormat> formats(nodes.size());
    for (std::size_t i = float_input ? 1 : 0; i < nodes.size(); ++i) {
        const std::size_t group = groups.of(i);
        formats[i] = signs[group] ? ValueFormat{Element::Int8, ranges_of[group] / int8_steps}
                                  : ValueFormat{Element::UInt8, ranges_of[group] / uint8_steps};
    }
    return formats;
}

} // namespace fovea
