// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/salience/stretches.h"
#include "time_units.h"

namespace fovea {

namespace {

constexpr TimeSpan minute = {0, 60 * second};

/* A moment each second with these weights */
Timeline timeline_of(const std::vector<float> &weights)
{
    std::vector<Moment> moments;
    for (std::size_t i = 0; i < weights.size(); ++i)
        moments.push_back(
            {{static_cast<Nanoseconds>(i) * second, static_cast<Nanoseconds>(i + 1) * second},
             weights[i]});
    return {moments, {}};
}

std::vector<float> with_peaks(const std::vector<std::pair<std::size_t, float>> &peaks)
{
    std::vector<float> weights(60, 0.0F);
    for (const auto &[at, weight] : peaks)
        weights[at] = weight;
    return weights;
}

void expect_spans(const std::vector<TimeSpan> &found,
                  const std::vector<std::pair<double, double>> &expected)
{
    constexpr double step = 0.02; // time is looked at in steps of 10 ms
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_NEAR(to_seconds(found[i].start), expected[i].first, step);
        EXPECT_NEAR(to_seconds(found[i].end), expected[i].second, step);
    }
}

TEST(SalientStretches, OfARatioAreTheWeightiestThatFitWithTheirPadding)
{
    // 6 s in all: two peaks, each 1 s long at least, padded by 0.5 s on both sides; 2 s a piece to
    // begin with, then both grow by what is left, the higher one by more
    const auto found = salient_stretches(timeline_of(with_peaks({{10, 1.0F}, {40, 0.9F}})), minute,
                                         {0.1, 0, second, second / 2});
    ASSERT_EQ(found.size(), 2U);
    Nanoseconds length = 0;
    for (const TimeSpan &stretch : found)
        length += stretch.end - stretch.start;
    EXPECT_LE(length, 6 * second);
    EXPECT_GE(length, 4 * second);
    EXPECT_NEAR(to_seconds(centre_of(found[0])), 10.5, 0.02);
    EXPECT_NEAR(to_seconds(centre_of(found[1])), 40.5, 0.02);
}

TEST(SalientStretches, ThatDoNotFitTheRatioGiveUpLengthNotThePeak)
{
    expect_spans(salient_stretches(timeline_of(with_peaks({{10, 1.0F}})), minute,
                                   {0.01, 0, 10 * second, second}),
                 {{10.2, 10.8}});
}

TEST(SalientStretches, OfEqualWeightsTakeTheMiddle)
{
    expect_spans(
        salient_stretches(timeline_of(std::vector<float>(60, 0.5F)), minute, {0.5, 0, second, 0}),
        {{15, 45}});
}

TEST(SalientStretches, StayInsideTheVideo)
{
    expect_spans(salient_stretches(timeline_of(with_peaks({{0, 1.0F}, {59, 1.0F}})), minute,
                                   {0, 0.75, 4 * second, second}),
                 {{0, 5}, {55, 60}});
}

TEST(SalientStretches, ThatTouchWithTheirPaddingBecomeOne)
{
    expect_spans(salient_stretches(timeline_of(with_peaks({{10, 1.0F}, {13, 1.0F}})), minute,
                                   {0, 0.5, 0, second}),
                 {{9, 15}});
}

TEST(SalientStretches, AreNoneWithoutWeight)
{
    EXPECT_TRUE(
        salient_stretches(timeline_of(with_peaks({})), minute, {0.5, 0, second, 0}).empty());
    EXPECT_TRUE(salient_stretches(Timeline(), minute, {0.5, 0, second, 0}).empty());
    EXPECT_TRUE(salient_stretches(Timeline(), {0, 0}, {0.5, 0, second, 0}).empty());
}

TEST(SalientStretches, OfAVideoOfADayAreFoundInAMoment)
{
    constexpr TimeSpan day = {0, 86'400 * second};
    std::vector<Moment> moments;
    for (int i = 0; i < 86'400; i += 2)
        moments.push_back({{i * second, (i + 2) * second}, i == 43'200 ? 1.0F : 0.001F});
    const auto found = salient_stretches(Timeline(moments, {}), day, {0, 0.5, second, 0});
    ASSERT_EQ(found.size(), 1U); // steps of 173 ms
    EXPECT_NEAR(to_seconds(found.front().start), 43'200, 0.2);
    EXPECT_NEAR(to_seconds(found.front().end), 43'202, 0.2);
}

} // namespace

} // namespace fovea
