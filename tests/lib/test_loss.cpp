#include <cmath>

#include <gtest/gtest.h>

#include "fovea/train/loss.h"

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

} // namespace

} // namespace fovea
