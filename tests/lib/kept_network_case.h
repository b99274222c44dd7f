// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/bundle/network_file.h"
#include "graph_backbone.h"

namespace fovea_test {

using fovea::nn::Graph;

/** \brief Every kind of node and of setting */
inline Graph everything()
{
    Graph graph;
    const fovea::nn::KernelWindow same = {{1, 3, 3}, {1, 2, 2}, /*same=*/true, {}};
    const fovea::nn::KernelWindow fixed = {{1, 2, 2}, {1, 1, 1}, false, {{0, 1, 0}, {0, 0, 1}}};
    auto first = convolution("first", 3, 8, same, /*relu=*/true);
    first.activation = fovea::nn::relu6;
    auto grouped = convolution("grouped", 8, 8, {{1, 1, 1}, {1, 1, 1}, true, {}}, false, 8);
    grouped.activation = fovea::nn::leaky_relu(0.1F);
    auto x = graph.difference("motion", graph.input(), 6.25);
    x = graph.convolution("first", x, first);
    const auto skip = x;
    x = graph.add("sum", graph.convolution("grouped", x, grouped), skip, /*relu=*/true);
    x = graph.max_pool("most", x, fixed);
    x = graph.average_pool("mean", x, fixed);
    x = graph.concat("both", {x, graph.slice("some", x, 2, 5)});
    x = graph.upsample("near", x, 2, fovea::nn::Upsampling::Nearest);
    graph.add_output(x);
    graph.add_output(graph.upsample("smooth", x, 3, fovea::nn::Upsampling::Bilinear));
    return graph;
}

inline fovea::KeptNetwork kept_example()
{
    return {everything(), {3, 4, 16, 12}, 13, 1234.5};
}

inline fovea::HeadParameters head_example()
{
    fovea::HeadParameters head;
    head.channels = 7;
    head.motion = 3;
    fovea::Array bias({2});
    bias.values = {1.5F, -2};
    head.tensors.emplace("fc.bias", fovea::SharedArray(bias));
    return head;
}

} // namespace fovea_test
