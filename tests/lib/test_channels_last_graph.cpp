// SPDX-License-Identifier: MIT
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "fovea/engine/torch/channels_last_graph.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/evaluate.h"
#include "named_numbers.h"

namespace {

using fovea::ChannelsLastGraph;

/** \brief What a GPU runs, on the CPU: space to depth, products of matrices and padding are the same there */
class Networks : public testing::TestWithParam<const char *>
{
};

TEST_P(Networks, GiveTheRowsOfTheModule)
{
    const at::NoGradGuard no_grad;
    const auto backbone = fovea::nn::make_backbone(GetParam(), /*classes=*/0);
    named_numbers::fill(*backbone);
    backbone->eval();
    // An odd number of frames: pads at the end differ from those before it
    const at::Tensor clips =
        named_numbers::input("input/channels-last", {2, 3, 17, 64, 96}).to(at::kFloat);
    const at::Tensor expected = backbone->rows(clips);
    const at::Tensor rows = ChannelsLastGraph(backbone->graph(), at::kCPU, at::kFloat).rows(clips);
    ASSERT_EQ(rows.sizes(), expected.sizes());
    EXPECT_LE((rows - expected).norm().item<double>(), 1e-5 * expected.norm().item<double>());
}

INSTANTIATE_TEST_SUITE_P(All, Networks,
                         testing::Values("i3d", "watch", "resnet18-3d", "resnet50-i3d",
                                         "i3d-resnet18"));

TEST(ChannelsLastGraph, StepsOverTheInputWhereSidesAreNoMultiples)
{
    const at::NoGradGuard no_grad;
    for (const fovea::nn::Size3 stride : {fovea::nn::Size3{1, 2, 2}, {2, 2, 2}, {1, 3, 1}}) {
        fovea::nn::Node node;
        node.window = {{3, 5, 7}, stride, /*same=*/true, {}};
        node.weight = fovea::nn::shared_array(named_numbers::uniform("weight", {8, 3, 3, 5, 7}));
        node.bias = fovea::nn::shared_array(named_numbers::uniform("bias", {8}));
        fovea::nn::Graph graph;
        graph.convolution("first", graph.input(), node);
        const at::Tensor clips = named_numbers::uniform("clips", {1, 3, 5, 23, 18}).to(at::kFloat);
        const at::Tensor expected = run(graph, clips).mean({3, 4}).transpose(1, 2);
        const at::Tensor rows = ChannelsLastGraph(graph, at::kCPU, at::kFloat).rows(clips);
        ASSERT_EQ(rows.sizes(), expected.sizes());
        EXPECT_LE((rows - expected).norm().item<double>(), 1e-5 * expected.norm().item<double>());
    }
}

} // namespace
