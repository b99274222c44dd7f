// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/engine/onednn/onednn_extractor.h"
#include "fovea/engine/onednn/value_formats.h"
#include "fovea/engine/torch/range_finder.h"
#include "graph_backbone.h"

namespace {

using fovea::ActivationRanges;
using fovea::Element;
using fovea::nn::Graph;
using fovea::nn::Node;
using fovea::nn::Op;

const fovea::nn::KernelWindow cube = {{3, 3, 3}, {1, 1, 1}, /*same=*/true, {}};
const fovea::nn::KernelWindow point = {{1, 1, 1}, {1, 1, 1}, /*same=*/false, {}};

/** \brief Convolutions with and without ReLU, a sum in place, one of two others, pools, branches */
Graph small_graph()
{
    Graph graph;
    const auto stem =
        graph.convolution("stem", graph.input(), convolution("stem", 3, 16, cube, /*relu=*/true));
    const auto pool = graph.max_pool("pool", stem, {{1, 2, 2}, {1, 2, 2}, /*same=*/false, {}});
    const auto signs =
        graph.convolution("signs", pool, convolution("signs", 16, 16, cube, /*relu=*/false));
    const auto sum = graph.add("sum", signs, pool, /*relu=*/true);
    const auto depthwise =
        graph.convolution("depthwise", sum,
                          convolution("depthwise", 16, 16, {{3, 1, 1}, {1, 1, 1}, true, {}},
                                      /*relu=*/false, /*groups=*/16));
    const auto moved = graph.add("moved", depthwise, sum, /*relu=*/true);
    const auto left =
        graph.convolution("left", moved, convolution("left", 16, 16, point, /*relu=*/true));
    const auto mean = graph.average_pool("mean", moved, {{1, 2, 2}, {1, 1, 1}, true, {}});
    const auto right =
        graph.convolution("right", mean, convolution("right", 16, 32, cube, /*relu=*/true));
    const auto both = graph.concat("both", {left, right});
    const auto a = graph.convolution("a", both, convolution("a", 48, 16, point, /*relu=*/true));
    const auto b = graph.convolution("b", both, convolution("b", 48, 16, point, /*relu=*/true));
    graph.add("end", a, b, /*relu=*/false);
    return graph;
}

/** \brief The first \a count nodes by themselves */
Graph first_nodes(const Graph &all, std::size_t count)
{
    Graph graph;
    for (std::size_t i = 1; i < count; ++i) {
        const Node &node = all.nodes()[i];
        if (node.op == Op::Convolution)
            graph.convolution(node.name, node.inputs[0], node);
        else if (node.op == Op::MaxPool)
            graph.max_pool(node.name, node.inputs[0], node.window);
        else if (node.op == Op::AveragePool)
            graph.average_pool(node.name, node.inputs[0], node.window);
        else if (node.op == Op::Concat)
            graph.concat(node.name, node.inputs);
        else
            graph.add(node.name, node.inputs[0], node.inputs[1], node.activation.is_rectified());
    }
    return graph;
}

/** \brief 8-bit arithmetic as the books have it (Jacob et al., CVPR 2018, section 2), in exact sums */
class ByIntegers
{
public:
    ByIntegers(const Graph &graph, std::vector<fovea::ValueFormat> formats)
        : graph_(graph), formats_(std::move(formats))
    {
    }

    at::Tensor rows(const at::Tensor &clips) const
    {
        std::vector<at::Tensor> steps; // by node: integers, in double
        for (std::size_t i = 0; i < graph_.nodes().size(); ++i)
            steps.push_back(i == 0 ? rounded(clips.to(at::kDouble) / scale(0), 0)
                                   : rounded(in_steps(i, steps), i));
        return (steps.back() * formats_.back().scale).mean({3, 4}).transpose(1, 2).to(at::kFloat);
    }

private:
    double scale(std::size_t i) const { return formats_[i].scale; }

    /** \brief A convolution's sums go on into an addition before they are rounded */
    bool is_summed(std::size_t i) const
    {
        const Node &node = graph_.nodes()[i];
        const auto reads = [i](const Node &each) {
            return each.op == Op::Add && std::count(each.inputs.begin(), each.inputs.end(), i) > 0;
        };
        return node.op == Op::Convolution && !node.activation.is_rectified() &&
               std::any_of(graph_.nodes().begin(), graph_.nodes().end(), reads);
    }

    at::Tensor rounded(const at::Tensor &values, std::size_t i) const
    {
        if (is_summed(i))
            return values;
        const bool has_sign = formats_[i].element == Element::Int8;
        return values.round().clamp(has_sign ? -127 : 0, has_sign ? 127 : 255);
    }

    at::Tensor in_steps(std::size_t i, const std::vector<at::Tensor> &steps) const
    {
        const Node &node = graph_.nodes()[i];
        // A pool keeps steps: their means may lie half-way, which no product may move
        const bool is_pool = node.op == Op::AveragePool || node.op == Op::MaxPool;
        std::vector<at::Tensor> inputs;
        for (const std::size_t input : node.inputs)
            inputs.push_back(is_pool ? steps[input] : steps[input] * scale(input));
        fovea::nn::NodeWeights exact;
        if (node.op == Op::Convolution) {
            const at::Tensor weight = fovea::nn::tensor_of(node.weight).to(at::kDouble);
            const at::Tensor unit = weight.abs().amax({1, 2, 3, 4}, /*keepdim=*/true) / 127;
            exact.weight = (weight / unit).round() * unit;
            exact.bias = fovea::nn::tensor_of(node.bias).to(at::kDouble);
        }
        const at::Tensor &x = inputs.front();
        const at::Tensor value = fovea::nn::evaluate(
            node, exact, inputs, node.window.padding({x.size(2), x.size(3), x.size(4)}));
        return is_pool ? value : value / scale(i);
    }

    const Graph &graph_;
    std::vector<fovea::ValueFormat> formats_;
};

ActivationRanges ranges_of(const Graph &graph, const at::Tensor &clips)
{
    fovea::RangeFinder finder(graph);
    finder.see(clips);
    return finder.ranges();
}

fovea::EngineOptions int8_with(const ActivationRanges &ranges)
{
    fovea::EngineOptions options;
    options.precision = "int8";
    options.ranges = ranges;
    return options;
}

class Int8 : public testing::Test
{
protected:
    void SetUp() override
    {
        if (!fovea::cpu_has_int8())
            GTEST_SKIP() << "this processor has no avx512_vnni";
    }

    at::NoGradGuard no_grad_;
};

TEST_F(Int8, GivesTheRowsOfExactIntegerArithmeticAfterEveryLayer)
{
    const Graph all = small_graph();
    const at::Tensor clips = named_numbers::input("input/int8", {2, 3, 6, 12, 14});
    const ActivationRanges ranges = ranges_of(all, clips);
    for (std::size_t count = 2; count <= all.nodes().size(); ++count) {
        SCOPED_TRACE(all.nodes()[count - 1].name);
        const auto network = std::make_shared<GraphBackbone>(first_nodes(all, count));
        const Graph graph = network->graph();
        const auto formats = fovea::int8_formats(graph, ranges);
        fovea::OnednnExtractor extractor(network, {}, int8_with(ranges));
        const at::Tensor got = as_tensor(extractor.rows(as_array(clips)));
        const at::Tensor expected = ByIntegers(graph, formats).rows(clips);
        ASSERT_EQ(got.sizes(), expected.sizes());
        // What lies half-way between two steps may go either way: a few pixels of 42 by one
        EXPECT_LE((got - expected).abs().max().item<double>() / formats.back().scale, 0.1);
        EXPECT_GE(cosine(got, network->rows(clips)), 0.999);
        EXPECT_EQ(extractor.network().torch_layers(), std::vector<std::string>{});
    }
}

TEST_F(Int8, StreamsTheVeryRowsOfTheWholeClip)
{
    const auto network = std::make_shared<GraphBackbone>(small_graph());
    const at::Tensor clips = named_numbers::input("input/int8", {2, 3, 13, 12, 14});
    fovea::OnednnExtractor extractor(network, {}, int8_with(ranges_of(network->graph(), clips)));
    const auto stream = extractor.open_stream({2, 12, 14, 0, 0});
    std::vector<at::Tensor> rows;
    std::int64_t begin = 0;
    for (const std::int64_t count : {1, 5, 2, 5}) {
        rows.push_back(as_tensor(stream->push(as_array(clips.narrow(2, begin, count)))));
        begin += count;
    }
    rows.push_back(as_tensor(stream->finish()));
    EXPECT_TRUE(at::cat(rows, 1).equal(as_tensor(extractor.rows(as_array(clips)))));
}

TEST_F(Int8, StaysNearTheRowsOfRandomNetworks)
{
    for (unsigned seed = 0; seed < 20; ++seed) {
        SCOPED_TRACE(seed);
        const auto network = std::make_shared<GraphBackbone>(RandomGraph(seed).make());
        const at::Tensor clips = named_numbers::input("input/random", {2, 3, 13, 22, 24});
        fovea::OnednnExtractor extractor(network, {},
                                         int8_with(ranges_of(network->graph(), clips)));
        EXPECT_GE(cosine(as_tensor(extractor.rows(as_array(clips))), network->rows(clips)), 0.995);
    }
}

TEST_F(Int8, RunsTheCompactNetworkWithoutLibTorch)
{
    const auto watch = fovea::nn::make_backbone("watch", 0);
    named_numbers::fill(*watch);
    watch->eval();
    const at::Tensor clips = named_numbers::input("input/watch", {2, 3, 17, 96, 96});
    fovea::OnednnExtractor extractor(watch, {}, int8_with(ranges_of(watch->graph(), clips)));
    EXPECT_GE(cosine(as_tensor(extractor.rows(as_array(clips))), watch->rows(clips)), 0.99);
    EXPECT_EQ(extractor.network().torch_layers(), std::vector<std::string>{});
}

TEST(Int8Formats, OfPoolsAndBranchesAreOneAndOfTheWidestRange)
{
    const Graph graph = small_graph();
    ActivationRanges ranges;
    for (const Node &node : graph.nodes())
        ranges[node.name] = 1;
    ranges["input"] = 12.7F;
    ranges["pool"] = 5.1F; // wider than stem
    ranges["right"] = 2.55F;
    const auto formats = fovea::int8_formats(graph, ranges);
    std::map<std::string, fovea::ValueFormat> by_name;
    for (std::size_t i = 0; i < formats.size(); ++i)
        by_name[graph.nodes()[i].name] = formats[i];
    const auto expect = [&](const char *name, Element element, float scale) {
        SCOPED_TRACE(name);
        EXPECT_EQ(by_name.at(name).element, element);
        EXPECT_FLOAT_EQ(by_name.at(name).scale, scale);
    };
    expect("input", Element::Int8, 0.1F);
    expect("stem", Element::UInt8, 0.02F);
    expect("pool", Element::UInt8, 0.02F);
    expect("signs", Element::Int8, 1 / 127.0F);
    for (const char *name : {"left", "right", "both"})
        expect(name, Element::UInt8, 0.01F);
    expect("end", Element::Int8, 1 / 127.0F);
}

TEST(Int8Formats, NameALayerWithoutARange)
{
    const Graph graph = small_graph();
    try {
        fovea::int8_formats(graph, {{"input", 1}, {"stem", 1}});
        FAIL();
    } catch (const fovea::Error &error) {
        EXPECT_STREQ(error.what(),
                     "precision 'int8': no range is known of layer 'pool'; calibrate this model "
                     "again, or use bf16 or fp32");
    }
}

/**
 * \brief A million numbers of up to 1 and one of 100: of range r, rounding costs 1e6 (r / 127)^2 / 12
 * and clipping (100 - r)^2; least at r = 100 / (1 + 1e6 / (12 x 127^2)) = 16.2
 */
TEST(RangeFinder, WeighsClippingAgainstRounding)
{
    Graph graph;
    graph.torch_layer("same", graph.input(), [](const at::Tensor &x) { return x; });
    at::Tensor clip = at::linspace(0.001, 1, 1000000).view({1, 1, 100, 100, 100});
    clip = at::cat({clip, at::full({1, 1, 1, 100, 100}, 0.0)}, 2);
    clip[0][0][100][0][0] = -100;
    EXPECT_NEAR(ranges_of(graph, clip)["same"], 16.2F, 0.5F);
}

TEST(RangeFinder, GrowsWithWhatItSees)
{
    Graph graph;
    graph.torch_layer("same", graph.input(), [](const at::Tensor &x) { return x; });
    fovea::RangeFinder finder(graph);
    finder.see(at::full({1, 3, 1, 4, 4}, 0.5));
    finder.see(at::full({1, 3, 1, 4, 4}, -7.0));
    finder.see(at::zeros({1, 3, 1, 4, 4}));
    EXPECT_NEAR(finder.ranges()["same"], 7, 0.5);
}

TEST(RangeFinder, RefusesALayerThatIsAlwaysZero)
{
    Graph graph;
    graph.torch_layer("same", graph.input(), [](const at::Tensor &x) { return x; });
    fovea::RangeFinder finder(graph);
    finder.see(at::zeros({1, 3, 1, 4, 4}));
    EXPECT_THROW(finder.ranges(), fovea::Error);
}

} // namespace
