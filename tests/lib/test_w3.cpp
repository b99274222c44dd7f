// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/nn/w3.h"
#include "naive_attention.h"

namespace {

using fovea::nn::Attention;
using namespace fovea_test;

Rows naive_time_convolution(const Rows &m, Values weight, Values bias)
{
    const auto outputs = static_cast<std::size_t>(weight.size(0));
    const auto per_group = static_cast<std::size_t>(weight.size(1));
    const std::size_t groups = m.size() / per_group;
    const std::size_t frames = m[0].size();
    Rows out(outputs, std::vector<double>(frames));
    for (std::size_t o = 0; o < outputs; ++o)
        for (std::size_t t = 0; t < frames; ++t) {
            out[o][t] = bias.at({static_cast<std::int64_t>(o)});
            const std::size_t first = o / (outputs / groups) * per_group;
            for (std::size_t c = 0; c < per_group; ++c)
                for (std::size_t k = 0; k < 3; ++k)
                    if (t + k >= 1 && t + k - 1 < frames)
                        out[o][t] +=
                            m[first + c][t + k - 1] *
                            weight.at({static_cast<std::int64_t>(o), static_cast<std::int64_t>(c),
                                       static_cast<std::int64_t>(k)});
        }
    return out;
}

Values naive_w3(Attention &module, const at::Tensor &input, at::Tensor *mask)
{
    Values x(input.clone());
    Rows m = naive_channels(module, x);
    if (has(module, "channel_time.conv1.weight")) {
        for (const std::string layer : {"channel_time.conv1", "channel_time.conv2"})
            m = naive_time_convolution(m, parameter(module, layer + ".weight"),
                                       parameter(module, layer + ".bias"));
        for (auto &row : m)
            for (double &value : row)
                value = sigmoid(value);
    }
    scale_channels(x, m);
    if (!has(module, "plane.conv.weight"))
        return x;
    Values where =
        naive_sigmoid(naive_planes(naive_summary(x, true), parameter(module, "plane.conv.weight"),
                                   parameter(module, "plane.conv.bias").at({0})));
    if (has(module, "plane_time1.weight")) {
        for (const std::string layer : {"plane_time1", "plane_time2"})
            where = naive_planes(where, parameter(module, layer + ".weight"),
                                 parameter(module, layer + ".bias").at({0}));
        where = naive_sigmoid(where);
    }
    *mask = where.tensor();
    scale_positions(x, where);
    return x;
}

TEST(W3, IsWhatNaiveLoopsCompute)
{
    const at::Tensor x = named_numbers::input("input/w3", {1, 32, 4, 5, 6});
    const at::NoGradGuard no_grad;
    for (const std::string &variant : fovea::nn::attention_variants("w3")) {
        SCOPED_TRACE(variant);
        const auto module = filled(options_of("w3", variant), 32, {4, 5, 6});
        at::Tensor mask, expected_mask;
        const at::Tensor got = module->forward(x, &mask);
        expect_near(got, naive_w3(*module, x, &expected_mask));
        EXPECT_EQ(mask.defined(), variant != "no-spatial");
        if (mask.defined())
            expect_near(mask, expected_mask);
    }
}

TEST(W3, RefinesTheLastMapAsNaiveLoopsDo)
{
    fovea::nn::AttentionRefinement afr(2, 3);
    named_numbers::fill(afr);
    const at::NoGradGuard no_grad;
    const at::Tensor map = named_numbers::input("input/map", {1, 3, 2, 2, 2});
    const at::Tensor fine = named_numbers::input("input/fine", {1, 1, 2, 4, 6}); // windows 2 x 3
    const at::Tensor same = named_numbers::input("input/same", {1, 1, 2, 2, 2});
    Values m(map), f(fine), s(same), weight = parameter(afr, "conv.weight"),
                                     bias = parameter(afr, "conv.bias");
    Values expected({1, 3, 2, 2, 2});
    for (std::int64_t c = 0; c < 3; ++c)
        for (std::int64_t t = 0; t < 2; ++t)
            for (std::int64_t i = 0; i < 2; ++i)
                for (std::int64_t j = 0; j < 2; ++j) {
                    double mean = 0;
                    for (std::int64_t a = 0; a < 2; ++a)
                        for (std::int64_t b = 0; b < 3; ++b)
                            mean += f.at({0, 0, t, 2 * i + a, 3 * j + b}) / 6;
                    const double sum = bias.at({c}) + weight.at({c, 0, 0, 0}) * mean +
                                       weight.at({c, 1, 0, 0}) * s.at({0, 0, t, i, j});
                    expected.at({0, c, t, i, j}) = m.at({0, c, t, i, j}) + std::max(sum, 0.0);
                }
    expect_near(afr.forward(map, {fine, same}), expected);
}

} // namespace
