// SPDX-License-Identifier: MIT

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/nn/evaluate.h"
#include "fovea/nn/graph_part.h"
#include "fovea/nn/keypoint_network.h"

namespace fovea::nn {

namespace {

Node convolution(std::int64_t in, std::int64_t out, std::int64_t stride)
{
    Node node;
    node.window = {{1, 1, 1}, {1, stride, stride}, /*same=*/false, {}};
    node.weight = shared_array(at::rand({out, in, 1, 1, 1}));
    node.bias = shared_array(at::zeros({out}));
    return node;
}

/** \brief Two sums at a half, one of them on a side way, then one at a quarter */
struct Levels {
    Levels()
    {
        const auto half = graph.convolution("half", graph.input(), convolution(3, 4, 2));
        sum = graph.add("sum", half, half, /*relu=*/false);
        aside = graph.add("aside", sum, half, /*relu=*/false);
        const auto quarter = graph.convolution("quarter", sum, convolution(4, 4, 2));
        last = graph.add("last", quarter, quarter, /*relu=*/false);
        const auto up = graph.upsample("up", last, 2, Upsampling::Nearest);
        graph.add("joined", up, aside, /*relu=*/false);
    }

    Graph graph;
    Graph::Value sum = 0, aside = 0, last = 0;
};

TEST(GraphPart, ALevelEndsWithTheLastSumThatTheNextOneIsMadeOf)
{
    const Levels levels;
    EXPECT_EQ(last_sum_of_level(levels.graph, 1), levels.sum);
    EXPECT_EQ(error_of([&] { last_sum_of_level(levels.graph, 2); }),
              "expected a network of inverted residuals, got none with a sum where the sides are a "
              "4th of the picture's");
    EXPECT_NE(error_of([&] { last_sum_of_level(levels.graph, 0); }), "");
}

TEST(GraphPart, MakesTheValueAndHoldsNothingElse)
{
    const Levels levels;
    const Graph part = part_until(levels.graph, levels.last);
    EXPECT_EQ(part.nodes().size(), levels.graph.nodes().size() - 3) << "aside, up and joined";
    Graph whole = levels.graph;
    whole.add_output(levels.last);
    const at::Tensor picture = at::rand({2, 3, 1, 8, 8});
    EXPECT_TRUE(run_outputs(part, picture).at(0).equal(run_outputs(whole, picture).at(0)));
}

TEST(GraphPart, OfTheNetworkOfKeypointsIsASixteenth)
{
    KeypointNetwork network;
    network.eval();
    const Graph graph = network.graph();
    const Graph::Value end = last_sum_of_level(graph, 4);
    EXPECT_EQ(graph.nodes()[end].name, "level2_block3.sum");
    const auto map = run_outputs(part_until(graph, end), at::rand({1, 3, 1, 128, 128})).at(0);
    EXPECT_EQ(map.sizes(), at::IntArrayRef({1, 64, 1, 8, 8}));
}

} // namespace

} // namespace fovea::nn
