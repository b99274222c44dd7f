// SPDX-License-Identifier: MIT
#include <algorithm>

#include <gtest/gtest.h>
#include <torch/nn/module.h>

#include "fovea/core/motion_layout.h"
#include "fovea/nn/heads.h"
#include "fovea/train/loop/loss.h"
#include "named_numbers.h"

namespace fovea {

namespace {

constexpr double step = 1e-5;

class HeadGradient : public testing::TestWithParam<std::string>
{
};

TEST_P(HeadGradient, IsTheFiniteDifference)
{
    const std::int64_t motion = GetParam() == "persons" ? MotionLayout{1}.channels() : 0;
    const std::int64_t channels = 6 + motion;
    const auto head = nn::make_head(GetParam(), channels, /*classes=*/3, motion);
    named_numbers::fill(*head);
    head->to(at::kDouble);
    head->eval(); // dropout would be drawn anew for every difference
    at::Tensor rows =
        (2 * named_numbers::uniform("rows", {4, 3, 5, channels}) - 1).requires_grad_();
    const at::Tensor targets =
        soft_targets(at::tensor({0, 2, 1, 2}, at::kLong), 3, 0.1).to(at::kDouble);
    const auto loss = [&] { return cross_entropy(head->forward(rows).logits, targets, {}).mean(); };
    loss().backward();

    auto tensors = head->parameters();
    tensors.push_back(rows);
    const at::NoGradGuard no_grad;
    for (at::Tensor &tensor : tensors) {
        const at::Tensor flat = tensor.view({-1});
        const std::int64_t places = flat.numel() > 1000 ? 4 : 20; // the LSTM is slow
        for (std::int64_t i = 0; i < flat.numel(); i += 1 + flat.numel() / places) {
            const double value = flat[i].item<double>();
            flat[i] = value + step;
            const double above = loss().item<double>();
            flat[i] = value - step;
            const double below = loss().item<double>();
            flat[i] = value;
            EXPECT_NEAR(tensor.grad().view({-1})[i].item<double>(), (above - below) / (2 * step),
                        1e-8);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(EveryHead, HeadGradient, testing::ValuesIn(nn::head_names()),
                         [](const auto &info) {
                             std::string name = info.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

} // namespace

} // namespace fovea
