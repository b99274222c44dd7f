// SPDX-License-Identifier: MIT
#include <cmath>
#include <numeric>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/core/motion_layout.h"
#include "fovea/engine/torch/torch_head.h"
#include "fovea/nn/heads.h"

namespace {

using fovea::Array;
using fovea::HeadScores;

// The FC gives the features back
std::unique_ptr<fovea::ActivityHead> example_head(const std::string &name, bool many_labels = false)
{
    const at::NoGradGuard no_grad;
    const auto head = fovea::nn::make_head(name, 2, 2);
    for (auto &entry : head->named_parameters()) {
        if (entry.key() == "fc.weight")
            entry.value().copy_(at::eye(2));
        else
            entry.value().zero_();
    }
    return fovea::make_torch_head(head, many_labels);
}

Array rows_of(std::vector<std::int64_t> shape, std::vector<float> values)
{
    Array rows(std::move(shape));
    rows.values = std::move(values);
    return rows;
}

double softmax_first(double a, double b)
{
    return std::exp(a) / (std::exp(a) + std::exp(b));
}

TEST(TorchHead, ScoresAreASoftmax)
{
    // mean of (2, 0) and (0, 0) is (1, 0)
    const HeadScores output = example_head("region-mean")->run(rows_of({2, 1, 2}, {2, 0, 0, 0}));
    ASSERT_EQ(output.scores.size(), 2U);
    EXPECT_NEAR(output.scores[0], softmax_first(1, 0), 1e-6);
    EXPECT_NEAR(output.scores[1], 1 - softmax_first(1, 0), 1e-6);
}

TEST(TorchHead, ScoresOfManyLabelsAreSigmoids)
{
    const HeadScores output =
        example_head("region-mean", true)->run(rows_of({2, 1, 2}, {2, 0, 0, 0}));
    EXPECT_NEAR(output.scores[0], 1 / (1 + std::exp(-1.0)), 1e-6);
    EXPECT_NEAR(output.scores[1], 0.5, 1e-6);
}

TEST(TorchHead, WithoutAttentionRegionsWeighByTheWinnersScoreAlone)
{
    // The winner is class 0; alone, region 0 gives it softmax(2, 0), region 1 a half
    const HeadScores output = example_head("region-mean")->run(rows_of({2, 1, 2}, {2, 0, 0, 0}));
    const double first = softmax_first(2, 0);
    ASSERT_EQ(output.region_weights.size(), 2U);
    EXPECT_NEAR(output.region_weights[0], first / (first + 0.5), 1e-6);
    EXPECT_NEAR(output.region_weights[1], 0.5 / (first + 0.5), 1e-6);
    EXPECT_EQ(output.time_weights, std::vector<float>{1});
}

TEST(TorchHead, WithoutAttentionRowsWeighByTheWinnersScoreAlone)
{
    // One region, three rows: (4, 0), (0, 0), (0, 1); the winner is class 0
    const HeadScores output =
        example_head("score-mean")->run(rows_of({1, 3, 2}, {4, 0, 0, 0, 0, 1}));
    const double sum = softmax_first(4, 0) + 0.5 + softmax_first(0, 1);
    ASSERT_EQ(output.time_weights.size(), 3U);
    EXPECT_NEAR(output.time_weights[0], softmax_first(4, 0) / sum, 1e-6);
    EXPECT_NEAR(output.time_weights[1], 0.5 / sum, 1e-6);
    EXPECT_NEAR(output.time_weights[2], softmax_first(0, 1) / sum, 1e-6);
}

TEST(TorchHead, AttentionsOwnWeightsAreTaken)
{
    // All attention parameters are 0, so every region weighs alike whatever its rows say
    const HeadScores output = example_head("ra")->run(rows_of({2, 1, 2}, {8, 0, 0, 0}));
    EXPECT_NEAR(output.region_weights[0], 0.5, 1e-6);
    EXPECT_NEAR(output.region_weights[1], 0.5, 1e-6);
}

TEST(TorchHead, EveryHeadsWeightsSumToOne)
{
    for (const std::string &name : fovea::nn::head_names()) {
        const std::int64_t motion = name == "persons" ? fovea::MotionLayout{1}.channels() : 0;
        Array rows({11, 6, 16 + motion});
        std::iota(rows.values.begin(), rows.values.end(), 0.0F);
        for (float &value : rows.values)
            value = std::sin(value);
        const auto head =
            fovea::make_torch_head(fovea::nn::make_head(name, 16 + motion, 5, motion));
        const HeadScores output = head->run(rows);
        const auto sum = [](const std::vector<float> &values) {
            return std::accumulate(values.begin(), values.end(), 0.0);
        };
        ASSERT_EQ(output.scores.size(), 5U) << name;
        ASSERT_EQ(output.region_weights.size(), 11U) << name;
        ASSERT_EQ(output.time_weights.size(), 6U) << name;
        EXPECT_NEAR(sum(output.scores), 1, 1e-5) << name;
        EXPECT_NEAR(sum(output.region_weights), 1, 1e-5) << name;
        EXPECT_NEAR(sum(output.time_weights), 1, 1e-5) << name;
    }
}

TEST(TorchHead, ScoresThatAreNotFiniteBecomeNoLabel)
{
    const auto head = example_head("region-mean");
    const auto many = example_head("region-mean", /*many_labels=*/true);
    for (const float value : {std::nanf(""), INFINITY, -INFINITY}) {
        const Array rows = rows_of({1, 1, 2}, {value, 0});
        EXPECT_THROW(head->run(rows), fovea::Error) << value;
    }
    EXPECT_THROW(many->run(rows_of({1, 1, 2}, {std::nanf(""), 0})), fovea::Error);
}

TEST(TorchHead, RefusesRowsOfAnotherWidth)
{
    try {
        example_head("ra")->run(Array({2, 1, 3}));
        FAIL();
    } catch (const fovea::Error &error) {
        EXPECT_EQ(std::string(error.what()), "rows: the head expects [R, T', 2], got [2, 1, 3]");
    }
}

} // namespace
