// SPDX-License-Identifier: MIT
#include "fovea/nn/graph_part.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "fovea/core/errors.h"

namespace fovea::nn {

namespace {

/** \brief How often the height of what a node makes is halved, by node */
std::vector<int> halvings_of(const Graph &graph)
{
    std::vector<int> halved = {0};
    const std::vector<Node> &nodes = graph.nodes();
    for (std::size_t i = 1; i < nodes.size(); ++i) {
        const Node &node = nodes[i];
        int now = halved[node.inputs.front()];
        if (node.op == Op::Convolution || node.op == Op::MaxPool || node.op == Op::AveragePool)
            now += static_cast<int>(std::lround(std::log2(node.window.stride[1])));
        else if (node.op == Op::Upsample)
            now -= static_cast<int>(std::lround(std::log2(node.factor)));
        halved.push_back(now);
    }
    return halved;
}

/** \brief By node up to \a value, whether it is made of it */
std::vector<bool> needed_for(const Graph &graph, Graph::Value value)
{
    std::vector<bool> needed(value + 1, false);
    needed[value] = true;
    for (std::size_t i = value + 1; i-- > 0;) {
        if (!needed[i])
            continue;
        for (const Graph::Value input : graph.nodes()[i].inputs)
            needed[input] = true;
    }
    return needed;
}

} // namespace

Graph part_until(const Graph &graph, Graph::Value value)
{
    const std::vector<bool> needed = needed_for(graph, value);
    Graph part;
    std::vector<Graph::Value> places(value + 1, 0);
    for (std::size_t i = 1; i <= value; ++i) {
        if (!needed[i])
            continue;
        Node node = graph.nodes()[i];
        for (Graph::Value &input : node.inputs)
            input = places[input];
        places[i] = part.nodes().size();
        part.append(std::move(node));
    }
    part.add_output(places[value]);
    return part;
}

Graph::Value last_sum_of_level(const Graph &graph, int halvings)
{
    const std::vector<int> halved = halvings_of(graph);
    const auto next = std::find(halved.begin(), halved.end(), halvings + 1);
    if (next != halved.end()) {
        const auto end = static_cast<Graph::Value>(next - halved.begin());
        const std::vector<bool> needed = needed_for(graph, end);
        for (Graph::Value i = end; i-- > 0;) {
            if (needed[i] && graph.nodes()[i].op == Op::Add && halved[i] == halvings)
                return i;
        }
    }
    throw Error(Error::Kind::Settings,
                "expected a network of inverted residuals, got none with a sum where the sides are "
                "a " +
                    std::to_string(1 << halvings) + "th of the picture's");
}

} // namespace fovea::nn
