// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "activations.h"
#include "attention_case.h"
#include "fovea/nn/attention.h"
#include "named_numbers.h"

namespace fovea_test {

using fovea::nn::Attention;
using fovea::nn::AttentionOptions;
using fovea::nn::Size3;

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

inline Values parameter(torch::nn::Module &module, const std::string &name)
{
    return {module.named_parameters()[name]};
}

inline std::shared_ptr<Attention> filled(const AttentionOptions &options, std::int64_t channels,
                                         const Size3 &size)
{
    auto module = make_attention(options, channels, size);
    named_numbers::fill(*module);
    module->eval();
    return module;
}

inline void expect_near(const at::Tensor &got, const Values &expected)
{
    ASSERT_EQ(got.sizes(), expected.tensor().sizes());
    const double error = (got.to(at::kDouble) - expected.tensor()).abs().max().item<double>();
    EXPECT_LT(error, 1e-5);
}

/** \brief Two convolutions of width 3 along time, channels of any grouping: m[c][t] */
using Rows = std::vector<std::vector<double>>;

inline std::vector<double> naive_layer(const std::vector<double> &x, Values weight, Values bias)
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
inline Rows naive_channels(torch::nn::Module &module, Values x)
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

inline void scale_channels(Values &x, const Rows &m)
{
    for (std::int64_t c = 0; c < x.size(1); ++c)
        for (std::int64_t t = 0; t < x.size(2); ++t)
            for (std::int64_t i = 0; i < x.size(3); ++i)
                for (std::int64_t j = 0; j < x.size(4); ++j)
                    x.at({0, c, t, i, j}) *=
                        m[static_cast<std::size_t>(c)][static_cast<std::size_t>(t)];
}

/** \brief A padded convolution of planes [1, in, T, H, W] to one plane, odd kernel */
inline Values naive_planes(Values x, Values weight, double bias)
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

inline Values naive_sigmoid(Values x)
{
    return {at::sigmoid(x.tensor())};
}

/** \brief [mean, maximum] of the channels, in that order or the other */
inline Values naive_summary(Values x, bool mean_first)
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

inline void scale_positions(Values &x, Values mask)
{
    for (std::int64_t c = 0; c < x.size(1); ++c)
        for (std::int64_t t = 0; t < x.size(2); ++t)
            for (std::int64_t i = 0; i < x.size(3); ++i)
                for (std::int64_t j = 0; j < x.size(4); ++j)
                    x.at({0, c, t, i, j}) *= mask.at({0, 0, t, i, j});
}

} // namespace fovea_test
