// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/engine/onednn/onednn_maps.h"
#include "fovea/engine/onednn/row_chain.h"
#include "fovea/engine/onednn/row_kernels.h"
#include "fovea/engine/onednn/value_formats.h"
#include "graph_backbone.h"
#include "guarded_vector.h"

namespace {

using fovea::Array;
using fovea::Element;
using fovea::MapShape;
using fovea::nn::Activation;
using fovea::nn::Graph;
using fovea::test::GuardedVector;

/** \brief Layers one behind the other, as detectors begin */
class Layers
{
public:
    std::size_t add(std::int64_t out, std::int64_t kernel, std::int64_t stride,
                    const Activation &activation, std::int64_t groups = 1, bool same = false)
    {
        const std::string name = "layer" + std::to_string(graph.nodes().size());
        const std::int64_t pad = kernel / 2;
        const fovea::nn::KernelWindow window = {
            {1, kernel, kernel}, {1, stride, stride}, same, {{0, pad, pad}, {0, pad, pad}}};
        fovea::nn::Node node = convolution(name, channels_, out, window, /*relu=*/false, groups);
        node.activation = activation;
        channels_ = out;
        return last = graph.convolution(name, last, node);
    }

    std::size_t add_depthwise(std::int64_t kernel, std::int64_t stride, bool same = false)
    {
        return add(channels_, kernel, stride, fovea::nn::leaky_relu(0.1F), channels_, same);
    }

    Graph graph;
    std::size_t last = 0;

private:
    std::int64_t channels_ = 3;
};

/** \brief A residual block on large maps, then smaller ones: by rows up to the 16 channels behind the stride */
Layers like_a_detector()
{
    const Activation leaky = fovea::nn::leaky_relu(0.1F);
    Layers layers;
    layers.add(16, 3, 2, leaky);
    const auto before = layers.add(8, 1, 1, {});
    layers.add(16, 1, 1, fovea::nn::relu6);
    layers.add_depthwise(3, 1);
    layers.add(8, 1, 1, {});
    layers.last = layers.graph.add("sum", layers.last, before, /*relu=*/false);
    layers.add(48, 1, 1, leaky);
    layers.add_depthwise(3, 2);
    layers.add(16, 1, 1, {});
    return layers;
}

std::unique_ptr<fovea::RowChain> chain_of(const Graph &graph, const MapShape &picture,
                                          Element element = Element::Float32)
{
    const std::vector<MapShape> shapes = map_shapes(graph, picture);
    const fovea::GraphStep step = fovea::GraphClock(graph, shapes).advance(1, /*last=*/true);
    const auto formats = fovea::float_formats(graph, element);
    fovea::Plan plan;
    return fovea::RowChain::make(fovea::PlanLayout({graph, shapes, step, 1, formats}, plan));
}

void expect_as_libtorch(const Graph &graph, const MapShape &picture)
{
    const at::NoGradGuard no_grad;
    constexpr std::int64_t pictures = 2;
    const at::Tensor in =
        3 * named_numbers::input("input/rows", {pictures, 3, 1, picture.height, picture.width});
    const auto expected = run_outputs(graph, in);
    const at::Tensor pixels = in.permute({0, 2, 3, 4, 1}).contiguous();
    fovea::EngineOptions options;
    options.device = "cpu";
    options.precision = "fp32";
    const auto network = fovea::make_onednn_maps(graph, picture, /*threads=*/1, options);
    for (int run = 0; run < 2; ++run) { // the second finds the rows of the first
        const auto maps = network->maps(pictures, [&](std::int64_t i, float *to) {
            const std::int64_t values = pixels[0].numel();
            std::copy_n(pixels.data_ptr<float>() + i * values, values, to);
        });
        ASSERT_EQ(maps.size(), expected.size());
        for (std::size_t i = 0; i < maps.size(); ++i) {
            const at::Tensor map = as_tensor(maps[i]).permute({0, 3, 1, 2}).unsqueeze(2);
            ASSERT_EQ(map.sizes(), expected[i].sizes());
            EXPECT_LE(largest_error(map, expected[i]), 1e-5) << "output " << i;
        }
    }
}

constexpr MapShape large = {3, 1, 206, 250}; // 103 x 125 behind the first layer

class RowChain : public testing::Test
{
protected:
    void SetUp() override
    {
        if (!fovea::has_row_kernels())
            GTEST_SKIP() << "no AVX-512";
    }
};

/** \brief Some hundredths from -1 to 1 */
GuardedVector<float> numbers(std::size_t many, int seed)
{
    GuardedVector<float> made(many);
    for (std::size_t i = 0; i < many; ++i)
        made[i] = static_cast<float>((i * 37 + static_cast<std::size_t>(seed)) % 101) / 50 - 1;
    return made;
}

/** Sums of some thousandths to some units, against a plain loop */
TEST_F(RowChain, MultipliesRowsAsAPlainLoopDoes)
{
    for (const int channels : {8, 16, 32, 48, 64, 80})
        for (const int taps : {1, 2, 9, 16})
            for (const int pixels : {16, 17, 23, 40}) {
                SCOPED_TRACE(testing::Message() << channels << " channels, " << taps << " taps, "
                                                << pixels << " pixels");
                const int step = taps == 9 ? 6 : taps; // 3x3 of three channels, or pointwise
                const int count = taps == 9 ? 3 : 1;
                const auto length = static_cast<std::size_t>((pixels - 1) * step + taps);
                const std::vector<GuardedVector<float>> rows = {
                    numbers(length, 1), numbers(length, 2), numbers(length, 3)};
                const auto filters = static_cast<std::size_t>(channels);
                const auto weights = numbers(static_cast<std::size_t>(count * taps) * filters, 4);
                const auto bias = numbers(filters, 5);
                const auto addend = numbers(static_cast<std::size_t>(pixels) * filters, 6);
                fovea::RowTaps from;
                from.rows = {rows[0].data(), rows[1].data(), rows[2].data()};
                from.count = count;
                from.taps = taps;
                from.step = step;
                const fovea::RowEnd end = {bias.data(), addend.data(), {0.1F, 2}};
                GuardedVector<float> out(addend.size());
                fovea::multiply_row(from, weights.data(), end, pixels, channels, out.data());
                for (std::size_t i = 0; i < out.size(); ++i) {
                    const std::size_t filter = i % filters;
                    const std::size_t at = i / filters * static_cast<std::size_t>(step);
                    double sum = bias[filter] + addend[i];
                    for (int k = 0; k < count * taps; ++k)
                        sum += double{weights[static_cast<std::size_t>(k) * filters + filter]} *
                               rows[static_cast<std::size_t>(k / taps)]
                                   [at + static_cast<std::size_t>(k % taps)];
                    ASSERT_NEAR(out[i], std::min(sum > 0 ? sum : 0.1 * sum, 2.0), 1e-5) << i;
                }
            }
}

TEST_F(RowChain, FiltersRowsAsAPlainLoopDoes)
{
    for (const int channels : {16, 48})
        for (const int stride : {1, 2})
            for (const int pixels : {1, 5, 16, 23}) {
                SCOPED_TRACE(testing::Message() << channels << " channels, stride " << stride
                                                << ", " << pixels << " pixels");
                const auto filters = static_cast<std::size_t>(channels);
                const auto length = static_cast<std::size_t>((pixels - 1) * stride + 3) * filters;
                const std::vector<GuardedVector<float>> rows = {
                    numbers(length, 1), numbers(length, 2), numbers(length, 3)};
                const auto weights = numbers(9 * filters, 4);
                const auto bias = numbers(filters, 5);
                fovea::RowTaps from;
                from.rows = {rows[0].data(), rows[1].data(), rows[2].data()};
                from.count = 3;
                from.taps = 3 * channels;
                from.step = stride * channels;
                GuardedVector<float> out(static_cast<std::size_t>(pixels) * filters);
                fovea::filter_row(from, weights.data(), {bias.data(), nullptr, {0.1F, 2}}, pixels,
                                  channels, out.data());
                for (std::size_t i = 0; i < out.size(); ++i) {
                    const std::size_t filter = i % filters;
                    const std::size_t at = i / filters * static_cast<std::size_t>(stride);
                    double sum = bias[filter];
                    for (std::size_t k = 0; k < 9; ++k)
                        sum += double{weights[k * filters + filter]} *
                               rows[k / 3][(at + k % 3) * filters + filter];
                    ASSERT_NEAR(out[i], std::min(sum > 0 ? sum : 0.1 * sum, 2.0), 1e-5) << i;
                }
            }
}

TEST_F(RowChain, TakesLargeMapsAndTheLayerThatMakesThemSmall)
{
    Layers layers = like_a_detector();
    const auto end = layers.last;
    layers.add(64, 1, 1, {});
    layers.graph.add_output(layers.last);
    const auto chain = chain_of(layers.graph, large);
    ASSERT_NE(chain, nullptr);
    EXPECT_EQ(chain->last(), end);
    EXPECT_EQ(chain_of(layers.graph, {3, 1, 64, 64}), nullptr) << "small maps";
    EXPECT_EQ(chain_of(layers.graph, large, Element::BFloat16), nullptr);
}

TEST_F(RowChain, GivesWhatLibTorchGives)
{
    Layers layers = like_a_detector();
    layers.add(5, 1, 1, {});
    layers.graph.add_output(layers.last);
    expect_as_libtorch(layers.graph, large);
    Layers whole = like_a_detector(); // nothing behind it
    whole.graph.add_output(whole.last);
    expect_as_libtorch(whole.graph, large);
}

TEST_F(RowChain, PadsAsTensorFlowDoes)
{
    for (const std::int64_t side : {224, 225}) {
        Layers layers;
        layers.add(32, 3, 2, fovea::nn::relu6, 1, /*same=*/true);
        layers.add_depthwise(3, 1, /*same=*/true);
        layers.add(16, 1, 1, {});
        layers.add(96, 1, 1, fovea::nn::relu6);
        layers.add_depthwise(3, 2, /*same=*/true);
        layers.add(80, 1, 1, {});
        layers.graph.add_output(layers.last);
        ASSERT_NE(chain_of(layers.graph, {3, 1, side, side}), nullptr);
        expect_as_libtorch(layers.graph, {3, 1, side, side});
    }
}

/** A map that is read further on must be whole: the chain ends at it or before */
TEST_F(RowChain, EndsBeforeAMapThatOthersRead)
{
    Layers layers = like_a_detector();
    layers.graph.add_output(layers.last);
    layers.graph.add_output(layers.graph.slice("colours", layers.graph.input(), 0, 2));
    EXPECT_EQ(chain_of(layers.graph, large), nullptr) << "the input is read at the end";
    expect_as_libtorch(layers.graph, large);

    Layers named = like_a_detector();
    const auto end = named.last;
    named.add_depthwise(3, 1);
    named.graph.add_output(end);
    named.graph.add_output(named.last);
    ASSERT_NE(chain_of(named.graph, large), nullptr);
    EXPECT_EQ(chain_of(named.graph, large)->last(), end);
    expect_as_libtorch(named.graph, large);
}

} // namespace
