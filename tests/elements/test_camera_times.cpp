// SPDX-License-Identifier: MIT
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "../lib/time_units.h"
#include "camera/camera_times.h"

namespace fovea::test {

namespace {

constexpr Nanoseconds frame = second / 25;

} // namespace

TEST(CameraTimes, AConnectionsTimesAreMovedByItsOffset)
{
    CameraTimes times;
    times.connect(5 * second);
    const auto first = times.place(0, 5 * second);
    EXPECT_EQ(first.time, 5 * second);
    EXPECT_TRUE(first.jump);
    const auto next = times.place(frame, 5 * second + frame);
    EXPECT_EQ(next.time, 5 * second + frame);
    EXPECT_FALSE(next.jump);
    EXPECT_EQ(next.step, frame);
}

TEST(CameraTimes, TheNextConnectionGoesOnWithAJump)
{
    CameraTimes times;
    times.connect(0);
    times.place(9 * second, 9 * second);
    times.connect(20 * second);
    const auto placed = times.place(0, 20 * second);
    EXPECT_EQ(placed.time, 20 * second);
    EXPECT_TRUE(placed.jump);
}

TEST(CameraTimes, LateArrivalWithinReasonDoesNotMoveAFrame)
{
    CameraTimes times;
    times.connect(0);
    times.place(0, 0);
    const auto placed = times.place(second, 4 * second);
    EXPECT_EQ(placed.time, second);
    EXPECT_FALSE(placed.jump);
}

TEST(CameraTimes, AClockThatIsSetAheadOrBackCountsFromTheArrival)
{
    for (const Nanoseconds shift : {3600 * second, -3600 * second, 2 * second, -30 * second}) {
        CameraTimes times;
        times.connect(0);
        times.place(100 * second, 100 * second);
        const auto jumped = times.place(101 * second + shift, 101 * second);
        EXPECT_EQ(jumped.time, 101 * second) << shift;
        EXPECT_TRUE(jumped.jump) << shift;
        const auto after = times.place(101 * second + shift + frame, 101 * second + frame);
        EXPECT_EQ(after.time, 101 * second + frame) << shift;
        EXPECT_FALSE(after.jump) << shift;
    }
}

TEST(CameraTimes, FramesWithoutStampsCountFromTheirArrival)
{
    CameraTimes times;
    times.connect(0);
    EXPECT_EQ(times.place(std::nullopt, 7 * second).time, 7 * second);
    const auto next = times.place(std::nullopt, 8 * second);
    EXPECT_EQ(next.time, 8 * second);
    EXPECT_FALSE(next.jump);
}

TEST(CameraTimes, EqualStampsStayInOrder)
{
    CameraTimes times;
    times.connect(0);
    EXPECT_EQ(times.place(second, second).time, second);
    const auto equal = times.place(second, second + frame);
    EXPECT_EQ(equal.time, second + 1);
    EXPECT_FALSE(equal.jump);
}

TEST(CameraTimes, AStampOfCenturiesIsNone)
{
    constexpr Nanoseconds most = std::numeric_limits<Nanoseconds>::max();
    CameraTimes times;
    times.connect(0);
    Nanoseconds now = 0;
    for (const Nanoseconds stamp : {Nanoseconds{0}, most, -most - 1, longest_time, -longest_time,
                                    CameraTimes::longest_running, -CameraTimes::longest_running}) {
        EXPECT_EQ(times.place(stamp, now).time, now) << stamp;
        now += frame;
    }
}

TEST(CameraTimes, AnyStampsGiveGrowingTimesNearTheirArrival)
{
    std::mt19937_64 random(3);
    std::uniform_int_distribution<Nanoseconds> stamp(-100 * second, 100 * second);
    std::uniform_int_distribution<int> kind(0, 9);
    CameraTimes times;
    times.connect(0);
    Nanoseconds last = -1;
    Nanoseconds running = 0;
    for (int i = 0; i < 100'000; ++i) {
        const Nanoseconds now = i * frame;
        const int what = kind(random);
        if (what == 0)
            times.connect(stamp(random));
        running = what < 3 ? stamp(random) : running + frame;
        const auto placed = times.place(what == 3 ? std::nullopt : std::optional(running), now);
        ASSERT_GT(placed.time, last);
        ASSERT_LE(placed.time, now + CameraTimes::most_ahead);
        ASSERT_GE(placed.time, now - CameraTimes::most_behind);
        last = placed.time;
    }
}

} // namespace fovea::test
