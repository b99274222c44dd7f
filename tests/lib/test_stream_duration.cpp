// SPDX-License-Identifier: MIT
#include <limits>

#include <gtest/gtest.h>

#include "fovea/video/stream_duration.h"

namespace {

using fovea::nanoseconds_per_second;
using fovea::StreamDuration;

constexpr fovea::Nanoseconds one_frame = 40 * fovea::nanoseconds_per_millisecond; // 25 a second

TEST(StreamDuration, IsFromTheFirstFrameToTheEndOfTheLast)
{
    StreamDuration shown;
    for (int i = 0; i < 5; ++i)
        shown.see(10 * nanoseconds_per_second + i * one_frame, one_frame);
    EXPECT_EQ(shown.frames(), 5U);
    EXPECT_EQ(shown.time(), 5 * one_frame);
}

TEST(StreamDuration, ALastFrameWithoutADurationLastsAsLongAsTheOthersOnAverage)
{
    StreamDuration shown;
    shown.see(0, std::nullopt);
    EXPECT_EQ(shown.time(), 0) << "nothing is known of one";
    shown.see(one_frame, std::nullopt);
    shown.see(3 * one_frame, std::nullopt);
    EXPECT_EQ(shown.time(), 3 * one_frame + 3 * one_frame / 2);
}

TEST(StreamDuration, AJumpAheadOrBackIsNotShown)
{
    StreamDuration shown;
    shown.see(0, one_frame);
    shown.see(one_frame, one_frame);
    shown.see(3 * 3600 * nanoseconds_per_second, one_frame);
    shown.see(3 * 3600 * nanoseconds_per_second + one_frame, one_frame);
    shown.see(0, one_frame);
    EXPECT_EQ(shown.frames(), 5U);
    EXPECT_EQ(shown.time(), 3 * one_frame) << "two steps and the last frame";
    EXPECT_EQ(shown.gaps(), 1U) << "back is none";
    EXPECT_EQ(shown.in_gaps(), 3 * 3600 * nanoseconds_per_second - one_frame);
}

TEST(StreamDuration, FramesAtTheTimeOfTheOneBeforeAreCounted)
{
    StreamDuration shown;
    for (const fovea::Nanoseconds time : {0, 1, 1, 1, 2})
        shown.see(time * one_frame, one_frame);
    EXPECT_EQ(shown.standing(), 2U);
}

TEST(StreamDuration, AFrameWithoutATimeCountsAndALongDurationIsCut)
{
    StreamDuration shown;
    shown.see(std::nullopt, one_frame);
    EXPECT_EQ(shown.frames(), 1U);
    EXPECT_EQ(shown.time(), 0);
    shown.see(0, 3600 * nanoseconds_per_second);
    EXPECT_EQ(shown.time(), 2 * nanoseconds_per_second);
}

TEST(StreamDuration, StampsOfCenturiesAreNone)
{
    constexpr fovea::Nanoseconds most = std::numeric_limits<fovea::Nanoseconds>::max();
    StreamDuration shown;
    for (const fovea::Nanoseconds time : {fovea::Nanoseconds{0}, most, -most, one_frame})
        shown.see(time, one_frame);
    EXPECT_EQ(shown.frames(), 4U);
    EXPECT_EQ(shown.time(), 2 * one_frame);
    EXPECT_EQ(shown.gaps(), 0U);
    for (int i = 0; i < 3; ++i) { // 145 years ahead, and back
        shown.see(fovea::longest_time, one_frame);
        shown.see(0, one_frame);
    }
    EXPECT_EQ(shown.gaps(), 3U);
    EXPECT_EQ(shown.in_gaps(), fovea::longest_time);
}

} // namespace
