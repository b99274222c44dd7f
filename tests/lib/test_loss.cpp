// SPDX-License-Identifier: MIT
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "fovea/train/loop/loss.h"
#include "named_numbers.h"

namespace fovea {

namespace {

TEST(CrossEntropy, OfSmoothedTargetsByHand)
{
    // logits (0, ln 3): scores 1/4, 3/4. Target 1 smoothed by 0.2: shares 0.1, 0.9.
    const at::Tensor logits = at::tensor({0.0F, std::log(3.0F)}).unsqueeze(0);
    const at::Tensor targets = soft_targets(at::tensor({1}, at::kLong), 2, 0.2);
    EXPECT_NEAR(targets[0][0].item<double>(), 0.1, 1e-7);
    EXPECT_NEAR(targets[0][1].item<double>(), 0.9, 1e-7);
    const double expected = -(0.1 * std::log(0.25) + 0.9 * std::log(0.75));
    EXPECT_NEAR(cross_entropy(logits, targets, {})[0].item<double>(), expected, 1e-6);
}

TEST(CrossEntropy, ClassWeightsScaleTheirTerms)
{
    const at::Tensor logits = at::zeros({2, 2}); // scores 1/2
    const at::Tensor targets = soft_targets(at::tensor({0, 1}, at::kLong), 2, 0);
    const at::Tensor losses = cross_entropy(logits, targets, at::tensor({1.0F, 3.0F}));
    EXPECT_NEAR(losses[0].item<double>(), std::log(2.0), 1e-6);
    EXPECT_NEAR(losses[1].item<double>(), 3 * std::log(2.0), 1e-6);
}

TEST(MixUp, MixesInputsAndTargetsAlike)
{
    // Where the input is its own target, they stay equal however they are mixed.
    const at::Tensor targets = soft_targets(at::tensor({0, 1, 2, 1}, at::kLong), 3, 0);
    Random random(5);
    const Mixed mixed = mix_up(targets, targets, 0.3, &random);
    EXPECT_TRUE(mixed.inputs.equal(mixed.targets));
    EXPECT_TRUE(mixed.targets.sum(1).allclose(at::ones({4})));
    EXPECT_FALSE(mixed.targets.equal(targets));
}

TEST(Random, GammaHasItsMeanAndSpread)
{
    // gamma(k): mean k, variance k
    for (const double shape : {0.3, 2.5}) {
        Random random(11);
        double sum = 0;
        double squares = 0;
        constexpr int draws = 40000;
        for (int i = 0; i < draws; ++i) {
            const double value = random.gamma(shape);
            sum += value;
            squares += value * value;
        }
        const double mean = sum / draws;
        EXPECT_NEAR(mean, shape, 0.03 * shape + 0.01);
        EXPECT_NEAR(squares / draws - mean * mean, shape, 0.08 * shape);
    }
}

TEST(Random, IsSplitmix64)
{
    // The first numbers of the public reference implementation from the state 1234567
    Random random(1234567);
    EXPECT_EQ(random.next(), 6457827717110365317U);
    EXPECT_EQ(random.next(), 3203168211198807973U);
}

/** \brief d loss / d x by central differences, in double */
at::Tensor differences(const std::function<double(const at::Tensor &)> &loss, const at::Tensor &x)
{
    constexpr double step = 1e-5;
    at::Tensor gradient = at::zeros_like(x);
    for (std::int64_t i = 0; i < x.numel(); ++i) {
        at::Tensor moved = x.clone();
        moved.view(-1)[i] += step;
        const double above = loss(moved);
        moved.view(-1)[i] -= 2 * step;
        gradient.view(-1)[i] = (above - loss(moved)) / (2 * step);
    }
    return gradient;
}

at::Tensor gradient_of(const std::function<at::Tensor(const at::Tensor &)> &loss,
                       const at::Tensor &x)
{
    at::Tensor leaf = x.clone().set_requires_grad(true);
    loss(leaf).backward();
    return leaf.grad();
}

TEST(OverlapLoss, IsTheNaiveLoop)
{
    const at::Tensor logits = named_numbers::uniform("overlap/logits", {5, 4});
    const at::Tensor targets = at::tensor({0, 3, 2, 3, 1}, at::kLong); // 3 is the background
    const at::Tensor overlaps = at::tensor({0.5, 1.0, 0.7, 0.2, 1.0}, at::kDouble);
    const at::Tensor got = overlap_loss(logits, targets, overlaps, /*background=*/3, 0.25);
    for (std::int64_t n = 0; n < 5; ++n) {
        const auto k = targets[n].item<std::int64_t>();
        double sum = 0;
        for (std::int64_t c = 0; c < 4; ++c)
            sum += std::exp(logits[n][c].item<double>());
        const double p = std::exp(logits[n][k].item<double>()) / sum;
        const double v = overlaps[n].item<double>();
        const double expected = k == 3 ? 0 : 0.5 * (p * p / std::pow(v, 0.25) - 1);
        EXPECT_NEAR(got[n].item<double>(), expected, 1e-12);
    }
}

TEST(OverlapLoss, HasTheGradientOfFiniteDifferences)
{
    const at::Tensor logits = named_numbers::uniform("overlap/gradient", {3, 4});
    const at::Tensor targets = at::tensor({2, 0, 3}, at::kLong);
    const at::Tensor overlaps = at::tensor({0.55, 0.9, 1.0}, at::kDouble);
    const auto loss = [&](const at::Tensor &z) {
        return overlap_loss(z, targets, overlaps, 3, 0.25).sum();
    };
    const at::Tensor expected =
        differences([&](const at::Tensor &z) { return loss(z).item<double>(); }, logits);
    EXPECT_TRUE(gradient_of(loss, logits).allclose(expected, 1e-6, 1e-8));
    EXPECT_TRUE(expected[2].equal(at::zeros({4}, at::kDouble))) << "the background has none";
}

class Distance : public testing::TestWithParam<MapDistance>
{
protected:
    const at::Tensor student_ = named_numbers::uniform("distance/student", {2, 3, 4, 2, 2});
    const at::Tensor teacher_ = named_numbers::uniform("distance/teacher", {2, 3, 4, 2, 2});
};

TEST_P(Distance, IsTheNaiveLoop)
{
    const at::Tensor got = map_distance(student_, teacher_, GetParam());
    const auto a = student_.accessor<double, 5>();
    const auto b = teacher_.accessor<double, 5>();
    for (std::int64_t n = 0; n < 2; ++n) {
        double norms = 0;
        double squares = 0;
        double features = 0;
        for (std::int64_t c = 0; c < 3; ++c)
            features += std::pow((student_[n][c].mean() - teacher_[n][c].mean()).item<double>(), 2);
        for (std::int64_t t = 0; t < 4; ++t) {
            double frame = 0;
            for (std::int64_t c = 0; c < 3; ++c)
                for (std::int64_t y = 0; y < 2; ++y)
                    for (std::int64_t x = 0; x < 2; ++x)
                        frame += std::pow(a[n][c][t][y][x] - b[n][c][t][y][x], 2);
            norms += std::sqrt(frame);
            squares += frame;
        }
        const double expected = GetParam() == MapDistance::L2    ? norms / 4
                                : GetParam() == MapDistance::Mse ? squares / (3 * 4 * 4)
                                                                 : features / 3;
        EXPECT_NEAR(got[n].item<double>(), expected, 1e-12);
    }
}

TEST_P(Distance, HasTheGradientOfFiniteDifferences)
{
    const auto loss = [&](const at::Tensor &x) {
        return map_distance(x, teacher_, GetParam()).sum();
    };
    const at::Tensor expected =
        differences([&](const at::Tensor &x) { return loss(x).item<double>(); }, student_);
    EXPECT_TRUE(gradient_of(loss, student_).allclose(expected, 1e-6, 1e-8));
}

TEST_P(Distance, OfEqualMapsIsNothingAndHasNoGradient)
{
    const auto loss = [&](const at::Tensor &x) {
        return map_distance(x, student_, GetParam()).sum();
    };
    EXPECT_EQ(loss(student_).item<double>(), 0);
    EXPECT_TRUE(gradient_of(loss, student_).equal(at::zeros_like(student_)));
}

INSTANTIATE_TEST_SUITE_P(OfMaps, Distance,
                         testing::Values(MapDistance::L2, MapDistance::Mse, MapDistance::Features));

} // namespace

} // namespace fovea
