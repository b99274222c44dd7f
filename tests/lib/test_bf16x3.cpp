// SPDX-License-Identifier: MIT
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "fovea/engine/onednn/bf16x3.h"
#include "fovea/engine/onednn/bfloat16.h"
#include "fovea/engine/onednn/onednn_extractor.h"
#include "graph_backbone.h"
#include "guarded_vector.h"
#include "reference_case.h"

namespace {

using fovea::from_bfloat16;
using fovea::test::GuardedVector;

GuardedVector<float> random_floats(std::size_t count)
{
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    GuardedVector<float> values(count);
    for (float &value : values)
        value = normal(random);
    return values;
}

GuardedVector<std::uint16_t> split(const GuardedVector<float> &values, std::int64_t channels)
{
    GuardedVector<std::uint16_t> out(3 * values.size());
    fovea::split_channels(out.data(), values.data(),
                          static_cast<std::int64_t>(values.size()) / channels, channels);
    return out;
}

TEST(Bf16x3, WritesHighLowAndHighOfEachPixel)
{
    // 1 + 2^-9 is one bit too long for bf16: 1 is its high part, 2^-9 the low one
    const GuardedVector<float> values = {1.0F + 1.0F / 512, -2.0F, 0.0F, 3.0F};
    const GuardedVector<std::uint16_t> out = split(values, /*channels=*/2);
    const std::vector<float> expected = {1, -2, 1.0F / 512, 0, 1, -2, 0, 3, 0, 0, 0, 3};
    ASSERT_EQ(out.size(), expected.size());
    for (std::size_t i = 0; i < out.size(); ++i)
        EXPECT_EQ(from_bfloat16(out[i]), expected[i]) << i;
}

TEST(Bf16x3, LosesAtMostTheSeventeenthBit)
{
    for (const std::int64_t channels : {1, 3, 63, 64, 100, 2000}) {
        SCOPED_TRACE(channels);
        const auto count = static_cast<std::size_t>(channels);
        const GuardedVector<float> values = random_floats(37 * count);
        const GuardedVector<std::uint16_t> out = split(values, channels);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::size_t pixel = 3 * count * (i / count);
            const std::size_t channel = i % count;
            const double high = from_bfloat16(out[pixel + channel]);
            const double low = from_bfloat16(out[pixel + count + channel]);
            ASSERT_EQ(out[pixel + channel], out[pixel + 2 * count + channel]);
            ASSERT_LE(std::abs(high + low - values[i]), std::ldexp(std::abs(values[i]), -17));
        }
    }
}

TEST(Bf16x3, WeightsMeetWhatTheyAreToBeMultipliedWith)
{
    const at::Tensor weight = at::tensor({1.0F + 1.0F / 512, 5.0F}).view({1, 2, 1, 1, 1});
    const at::Tensor expected = at::tensor({1.0F, 5.0F, 1.0F, 5.0F, 1.0F / 512, 0.0F});
    const fovea::SharedArray split = fovea::split_weights(fovea::nn::shared_array(weight));
    EXPECT_EQ(split.shape(), (std::vector<std::int64_t>{1, 6, 1, 1, 1}));
    EXPECT_TRUE(fovea::nn::tensor_of(split).flatten().equal(expected));
}

/** One wide convolution between two of one tap */
std::shared_ptr<GraphBackbone> wide(std::int64_t channels, const fovea::nn::KernelWindow &window)
{
    const fovea::nn::KernelWindow tap = {{1, 1, 1}, {1, 1, 1}, /*same=*/true, {}};
    fovea::nn::Graph graph;
    auto x = graph.convolution("in", graph.input(), convolution("in", 3, channels, tap, true));
    x = graph.convolution("wide", x, convolution("wide", channels, 24, window, true));
    graph.convolution("out", x, convolution("out", 24, 8, tap, false));
    return std::make_shared<GraphBackbone>(graph);
}

TEST(Bf16x3, GivesTheRowsOfLibTorchWhereTilesWouldFail)
{
    const at::NoGradGuard no_grad;
    const fovea::nn::KernelWindow cube = {{1, 3, 3}, {1, 1, 1}, /*same=*/true, {}};
    const fovea::nn::KernelWindow column = {{1, 3, 1}, {1, 2, 2}, /*same=*/true, {}};
    for (const auto &[channels, window] : {std::pair(5248L, cube), std::pair(1000L, column)}) {
        SCOPED_TRACE(channels);
        const auto network = wide(channels, window);
        const at::Tensor clips = named_numbers::input("input/wide", {2, 3, 2, 19, 2});
        const at::Tensor expected = network->rows(clips);
        for (const char *precision : {"fp32", "bf16"}) {
            if (precision == std::string("bf16") && !fovea::cpu_has_bf16())
                continue;
            fovea::EngineOptions options;
            options.precision = precision;
            options.threads = 2;
            fovea::OnednnExtractor extractor(network, {}, options);
            const at::Tensor rows = as_tensor(extractor.rows(as_array(clips)));
            EXPECT_GE(cosine(rows, expected), 0.9995) << precision;
            if (precision == std::string("fp32")) {
                EXPECT_LE(largest_error(rows, expected), float_error);
            }
        }
    }
}

TEST(Bf16x3, IsToldWhereItRuns)
{
    fovea::EngineOptions options;
    options.precision = "fp32";
    const fovea::nn::KernelWindow cube = {{1, 3, 3}, {1, 1, 1}, /*same=*/true, {}};
    const fovea::OnednnExtractor extractor(wide(8, cube), {}, options);
    EXPECT_EQ(extractor.runtime().find("fp32 as bf16x3") != std::string::npos,
              fovea::cpu_prefers_bf16x3());
}

} // namespace
