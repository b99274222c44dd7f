// SPDX-License-Identifier: MIT

#include <gtest/gtest.h>

#include "fovea/nn/fold.h"
#include "fovea/nn/unit3d.h"
#include "graph_backbone.h"

namespace {

using fovea::nn::Graph;
using fovea::nn::make_backbone;
using fovea::nn::Op;

class CompiledBackbone : public testing::TestWithParam<std::string>
{
};

TEST_P(CompiledBackbone, DescribesWhatItComputes)
{
    const at::NoGradGuard no_grad;
    const auto backbone = make_backbone(GetParam(), 0);
    named_numbers::fill(*backbone);
    backbone->eval();
    const Graph graph = backbone->graph();
    for (const fovea::nn::Node &node : graph.nodes())
        EXPECT_NE(node.op, Op::TorchLayer) << node.name;
    const at::Tensor clips = named_numbers::input("input/graph", {1, 3, 18, 48, 64});
    const at::Tensor expected = backbone->map(clips);
    EXPECT_LE(largest_error(run(graph, clips), expected), 1e-5);
}

// The others run as one LibTorch layer, in LibTorch
INSTANTIATE_TEST_SUITE_P(Nn, CompiledBackbone, testing::Values("i3d", "watch"));

class Doubled final : public fovea::nn::Layer
{
public:
    at::Tensor forward(const at::Tensor &x) override { return 2 * x; }
};

TEST(Layer, ThatSaysNothingOfItselfRunsInLibTorch)
{
    Doubled layer;
    Graph graph;
    layer.describe(graph, graph.input(), "doubled");
    ASSERT_EQ(graph.nodes().size(), 2U);
    EXPECT_EQ(graph.nodes()[1].op, Op::TorchLayer);
    EXPECT_EQ(graph.nodes()[1].name, "doubled");
    EXPECT_EQ(run(graph, at::ones({1, 3, 2, 2, 2})).sum().item<float>(), 2 * 3 * 8);
}

TEST(Graph, PadsAMaxPoolWithNothingAndAnAveragePoolWithZeros)
{
    const fovea::nn::KernelWindow two = {
        {2, 1, 1}, {2, 1, 1}, /*same=*/false, {{1, 0, 0}, {0, 0, 0}}};
    const at::Tensor clip = at::full({1, 3, 1, 1, 1}, -4.0);
    Graph most;
    most.max_pool("most", most.input(), two);
    EXPECT_EQ(run(most, clip).max().item<float>(), -4);
    Graph mean;
    mean.average_pool("mean", mean.input(), two);
    EXPECT_EQ(run(mean, clip).max().item<float>(), -2);
}

TEST(Graph, TakesTheDifferenceOfEachFrameToTheNext)
{
    Graph graph;
    graph.difference("motion", graph.input(), 6);
    const at::Tensor clip = at::tensor({1.0F, 4.0F, 2.0F}).view({1, 1, 3, 1, 1});
    EXPECT_TRUE(run(graph, clip).flatten().equal(at::tensor({18.0F, -12.0F})));
}

TEST(Folded, ConvolutionHoldsTheBatchNormBehindIt)
{
    const at::NoGradGuard no_grad;
    // y = 2 (x 3 - 5) / sqrt(8 + 1) + 7 = 2 x + 11 / 3
    const torch::nn::Conv3d conv(torch::nn::Conv3dOptions(1, 1, 1).bias(false));
    const torch::nn::BatchNorm3d bn(torch::nn::BatchNormOptions(1).eps(1));
    conv->weight.fill_(3);
    bn->weight.fill_(2);
    bn->bias.fill_(7);
    bn->running_mean.fill_(5);
    bn->running_var.fill_(8);
    const fovea::nn::Node node = fovea::nn::folded(conv, bn, /*relu=*/true);
    EXPECT_FLOAT_EQ(*node.weight.data(), 2);
    EXPECT_FLOAT_EQ(*node.bias.data(), 11.0F / 3);
    EXPECT_TRUE(node.activation == fovea::nn::relu);
}

} // namespace
