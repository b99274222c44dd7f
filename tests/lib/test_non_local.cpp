// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "naive_attention.h"

namespace {

using namespace fovea_test;

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

} // namespace
