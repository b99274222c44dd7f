// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/video/sampling_plan.h"

/* The plans of the papers' public code: which frames a network sees in training and in test */

namespace {

using fovea::Fill;
using fovea::Random;
using fovea::Sampling;
using fovea::SamplingOptions;
using Indices = std::vector<std::int64_t>;

Indices from_to(std::int64_t first, std::int64_t end)
{
    Indices indices(static_cast<std::size_t>(end - first));
    std::iota(indices.begin(), indices.end(), first);
    return indices;
}

SamplingOptions options_of(Sampling plan, int frames)
{
    SamplingOptions options;
    options.plan = plan;
    options.frames = frames;
    options.fill = Fill::Loop;
    return options;
}

TEST(SegmentsPlan, OneClipHasTheMiddleOfEachPart)
{
    // tick = 37 / 8 = 4.625: int(2.3125 + 4.625 i)
    const auto plan = fovea::segments_plan(37, 1, 8);
    ASSERT_EQ(plan.timesteps.size(), 1U);
    EXPECT_EQ(plan.timesteps[0], (Indices{2, 6, 11, 16, 20, 25, 30, 34}));
}

TEST(SegmentsPlan, TheSecondClipHasTheBeginningOfEachPart)
{
    const auto plan = fovea::segments_plan(80, 2, 8);
    ASSERT_EQ(plan.timesteps.size(), 2U);
    EXPECT_EQ(plan.timesteps[0], (Indices{0, 10, 20, 30, 40, 50, 60, 70}));
    EXPECT_EQ(plan.timesteps[1], (Indices{5, 15, 25, 35, 45, 55, 65, 75}));
}

TEST(SegmentsPlan, AShortVideoRepeatsItsFrames)
{
    // tick = 5 / 8: int(0.3125 + 0.625 i)
    EXPECT_EQ(fovea::segments_plan(5, 1, 8).timesteps[0], (Indices{0, 0, 1, 2, 2, 3, 4, 4}));
    EXPECT_EQ(fovea::segments_plan(1, 1, 8).timesteps[0], Indices(8, 0));
}

TEST(SegmentsPlan, TrainingDrawsAFrameOfEachPart)
{
    Random random(1);
    const SamplingOptions options = options_of(Sampling::Segments, 8);
    std::set<std::int64_t> seen;
    for (int draw = 0; draw < 200; ++draw) {
        const Indices frames = fovea::drawn_timestep(options, 37, 25, &random);
        ASSERT_EQ(frames.size(), 8U);
        for (std::int64_t i = 0; i < 8; ++i) { // 37 // 8 = 4
            const std::int64_t frame = frames[static_cast<std::size_t>(i)];
            EXPECT_GE(frame, 4 * i);
            EXPECT_LT(frame, 4 * i + 4);
            seen.insert(frame);
        }
    }
    EXPECT_EQ(seen.size(), 32U);
    EXPECT_EQ(fovea::drawn_timestep(options, 7, 25, &random), Indices(8, 0));
}

TEST(SpreadPlan, TenWindowsOf64FramesAreTheDenseTestOfTsm)
{
    // np.linspace(0, 100 - 64, num=10, dtype=int), frames 64 // 8 apart
    const auto plan = fovea::spread_plan(100, 10, 8, 8, Fill::Loop);
    ASSERT_EQ(plan.timesteps.size(), 10U);
    for (std::int64_t clip = 0; clip < 10; ++clip)
        EXPECT_EQ(plan.timesteps[static_cast<std::size_t>(clip)].front(), 4 * clip);
    EXPECT_EQ(plan.timesteps[1], (Indices{4, 12, 20, 28, 36, 44, 52, 60}));
}

TEST(SpreadPlan, AShortVideoBeginsAnewOrHoldsItsLastFrame)
{
    EXPECT_EQ(fovea::spread_plan(20, 1, 8, 8, Fill::Loop).timesteps[0],
              (Indices{0, 8, 16, 4, 12, 0, 8, 16})); // modulo 20
    EXPECT_EQ(fovea::spread_plan(10, 1, 6, 3, Fill::Last).timesteps[0],
              (Indices{0, 3, 6, 9, 9, 9}));
}

TEST(SpreadPlan, ARateCountsInTheVideosOwnFrames)
{
    SamplingOptions options = options_of(Sampling::Spread, 64); // Charades: 64 frames at 8 a second
    options.rate = 8;
    options.timesteps = 10;
    options.fill = Fill::Last;
    const auto plan = fovea::sampling_plan(options, 24 * 30, 24); // 30 s: every third frame
    ASSERT_EQ(plan.timesteps.size(), 10U);
    EXPECT_EQ(plan.timesteps[0][1], 3);
    EXPECT_EQ(plan.timesteps[0].back(), 63 * 3);
    EXPECT_EQ(plan.timesteps[9].front(), 720 - 64 * 3); // 528 = 9 * 528 / 9
    EXPECT_THROW(fovea::sampling_plan(options, 720, 0), fovea::Error);
}

TEST(SpreadPlan, TrainingBeginsAtEveryFrameThatLeavesRoom)
{
    Random random(2);
    SamplingOptions options = options_of(Sampling::Spread, 4);
    options.stride = 2;
    std::set<std::int64_t> starts;
    for (int draw = 0; draw < 200; ++draw) {
        const Indices frames = fovea::drawn_timestep(options, 12, 25, &random);
        for (std::size_t i = 1; i < frames.size(); ++i)
            EXPECT_EQ(frames[i], frames[i - 1] + 2);
        starts.insert(frames.front());
    }
    EXPECT_EQ(starts, (std::set<std::int64_t>{0, 1, 2, 3, 4})); // 12 - 4 * 2
}

TEST(ClipsPlan, TheLastClipBeginsAnewOrIsLeftOut)
{
    const auto looped = fovea::clips_plan(40, 16, Fill::Loop);
    ASSERT_EQ(looped.timesteps.size(), 3U);
    EXPECT_EQ(looped.timesteps[0], from_to(0, 16));
    EXPECT_EQ(looped.timesteps[1], from_to(16, 32));
    Indices last = from_to(32, 40);
    const Indices again = last;
    last.insert(last.end(), again.begin(), again.end());
    EXPECT_EQ(looped.timesteps[2], last);
    EXPECT_EQ(fovea::clips_plan(40, 16, Fill::Drop).timesteps.size(), 2U);
    EXPECT_EQ(fovea::clips_plan(32, 16, Fill::Loop).timesteps.size(), 2U);
}

TEST(ClipsPlan, WithAStrideFramesLieApart)
{
    const auto pictures = fovea::clips_plan(40, 1, Fill::Drop, /*stride=*/16);
    ASSERT_EQ(pictures.timesteps.size(), 2U); // 32 to 39 is less than 16 frames
    EXPECT_EQ(pictures.timesteps[0], Indices{0});
    EXPECT_EQ(pictures.timesteps[1], Indices{16});
    EXPECT_EQ(fovea::clips_plan(10, 1, Fill::Drop, /*stride=*/16).timesteps[0], Indices{0});
    EXPECT_EQ(fovea::clips_plan(8, 2, Fill::Last, /*stride=*/3).timesteps,
              (std::vector<Indices>{{0, 3}, {6, 7}}));
}

TEST(ClipsPlan, AVideoShorterThanAClipIsLooped)
{
    for (const Fill fill : {Fill::Loop, Fill::Drop}) {
        const auto plan = fovea::clips_plan(3, 8, fill);
        ASSERT_EQ(plan.timesteps.size(), 1U);
        EXPECT_EQ(plan.timesteps[0], (Indices{0, 1, 2, 0, 1, 2, 0, 1}));
    }
    EXPECT_EQ(fovea::clips_plan(3, 5, Fill::Last).timesteps[0], (Indices{0, 1, 2, 2, 2}));
}

TEST(ClipsPlan, TrainingTakesConsecutiveFramesFromAnywhere)
{
    Random random(3);
    const SamplingOptions options = options_of(Sampling::Clips, 16);
    std::set<std::int64_t> starts;
    for (int draw = 0; draw < 400; ++draw) {
        const Indices frames = fovea::drawn_timestep(options, 40, 25, &random);
        EXPECT_EQ(frames, from_to(frames.front(), frames.front() + 16));
        starts.insert(frames.front());
    }
    EXPECT_EQ(starts.size(), 25U);
    EXPECT_EQ(*starts.rbegin(), 24);
    EXPECT_EQ(fovea::drawn_timestep(options, 3, 25, &random).back(), 0); // 15 % 3
}

TEST(ShuffledPlan, VideosOfOtherLengthsAreShuffledDifferently)
{
    SamplingOptions options = options_of(Sampling::Shuffled, 8);
    options.timesteps = 64;
    const auto order_of = [&](std::int64_t frames) {
        std::vector<std::int64_t> places;
        for (const Indices &timestep : fovea::sampling_plan(options, frames, 25).timesteps)
            places.push_back(timestep.front() * 64 / frames);
        return places;
    };
    EXPECT_EQ(order_of(512), order_of(512));
    EXPECT_NE(order_of(512), order_of(1024));
}

} // namespace
