// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/video/sampling_plan.h"

namespace {

using fovea::SamplingPlan;
using Indices = std::vector<std::int64_t>;

std::vector<Indices> sorted(SamplingPlan plan)
{
    std::sort(plan.timesteps.begin(), plan.timesteps.end());
    return plan.timesteps;
}

void expect_shape(const SamplingPlan &plan, std::size_t timesteps, std::size_t length)
{
    ASSERT_EQ(plan.timesteps.size(), timesteps);
    for (const Indices &clip : plan.timesteps)
        ASSERT_EQ(clip.size(), length);
}

TEST(UniformPlan, OneFrameIsRepeatedEverywhere)
{
    const SamplingPlan plan = fovea::uniform_plan(1);
    expect_shape(plan, 64, 8);
    for (const Indices &clip : plan.timesteps)
        EXPECT_EQ(clip, Indices(8, 0));
}

TEST(UniformPlan, FewerFramesThanASegmentRepeatTheLast)
{
    const SamplingPlan plan = fovea::uniform_plan(5);
    expect_shape(plan, 64, 8);
    for (const Indices &clip : plan.timesteps)
        EXPECT_EQ(clip, (Indices{0, 1, 2, 3, 4, 4, 4, 4}));
}

TEST(UniformPlan, EightFramesAreOneSegmentSixtyFourTimes)
{
    for (const Indices &clip : fovea::uniform_plan(8).timesteps)
        EXPECT_EQ(clip, (Indices{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(UniformPlan, NineFramesLeaveOnlyTheStartZero)
{
    // floor(i * 1 / 64) = 0 for every i < 64
    for (const Indices &clip : fovea::uniform_plan(9).timesteps)
        EXPECT_EQ(clip, (Indices{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(UniformPlan, SegmentsOfAShortVideoOverlap)
{
    // floor(i * 292 / 64): 4.5625 frames apart
    const SamplingPlan plan = fovea::uniform_plan(300);
    expect_shape(plan, 64, 8);
    EXPECT_EQ(plan.timesteps[0].front(), 0);
    EXPECT_EQ(plan.timesteps[1], (Indices{4, 5, 6, 7, 8, 9, 10, 11}));
    EXPECT_EQ(plan.timesteps[2].front(), 9);
    EXPECT_EQ(plan.timesteps[32].front(), 146);
    EXPECT_EQ(plan.timesteps[63], (Indices{287, 288, 289, 290, 291, 292, 293, 294}));
}

TEST(UniformPlan, FiveHundredAndTwelveFramesAreEachUsedOnce)
{
    const SamplingPlan plan = fovea::uniform_plan(512);
    std::int64_t expected = 0;
    for (const Indices &clip : plan.timesteps)
        for (const std::int64_t index : clip)
            EXPECT_EQ(index, expected++);
    EXPECT_EQ(expected, 512);
}

TEST(UniformPlan, OneFrameMoreDoesNotMoveTheFirstStarts)
{
    // floor(i * 513 / 64) = 8 i + floor(i / 64) = 8 i
    const SamplingPlan plan = fovea::uniform_plan(513);
    for (std::size_t i = 0; i < 64; ++i)
        EXPECT_EQ(plan.timesteps[i].front(), static_cast<std::int64_t>(8 * i));
}

TEST(UniformPlan, ALongVideoIsCoveredToItsEnd)
{
    // 9746 / 64 = 152.28125; an integer step of 152 would miss the end
    const SamplingPlan plan = fovea::uniform_plan(9746);
    EXPECT_EQ(plan.timesteps[1].front(), 152);
    EXPECT_EQ(plan.timesteps[4].front(), 609);
    EXPECT_EQ(plan.timesteps[32].front(), 4873);
    EXPECT_EQ(plan.timesteps[63], (Indices{9593, 9594, 9595, 9596, 9597, 9598, 9599, 9600}));
}

TEST(UniformPlan, AnyNumberOfTimesteps)
{
    // F = 300: 4 x 8 and 16 x 8 fit, 64 x 8 and 128 x 8 overlap
    const SamplingPlan four = fovea::uniform_plan(300, 4);
    expect_shape(four, 4, 8);
    EXPECT_EQ(four.timesteps[1].front(), 75);
    EXPECT_EQ(four.timesteps[3].front(), 225);

    const SamplingPlan sixteen = fovea::uniform_plan(300, 16);
    expect_shape(sixteen, 16, 8);
    EXPECT_EQ(sixteen.timesteps[1].front(), 18);
    EXPECT_EQ(sixteen.timesteps[15].front(), 281);

    const SamplingPlan many = fovea::uniform_plan(300, 128);
    expect_shape(many, 128, 8);
    EXPECT_EQ(many.timesteps[1].front(), 2);
    EXPECT_EQ(many.timesteps[127].front(), 289);

    const SamplingPlan long_video = fovea::uniform_plan(9746, 128);
    EXPECT_EQ(long_video.timesteps[127].front(), 9669);
}

TEST(EqualPlan, SpreadsSingleFrames)
{
    // floor(j * 9746 / 512): 19.03515625 frames apart
    const SamplingPlan plan = fovea::equal_plan(9746);
    expect_shape(plan, 64, 8);
    EXPECT_EQ(plan.timesteps[0], (Indices{0, 19, 38, 57, 76, 95, 114, 133}));
    EXPECT_EQ(plan.timesteps[63].back(), 9726);
}

TEST(EqualPlan, RepeatsFramesOfAShortVideo)
{
    EXPECT_EQ(fovea::equal_plan(3, 2, 4).timesteps,
              (std::vector<Indices>{{0, 0, 0, 1}, {1, 1, 2, 2}}));
    for (const Indices &clip : fovea::equal_plan(1).timesteps)
        EXPECT_EQ(clip, Indices(8, 0));
}

TEST(ShuffledPlan, IsAPermutationThatKeepsTheOrderInside)
{
    const SamplingPlan uniform = fovea::uniform_plan(9746);
    const SamplingPlan shuffled = fovea::shuffled_plan(9746, 64, 8, 1);
    EXPECT_NE(shuffled.timesteps, uniform.timesteps);
    EXPECT_EQ(sorted(shuffled), uniform.timesteps);
}

TEST(ShuffledPlan, FollowsItsSeed)
{
    const auto plan = [](std::uint64_t seed) {
        return fovea::shuffled_plan(9746, 64, 8, seed).timesteps;
    };
    EXPECT_EQ(plan(7), plan(7));
    EXPECT_NE(plan(7), plan(8));
}

TEST(SlidingPlan, TakesEveryFourthFrameOfThirtyASecond)
{
    // 300 frames hold 75 ticks; clips begin at ticks 0, 8, ..., 56; ticks 73 and 74 remain
    const SamplingPlan plan = fovea::sliding_plan(300, 30, 17, 7.5, 8);
    expect_shape(plan, 9, 17);
    EXPECT_EQ(plan.timesteps[0],
              (Indices{0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64}));
    EXPECT_EQ(plan.timesteps[1].front(), 32);
    EXPECT_EQ(plan.timesteps[7].front(), 224);
    EXPECT_EQ(plan.timesteps[7].back(), 288);
}

TEST(SlidingPlan, MovesTheLastClipBackToTheEnd)
{
    const SamplingPlan plan = fovea::sliding_plan(300, 30, 17, 7.5, 8);
    EXPECT_EQ(plan.timesteps.back(), (Indices{235, 239, 243, 247, 251, 255, 259, 263, 267, 271, 275,
                                              279, 283, 287, 291, 295, 299}));
}

TEST(SlidingPlan, NeedsNoExtraClipWhenTheLastOneReachesTheEnd)
{
    // 65 to 68 frames at 30 a second: ticks 0 to 16 and no more
    EXPECT_EQ(fovea::sliding_plan(65, 30, 17, 7.5, 8).timesteps.size(), 1U);
    EXPECT_EQ(fovea::sliding_plan(68, 30, 17, 7.5, 8).timesteps.size(), 1U);
    EXPECT_EQ(fovea::sliding_plan(69, 30, 17, 7.5, 8).timesteps.size(), 2U);
}

TEST(SlidingPlan, TakesTheNearestFrameWhenTheRateDoesNotDivide)
{
    // 25 / 7.5 = 10 / 3 frames a tick: 0, 3.33, 6.67, 10, ...
    const SamplingPlan plan = fovea::sliding_plan(54, 25, 17, 7.5, 8);
    ASSERT_EQ(plan.timesteps.size(), 1U);
    EXPECT_EQ(plan.timesteps[0],
              (Indices{0, 3, 7, 10, 13, 17, 20, 23, 27, 30, 33, 37, 40, 43, 47, 50, 53}));
}

TEST(SlidingPlan, StretchesAShortVideoOverOneClip)
{
    // 64 frames hold 16 ticks: round(i * 63 / 16), 3.9375 frames apart
    const SamplingPlan plan = fovea::sliding_plan(64, 30, 17, 7.5, 8);
    ASSERT_EQ(plan.timesteps.size(), 1U);
    EXPECT_EQ(plan.timesteps[0],
              (Indices{0, 4, 8, 12, 16, 20, 24, 28, 32, 35, 39, 43, 47, 51, 55, 59, 63}));
}

TEST(SlidingPlan, OneFrameFillsAClip)
{
    const SamplingPlan plan = fovea::sliding_plan(1, 30, 17, 7.5, 8);
    ASSERT_EQ(plan.timesteps.size(), 1U);
    EXPECT_EQ(plan.timesteps[0], Indices(17, 0));
}

TEST(SlidingPlan, ARateAboveTheVideosRepeatsFrames)
{
    // 0.5 frames a tick: 0, 0.5, 1, 1.5, ...; a tie takes the earlier frame
    const SamplingPlan plan = fovea::sliding_plan(2, 5, 4, 10, 4);
    ASSERT_EQ(plan.timesteps.size(), 1U);
    EXPECT_EQ(plan.timesteps[0], (Indices{0, 0, 1, 1}));
}

TEST(SamplingPlans, RefuseCountsBelowOne)
{
    EXPECT_THROW(fovea::uniform_plan(0), fovea::Error);
    EXPECT_THROW(fovea::uniform_plan(10, 0), fovea::Error);
    EXPECT_THROW(fovea::equal_plan(10, 4, -1), fovea::Error);
    EXPECT_THROW(fovea::shuffled_plan(-5, 4, 8, 0), fovea::Error);
    EXPECT_THROW(fovea::sliding_plan(10, 0, 17, 7.5, 8), fovea::Error);
    EXPECT_THROW(fovea::sliding_plan(10, 30, 17, std::numeric_limits<double>::quiet_NaN(), 8),
                 fovea::Error);
    EXPECT_THROW(fovea::sliding_plan(10, 30, 17, 7.5, 0), fovea::Error);
}

TEST(SamplingPlans, AreMadeByName)
{
    fovea::SamplingOptions options;
    options.frames = 4;
    options.timesteps = 3;
    const auto plan = [&](const char *name) {
        options.plan = fovea::value_named(fovea::samplings, "sampling", name);
        return fovea::sampling_plan(options, /*frames=*/24, /*fps=*/30).timesteps;
    };
    const std::vector<Indices> uniform = {{0, 1, 2, 3}, {8, 9, 10, 11}, {16, 17, 18, 19}};
    EXPECT_EQ(plan("uniform"), uniform);
    EXPECT_EQ(plan("equal"),
              (std::vector<Indices>{{0, 2, 4, 6}, {8, 10, 12, 14}, {16, 18, 20, 22}}));
    EXPECT_EQ(plan("windows"), (std::vector<Indices>{{0, 6, 12, 18}}));
    options.rate = 15;
    options.hop = 4;
    EXPECT_EQ(plan("sliding"),
              (std::vector<Indices>{{0, 2, 4, 6}, {8, 10, 12, 14}, {16, 18, 20, 22}}));
    EXPECT_THROW(plan("card"), fovea::Error);
    EXPECT_THROW(plan("every"), fovea::Error);
    EXPECT_THROW(plan("anywhere"), fovea::Error);

    options.timesteps = 6;
    const std::vector<Indices> shuffled = plan("shuffled");
    EXPECT_EQ(shuffled, plan("shuffled")) << "of one seed";
    EXPECT_NE(shuffled, plan("uniform"));
    EXPECT_EQ(sorted({shuffled}), plan("uniform"));
}

TEST(SamplingPlans, SayWhatIsWrong)
{
    try {
        fovea::uniform_plan(0);
        FAIL() << "no error";
    } catch (const fovea::Error &error) {
        EXPECT_EQ(error.kind(), fovea::Error::Kind::Settings);
        EXPECT_STREQ(error.what(), "sampling plan: frames must be above 0, got 0");
    }
}

} // namespace
