// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "naive_attention.h"

namespace {

using fovea::nn::make_attention;
using fovea_test::filled;

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
