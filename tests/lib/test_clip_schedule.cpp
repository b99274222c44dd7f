// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/video/clip_assembler.h"
#include "time_units.h"

namespace {

using fovea::ClipAssembler;
using fovea::Nanoseconds;
using fovea::Tail;

/** Pushes frames numbered from 0 at the given rate; returns the frame numbers of every clip. */
std::vector<std::vector<int>> clips_of(std::unique_ptr<fovea::ClipSchedule> schedule, Tail tail,
                                       int frames, double fps)
{
    ClipAssembler<int> assembler(std::move(schedule), tail);
    std::vector<std::vector<int>> clips;
    const auto keep = [&](const std::vector<ClipAssembler<int>::Clip> &complete) {
        for (const auto &clip : complete)
            clips.push_back(clip.frames);
    };
    const auto duration = static_cast<Nanoseconds>(1e9 / fps);
    for (int i = 0; i < frames; ++i)
        keep(assembler.push(i, static_cast<Nanoseconds>(i * 1e9 / fps), duration));
    keep(assembler.finish());
    return clips;
}

std::unique_ptr<fovea::ClipSchedule> every(int length, Nanoseconds frame_interval,
                                           Nanoseconds timestep_interval)
{
    return std::make_unique<fovea::StreamSchedule>(
        fovea::StreamSchedule::Options{length, frame_interval, timestep_interval});
}

std::unique_ptr<fovea::ClipSchedule> planned(std::vector<std::vector<std::int64_t>> timesteps)
{
    return std::make_unique<fovea::PlannedSchedule>(fovea::SamplingPlan{std::move(timesteps)});
}

TEST(PlannedSchedule, OverlappingTimestepsShareFrames)
{
    const auto clips = clips_of(planned({{0, 1, 2}, {1, 2, 3}}), Tail::Pad, 5, 25);
    EXPECT_EQ(clips, (std::vector<std::vector<int>>{{0, 1, 2}, {1, 2, 3}}));
}

TEST(PlannedSchedule, AFrameMayFillSeveralSlots)
{
    const auto clips = clips_of(planned({{0, 0, 1, 1}}), Tail::Pad, 2, 25);
    EXPECT_EQ(clips, (std::vector<std::vector<int>>{{0, 0, 1, 1}}));
}

TEST(PlannedSchedule, FewerFramesThanSurveyedAreFilledUpWithTheLast)
{
    const auto clips = clips_of(planned({{0, 1, 2, 3}, {2, 3, 4, 5}}), Tail::Pad, 5, 25);
    EXPECT_EQ(clips, (std::vector<std::vector<int>>{{0, 1, 2, 3}, {2, 3, 4, 4}}));
}

TEST(PlannedSchedule, TimestepsOfDifferentLengthAreRefused)
{
    EXPECT_THROW(planned({{0, 1}, {2}}), fovea::Error);
    EXPECT_THROW(planned({}), fovea::Error);
}

TEST(StreamSchedule, ConsecutiveFramesBeginEachSecond)
{
    // 10 fps, 3 frames each 1000 ms: frames 0-2, 10-12, 20-22
    const auto clips = clips_of(every(3, 0, 1000 * ms), Tail::Drop, 25, 10);
    EXPECT_EQ(clips, (std::vector<std::vector<int>>{{0, 1, 2}, {10, 11, 12}, {20, 21, 22}}));
}

TEST(StreamSchedule, AStrideLeavesFramesOutWithinATimestep)
{
    fovea::StreamSchedule::Options options;
    options.length = 3;
    options.stride = 4;
    options.timestep_interval = 600 * ms;
    // 10 fps: a timestep each 6 frames, frames 4 apart; those that overlap have frames of their own
    const auto clips =
        clips_of(std::make_unique<fovea::StreamSchedule>(options), Tail::Drop, 25, 10);
    EXPECT_EQ(clips, (std::vector<std::vector<int>>{{0, 4, 8}, {6, 10, 14}, {12, 16, 20}}));
}

/* 32 frames of a timestep 8 apart span 10 s of 25 a second; a gap of a second is no jump in them */
TEST(StreamSchedule, ATimestepWithAStrideIsAsLongAsItSpans)
{
    fovea::StreamSchedule::Options options;
    options.length = 32;
    options.stride = 8;
    fovea::StreamSchedule schedule(options);
    for (int i = 0; i < 10; ++i)
        schedule.place(i * 40 * ms, 40 * ms);
    EXPECT_FALSE(schedule.is_jump(9 * 40 * ms + 10'000 * ms));
    EXPECT_TRUE(schedule.is_jump(9 * 40 * ms + 10'400 * ms));
}

TEST(StreamSchedule, TicksTakeEveryFourthFrameOfThirtyAtSevenAndAHalf)
{
    const auto tick = static_cast<Nanoseconds>(1e9 / 7.5);
    const auto clips = clips_of(every(3, tick, 2 * tick), Tail::Drop, 25, 30);
    EXPECT_EQ(clips, (std::vector<std::vector<int>>{{0, 4, 8}, {8, 12, 16}, {16, 20, 24}}));
}

TEST(StreamSchedule, ASlowCameraServesSeveralTicksWithOneFrame)
{
    // ticks at 0, 100, 200, ... ms; frames at 0, 250, 500 ms, each 250 ms long: a frame serves the
    // ticks up to its time plus half its duration
    const auto clips = clips_of(every(4, 100 * ms, 400 * ms), Tail::Drop, 3, 4);
    EXPECT_EQ(clips, (std::vector<std::vector<int>>{{0, 0, 1, 1}}));
}

TEST(StreamSchedule, TicksDoNotDriftOverADay)
{
    // 7.5 a second from 30 fps for 24 hours: still every fourth frame
    fovea::StreamSchedule schedule({1, 133333333, 133333333});
    std::int64_t taken = 0;
    for (std::int64_t i = 0; i < 30LL * 86400; ++i)
        taken += static_cast<std::int64_t>(schedule.place(i * 1'000'000'000 / 30, 33333333).size());
    EXPECT_NEAR(static_cast<double>(taken), 7.5 * 86400, 1);
}

TEST(StreamSchedule, AJumpOfThreeHoursIsADiscontinuity)
{
    // 10 fps, clips of 4 at every frame, hop 3; after frame 4 the stamps are 3 h later
    ClipAssembler<int> assembler(every(4, 100 * ms, 300 * ms), Tail::Drop);
    std::vector<std::vector<int>> clips;
    std::vector<bool> after_jump;
    for (int i = 0; i < 12; ++i) {
        const Nanoseconds jump = i < 5 ? 0 : 3 * 3600 * fovea::nanoseconds_per_second;
        for (const auto &clip : assembler.push(i, i * 100 * ms + jump, 100 * ms)) {
            clips.push_back(clip.frames);
            after_jump.push_back(clip.after_jump);
        }
    }
    EXPECT_EQ(clips, (std::vector<std::vector<int>>{{0, 1, 2, 3}, {5, 6, 7, 8}, {8, 9, 10, 11}}));
    EXPECT_EQ(after_jump, (std::vector<bool>{false, true, false}));
}

TEST(StreamSchedule, AGapOfAYearGivesNoMoreWorkThanAShortOne)
{
    fovea::StreamSchedule schedule({17, 133333333, 1066666664});
    schedule.place(0, 40 * ms);
    EXPECT_EQ(schedule.place(30'000'000 * fovea::nanoseconds_per_second, 40 * ms).size(), 1U);
}

TEST(StreamSchedule, StampsThatBeginAgainGiveClipsAgain)
{
    // a feed of 20 s, then from 0 again
    ClipAssembler<int> assembler(every(4, 100 * ms, 400 * ms), Tail::Drop);
    for (int i = 0; i < 200; ++i)
        assembler.push(i, i * 100 * ms, 100 * ms);
    std::size_t clips = 0;
    for (int i = 0; i < 8; ++i)
        clips += assembler.push(200 + i, i * 100 * ms, 100 * ms).size();
    EXPECT_EQ(clips, 2U);
}

TEST(StreamSchedule, AFrameOutOfOrderIsPassedOver)
{
    // a step back of one frame, less than a quarter of the clip's length
    ClipAssembler<int> assembler(every(8, 100 * ms, 800 * ms), Tail::Drop);
    std::vector<int> frames;
    for (const int stamp : {0, 1, 3, 2, 4, 5, 6, 7})
        for (const auto &clip : assembler.push(stamp, stamp * 100 * ms, 100 * ms))
            frames = clip.frames;
    EXPECT_EQ(frames, (std::vector<int>{0, 1, 3, 3, 4, 5, 6, 7}));
}

TEST(StreamSchedule, ADurationLongerThanATimestepIsNotBelieved)
{
    // frames of 100 ms that say they last 1000 s each
    ClipAssembler<int> assembler(every(4, 100 * ms, 400 * ms), Tail::Drop);
    std::vector<int> frames;
    for (int i = 0; i < 4; ++i)
        for (const auto &clip :
             assembler.push(i, i * 100 * ms, 1000 * fovea::nanoseconds_per_second))
            frames = clip.frames;
    EXPECT_EQ(frames, (std::vector<int>{0, 1, 2, 3}));
}

TEST(StreamSchedule, RefusesEmptyTimesteps)
{
    EXPECT_THROW(every(0, 0, 1000 * ms), fovea::Error);
    EXPECT_THROW(every(8, 0, 0), fovea::Error);
}

TEST(ClipAssembler, AlignMakesALastClipOfTheLastTicks)
{
    // ticks on every frame (10 fps), clips of 4, hop 3: 0-3, 3-6; frames 7 and 8 are left
    const auto clips = clips_of(every(4, 100 * ms, 300 * ms), Tail::Align, 9, 10);
    EXPECT_EQ(clips, (std::vector<std::vector<int>>{{0, 1, 2, 3}, {3, 4, 5, 6}, {5, 6, 7, 8}}));
}

TEST(ClipAssembler, AlignAddsNothingWhenTheLastClipEndsWithTheVideo)
{
    const auto clips = clips_of(every(4, 100 * ms, 300 * ms), Tail::Align, 7, 10);
    EXPECT_EQ(clips, (std::vector<std::vector<int>>{{0, 1, 2, 3}, {3, 4, 5, 6}}));
}

TEST(ClipAssembler, AlignAddsNothingToASlowVideoWhoseLastFrameWasSeen)
{
    // ticks of 100 ms, a frame a second: frame 0 is ticks 0-5, 1 is 6-15, 2 is 16-25; clips are ticks 0-11 and 10-21
    const auto clips = clips_of(every(12, 100 * ms, 1000 * ms), Tail::Align, 3, 1);
    EXPECT_EQ(clips, (std::vector<std::vector<int>>{{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1},
                                                    {1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2}}));
}

TEST(ClipAssembler, PadFillsUpAHalfFullTimestepAndDropsAnEmptierOne)
{
    const auto clips = clips_of(every(4, 100 * ms, 300 * ms), Tail::Pad, 9, 10);
    EXPECT_EQ(clips, (std::vector<std::vector<int>>{{0, 1, 2, 3}, {3, 4, 5, 6}, {6, 7, 8, 8}}));
    EXPECT_EQ(clips_of(every(8, 0, 1000 * ms), Tail::Pad, 13, 10).size(), 1U);
}

TEST(ClipAssembler, AVideoOfOneFrameStillGetsOneTimestep)
{
    const std::vector<std::vector<int>> one = {{0, 0, 0, 0}};
    EXPECT_EQ(clips_of(every(4, 100 * ms, 300 * ms), Tail::Pad, 1, 10), one);
    EXPECT_EQ(clips_of(every(4, 100 * ms, 300 * ms), Tail::Align, 1, 10), one);
    EXPECT_TRUE(clips_of(every(4, 100 * ms, 300 * ms), Tail::Drop, 1, 10).empty());
}

TEST(ClipAssembler, AJumpAbandonsBegunClipsAndNumbersGoOn)
{
    ClipAssembler<int> assembler(every(2, 100 * ms, 200 * ms), Tail::Drop);
    EXPECT_EQ(assembler.push(0, 0, 100 * ms).size(), 0U);
    EXPECT_EQ(assembler.push(1, 100 * ms, 100 * ms).front().timestep, 0);
    EXPECT_EQ(assembler.push(2, 200 * ms, 100 * ms).size(), 0U);
    assembler.restart();
    EXPECT_EQ(assembler.push(50, 5000 * ms, 100 * ms).size(), 0U);
    const auto clips = assembler.push(51, 5100 * ms, 100 * ms);
    ASSERT_EQ(clips.size(), 1U);
    EXPECT_EQ(clips.front().frames, (std::vector<int>{50, 51}));
    EXPECT_EQ(clips.front().timestep, 2);
}

} // namespace
