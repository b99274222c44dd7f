// SPDX-License-Identifier: MIT
#include <cmath>

#include <gtest/gtest.h>

#include "activations.h"
#include "attention_case.h"
#include "error_of.h"
#include "fovea/nn/attention.h"
#include "fovea/nn/w3.h"
#include "reference_case.h"

namespace {

using fovea::nn::Attention;
using fovea::nn::AttentionOptions;
using fovea::nn::make_attention;
using fovea::nn::Size3;
using reference::parameters_of;

/** \brief A tensor read by loops: the second implementations below know nothing else of LibTorch */
class Values
{
public:
    Values(const at::Tensor &tensor) // NOLINT(google-explicit-constructor): read as values
        : tensor_(tensor.detach().to(at::kDouble).contiguous()), data_(tensor_.data_ptr<double>())
    {
    }

    explicit Values(std::vector<std::int64_t> shape) : Values(at::zeros(shape, at::kDouble)) {}

    std::int64_t size(std::int64_t dim) const { return tensor_.size(dim); }

    double &at(std::initializer_list<std::int64_t> index)
    {
        std::int64_t flat = 0;
        std::int64_t dim = 0;
        for (const std::int64_t i : index)
            flat = flat * tensor_.size(dim++) + i;
        return data_[flat];
    }

    const at::Tensor &tensor() const { return tensor_; }

private:
    at::Tensor tensor_;
    double *data_;
};

Values parameter(torch::nn::Module &module, const std::string &name)
{
    return {module.named_parameters()[name]};
}

std::shared_ptr<Attention> filled(const AttentionOptions &options, std::int64_t channels,
                                  const Size3 &size)
{
    auto module = make_attention(options, channels, size);
    named_numbers::fill(*module);
    module->eval();
    return module;
}

void expect_near(const at::Tensor &got, const Values &expected)
{
    ASSERT_EQ(got.sizes(), expected.tensor().sizes());
    const double error = (got.to(at::kDouble) - expected.tensor()).abs().max().item<double>();
    EXPECT_LT(error, 1e-5);
}

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

/** \brief Two convolutions of width 3 along time, channels of any grouping: m[c][t] */
using Rows = std::vector<std::vector<double>>;

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

std::vector<double> naive_layer(const std::vector<double> &x, Values weight, Values bias)
{
    std::vector<double> y(static_cast<std::size_t>(weight.size(0)));
    for (std::size_t o = 0; o < y.size(); ++o) {
        y[o] = bias.at({static_cast<std::int64_t>(o)});
        for (std::size_t i = 0; i < x.size(); ++i)
            y[o] += x[i] * weight.at({static_cast<std::int64_t>(o), static_cast<std::int64_t>(i)});
    }
    return y;
}

/** \brief sigmoid(MLP(means) + MLP(maxima)), [C][T] */
Rows naive_channels(torch::nn::Module &module, Values x)
{
    const std::int64_t channels = x.size(1), frames = x.size(2), height = x.size(3),
                       width = x.size(4);
    Rows m(static_cast<std::size_t>(channels),
           std::vector<double>(static_cast<std::size_t>(frames)));
    for (std::int64_t t = 0; t < frames; ++t) {
        std::vector<double> means, maxima;
        for (std::int64_t c = 0; c < channels; ++c) {
            double sum = 0, most = -1e30;
            for (std::int64_t i = 0; i < height; ++i)
                for (std::int64_t j = 0; j < width; ++j) {
                    sum += x.at({0, c, t, i, j});
                    most = std::max(most, x.at({0, c, t, i, j}));
                }
            means.push_back(sum / static_cast<double>(height * width));
            maxima.push_back(most);
        }
        const auto perceptron = [&](const std::vector<double> &v) {
            std::vector<double> hidden = naive_layer(v, parameter(module, "channel.fc1.weight"),
                                                     parameter(module, "channel.fc1.bias"));
            for (double &value : hidden)
                value = std::max(value, 0.0);
            return naive_layer(hidden, parameter(module, "channel.fc2.weight"),
                               parameter(module, "channel.fc2.bias"));
        };
        const std::vector<double> a = perceptron(means);
        const std::vector<double> b = perceptron(maxima);
        for (std::size_t c = 0; c < a.size(); ++c)
            m[c][static_cast<std::size_t>(t)] = sigmoid(a[c] + b[c]);
    }
    return m;
}

void scale_channels(Values &x, const Rows &m)
{
    for (std::int64_t c = 0; c < x.size(1); ++c)
        for (std::int64_t t = 0; t < x.size(2); ++t)
            for (std::int64_t i = 0; i < x.size(3); ++i)
                for (std::int64_t j = 0; j < x.size(4); ++j)
                    x.at({0, c, t, i, j}) *=
                        m[static_cast<std::size_t>(c)][static_cast<std::size_t>(t)];
}

/** \brief A padded convolution of planes [1, in, T, H, W] to one plane, odd kernel */
Values naive_planes(Values x, Values weight, double bias)
{
    const bool flat = weight.tensor().dim() == 4;
    const std::int64_t depth = flat ? 1 : weight.size(2), side = weight.size(flat ? 2 : 3);
    Values y({1, 1, x.size(2), x.size(3), x.size(4)});
    for (std::int64_t t = 0; t < x.size(2); ++t)
        for (std::int64_t i = 0; i < x.size(3); ++i)
            for (std::int64_t j = 0; j < x.size(4); ++j) {
                double sum = bias;
                for (std::int64_t c = 0; c < x.size(1); ++c)
                    for (std::int64_t d = 0; d < depth; ++d)
                        for (std::int64_t k = 0; k < side; ++k)
                            for (std::int64_t l = 0; l < side; ++l) {
                                const std::int64_t a = t + d - depth / 2, b = i + k - side / 2,
                                                   e = j + l - side / 2;
                                if (a < 0 || b < 0 || e < 0 || a >= x.size(2) || b >= x.size(3) ||
                                    e >= x.size(4))
                                    continue;
                                sum += x.at({0, c, a, b, e}) * (flat ? weight.at({0, c, k, l})
                                                                     : weight.at({0, c, d, k, l}));
                            }
                y.at({0, 0, t, i, j}) = sum;
            }
    return y;
}

Values naive_sigmoid(Values x)
{
    return {at::sigmoid(x.tensor())};
}

/** \brief [mean, maximum] of the channels, in that order or the other */
Values naive_summary(Values x, bool mean_first)
{
    Values y({1, 2, x.size(2), x.size(3), x.size(4)});
    for (std::int64_t t = 0; t < x.size(2); ++t)
        for (std::int64_t i = 0; i < x.size(3); ++i)
            for (std::int64_t j = 0; j < x.size(4); ++j) {
                double sum = 0, most = -1e30;
                for (std::int64_t c = 0; c < x.size(1); ++c) {
                    sum += x.at({0, c, t, i, j});
                    most = std::max(most, x.at({0, c, t, i, j}));
                }
                y.at({0, mean_first ? 0 : 1, t, i, j}) = sum / static_cast<double>(x.size(1));
                y.at({0, mean_first ? 1 : 0, t, i, j}) = most;
            }
    return y;
}

void scale_positions(Values &x, Values mask)
{
    for (std::int64_t c = 0; c < x.size(1); ++c)
        for (std::int64_t t = 0; t < x.size(2); ++t)
            for (std::int64_t i = 0; i < x.size(3); ++i)
                for (std::int64_t j = 0; j < x.size(4); ++j)
                    x.at({0, c, t, i, j}) *= mask.at({0, 0, t, i, j});
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

TEST(Cbam, IsWhatNaiveLoopsCompute)
{
    const auto module = filled(options_of("cbam"), 32, {3, 5, 6});
    const at::Tensor x = named_numbers::input("input/cbam", {1, 32, 3, 5, 6});
    const at::NoGradGuard no_grad;
    Values expected(x.clone());
    scale_channels(expected, naive_channels(*module, expected));
    Values where =
        naive_planes(naive_summary(expected, false), parameter(*module, "spatial.weight"), 0);
    const auto buffers = module->named_buffers();
    const double mean = buffers["spatial_bn.running_mean"].item<double>();
    const double scale = parameter(*module, "spatial_bn.weight").at({0}) /
                         std::sqrt(buffers["spatial_bn.running_var"].item<double>() + 1e-5);
    scale_positions(expected, naive_sigmoid({(where.tensor() - mean) * scale +
                                             parameter(*module, "spatial_bn.bias").at({0})}));
    expect_near(module->forward(x, nullptr), expected);
}

TEST(NonLocal, IsWhatNaiveLoopsCompute)
{
    for (const bool softmax : {true, false}) {
        const auto module =
            filled(options_of("non-local", softmax ? "embedded-gaussian" : "dot-product"), 4, {});
        const at::Tensor input = named_numbers::input("input/nl", {1, 4, 2, 2, 2});
        const at::NoGradGuard no_grad;
        Values x(input);
        const auto project = [&](const std::string &name, std::int64_t t, std::int64_t i,
                                 std::int64_t j) {
            std::vector<double> pixel;
            for (std::int64_t c = 0; c < 4; ++c)
                pixel.push_back(x.at({0, c, t, i, j}));
            return naive_layer(pixel, {module->named_parameters()[name + ".weight"].flatten(1)},
                               parameter(*module, name + ".bias"));
        };
        const auto pooled = [&](const std::string &name, std::int64_t t) {
            std::vector<double> most(2, -1e30);
            for (std::int64_t i = 0; i < 2; ++i)
                for (std::int64_t j = 0; j < 2; ++j) {
                    const auto v = project(name, t, i, j);
                    for (std::size_t k = 0; k < 2; ++k)
                        most[k] = std::max(most[k], v[k]);
                }
            return most;
        };
        const auto buffers = module->named_buffers();
        Values expected({1, 4, 2, 2, 2});
        for (std::int64_t t = 0; t < 2; ++t)
            for (std::int64_t i = 0; i < 2; ++i)
                for (std::int64_t j = 0; j < 2; ++j) {
                    const auto q = project("theta", t, i, j);
                    std::vector<double> weights;
                    for (std::int64_t s = 0; s < 2; ++s) {
                        const auto k = pooled("phi", s);
                        const double product = q[0] * k[0] + q[1] * k[1];
                        weights.push_back(softmax ? std::exp(product) : product / 2);
                    }
                    const double total = softmax ? weights[0] + weights[1] : 1;
                    std::vector<double> y(2);
                    for (std::int64_t s = 0; s < 2; ++s)
                        for (std::size_t k = 0; k < 2; ++k)
                            y[k] +=
                                weights[static_cast<std::size_t>(s)] / total * pooled("g", s)[k];
                    const auto z =
                        naive_layer(y, {module->named_parameters()["w.weight"].flatten(1)},
                                    parameter(*module, "w.bias"));
                    for (std::int64_t c = 0; c < 4; ++c) {
                        const double mean = Values(buffers["bn.running_mean"]).at({c});
                        const double deviation =
                            std::sqrt(Values(buffers["bn.running_var"]).at({c}) + 1e-5);
                        expected.at({0, c, t, i, j}) =
                            x.at({0, c, t, i, j}) + parameter(*module, "bn.bias").at({c}) +
                            (z[static_cast<std::size_t>(c)] - mean) / deviation *
                                parameter(*module, "bn.weight").at({c});
                    }
                }
        expect_near(module->forward(input, nullptr), expected);
    }
}

TEST(NonLocal, BeginsAsIdentity)
{
    const auto module = make_attention(options_of("non-local"), 8, {});
    module->eval();
    const at::Tensor x = at::rand({1, 8, 2, 4, 4});
    const at::NoGradGuard no_grad;
    EXPECT_TRUE(module->forward(x, nullptr).equal(x));
}

class AttentionGradient : public testing::TestWithParam<const char *>
{
};

/** \brief The slope of sum(r f(x)) against a central difference, input and parameters */
TEST_P(AttentionGradient, IsTheSlope)
{
    const auto module = filled(options_of(GetParam()), 16, {3, 4, 4});
    module->to(at::kDouble);
    at::Tensor x = named_numbers::input("input/gradient", {1, 16, 3, 4, 4}).to(at::kDouble);
    x.set_requires_grad(true);
    const at::Tensor r = named_numbers::uniform("input/direction", {1, 16, 3, 4, 4});
    const auto value = [&] { return (module->forward(x, nullptr) * r).sum(); };
    value().backward();
    auto tensors = module->parameters();
    tensors.push_back(x);
    for (at::Tensor &tensor : tensors) {
        ASSERT_TRUE(tensor.grad().defined());
        const at::NoGradGuard no_grad;
        const at::Tensor flat = tensor.view(-1);
        for (const std::int64_t i : {std::int64_t{0}, flat.numel() / 2, flat.numel() - 1}) {
            const double step = 1e-6;
            const double before = flat[i].item<double>();
            flat[i] = before + step;
            const double above = value().item<double>();
            flat[i] = before - step;
            const double below = value().item<double>();
            flat[i] = before;
            EXPECT_NEAR(tensor.grad().view(-1)[i].item<double>(), (above - below) / (2 * step),
                        1e-5);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Modules, AttentionGradient,
                         testing::Values("sta", "w3", "cbam", "non-local"));

TEST(Attention, UnknownNamesAndVariantsListThoseKnown)
{
    EXPECT_EQ(error_of([] {
                  make_attention(options_of("stb"), 4, {1, 1, 1});
              }),
              "attention 'stb' is not known; expected one of sta, w3, cbam, non-local");
    EXPECT_EQ(error_of([] {
                  make_attention(options_of("sta", "at"), 4, {1, 1, 1});
              }),
              "attention 'sta': variant 'at' is not known; expected one of sta, ta, sa, no-deconv");
}

} // namespace
