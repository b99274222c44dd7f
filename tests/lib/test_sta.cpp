// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "naive_attention.h"
#include "reference_case.h"

namespace {

using fovea::nn::Attention;
using fovea::nn::make_attention;
using fovea::nn::Size3;
using fovea_test::expect_near;
using fovea_test::filled;
using fovea_test::parameter;
using fovea_test::Values;
using reference::parameters_of;

/** \brief STA of one clip: a number a frame, spread and gathered over time, then channels */
Values naive_sta(Attention &module, Values x, std::int64_t stride)
{
    const std::int64_t channels = x.size(1), frames = x.size(2), height = x.size(3),
                       width = x.size(4);
    Values w1 = parameter(module, "conv1.weight");
    Values b1 = parameter(module, "conv1.bias");
    const std::int64_t depth = w1.size(2); // 1; sa: all frames
    std::vector<double> squeezed(static_cast<std::size_t>(depth == 1 ? frames : 1));
    for (std::size_t t = 0; t < squeezed.size(); ++t) {
        squeezed[t] = b1.at({0});
        for (std::int64_t c = 0; c < channels; ++c)
            for (std::int64_t d = 0; d < depth; ++d)
                for (std::int64_t i = 0; i < height; ++i)
                    for (std::int64_t j = 0; j < width; ++j)
                        squeezed[t] += w1.at({0, c, d, i, j}) *
                                       x.at({0, c, static_cast<std::int64_t>(t) + d, i, j});
    }
    const bool padded = depth == 1 && !has(module, "deconv.weight");
    if (has(module, "deconv.weight")) {
        Values w = parameter(module, "deconv.weight");
        std::vector<double> spread(static_cast<std::size_t>((frames - 1) * stride + 3),
                                   parameter(module, "deconv.bias").at({0}));
        for (std::int64_t t = 0; t < frames; ++t)
            for (std::int64_t k = 0; k < 3; ++k)
                spread[static_cast<std::size_t>(t * stride + k)] +=
                    squeezed[static_cast<std::size_t>(t)] * w.at({0, 0, k, 0, 0});
        squeezed = spread;
    }
    for (double &value : squeezed)
        value = std::max(value, 0.0);
    Values w2 = parameter(module, "conv2.weight");
    Values b2 = parameter(module, "conv2.bias");
    const std::int64_t taps = w2.size(2);
    const std::int64_t step = padded ? 1 : stride;
    Values y({1, channels, frames, height, width});
    for (std::int64_t c = 0; c < channels; ++c)
        for (std::int64_t t = 0; t < frames; ++t) {
            const std::int64_t own = w2.size(0) == 1 ? 0 : c; // ta: one for all channels
            double sum = b2.at({own});
            for (std::int64_t k = 0; k < taps; ++k) {
                const std::int64_t from = depth > 1 ? 0 : padded ? t + k - 1 : t * step + k;
                if (from >= 0 && from < static_cast<std::int64_t>(squeezed.size()))
                    sum += w2.at({own, 0, k, 0, 0}) * squeezed[static_cast<std::size_t>(from)];
            }
            for (std::int64_t i = 0; i < height; ++i)
                for (std::int64_t j = 0; j < width; ++j)
                    y.at({0, c, t, i, j}) = x.at({0, c, t, i, j}) * sigmoid(sum);
        }
    return y;
}

TEST(Sta, IsWhatNaiveLoopsCompute)
{
    const at::Tensor x = named_numbers::input("input/sta", {1, 6, 5, 4, 3});
    const at::NoGradGuard no_grad;
    for (const std::string variant : {"sta", "ta", "sa", "no-deconv"}) {
        for (const std::int64_t stride : {1, 2, 3}) {
            SCOPED_TRACE(variant + ", stride " + std::to_string(stride));
            const auto module = filled(options_of("sta", variant, stride), 6, {5, 4, 3});
            expect_near(module->forward(x, nullptr), naive_sta(*module, x, stride));
        }
    }
}

TEST(Sta, HasThePublishedNumbersOfParameters)
{
    const auto count = [](const std::string &variant, std::int64_t channels, const Size3 &size) {
        return parameters_of(*make_attention(options_of("sta", variant), channels, size));
    };
    EXPECT_EQ(count("sta", 2048, {4, 4, 4}), 40965);
    EXPECT_EQ(count("sta", 1024, {8, 7, 7}), 54277);
    // The variants, by hand from their layers
    EXPECT_EQ(count("ta", 1024, {8, 7, 7}), 1024 * 49 + 1 + 4 + 4);
    EXPECT_EQ(count("sa", 1024, {8, 7, 7}), 1024 * 8 * 49 + 1 + 2 * 1024);
    EXPECT_EQ(count("no-deconv", 1024, {8, 7, 7}), 1024 * 49 + 1 + 4 * 1024);
}

TEST(Sta, RefusesAnotherSize)
{
    const auto sta = make_attention(options_of("sta"), 2, {4, 7, 7});
    EXPECT_EQ(error_of([&] {
                  sta->forward(at::zeros({1, 2, 4, 7, 8}), nullptr);
              }),
              "attention 'sta': expected a map of 4 frames of 7 x 7, got 4 frames of 8 x 7");
    sta->forward(at::zeros({1, 2, 9, 7, 7}), nullptr); // only the picture is tied
    const auto sa = make_attention(options_of("sta", "sa"), 2, {4, 7, 7});
    EXPECT_EQ(error_of([&] {
                  sa->forward(at::zeros({1, 2, 9, 7, 7}), nullptr);
              }),
              "attention 'sta': expected a map of 4 frames of 7 x 7, got 9 frames of 7 x 7");
}

} // namespace
