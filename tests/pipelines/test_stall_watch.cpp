// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <ctime>
#include <thread>

#include <gtest/gtest.h>
#include <sched.h>

#include "media/stall_watch.h"

namespace fovea {

namespace {

/* Patience of a minute: 60 looks, 2 s of processor time */

TEST(StallWatch, StandsStillWhereNothingMovesInSixtyLooks)
{
    StallWatch watch(60);
    EXPECT_FALSE(watch.look({7, 1.0, false})); // the first to compare with
    for (int i = 0; i < 59; ++i)
        EXPECT_FALSE(watch.look({7, 1.1, false})) << i;
    EXPECT_TRUE(watch.look({7, 1.1, false}));
}

TEST(StallWatch, ABufferThatMovesIsAnotherBegin)
{
    StallWatch watch(60);
    watch.look({7, 1.0, false});
    for (int i = 0; i < 59; ++i)
        EXPECT_FALSE(watch.look({7, 1.0, false}));
    for (int i = 0; i < 60; ++i)
        EXPECT_FALSE(watch.look({8, 1.0, false})) << i;
    EXPECT_TRUE(watch.look({8, 1.0, false}));
}

TEST(StallWatch, WhatUsesTheProcessorTakesLong)
{
    StallWatch watch(60);
    for (int i = 0; i < 600; ++i)
        EXPECT_FALSE(watch.look({7, 1.0 + 0.1 * i, false})) << i;
}

TEST(StallWatch, AThreadThatEndsTakesItsWaitsAlong)
{
    StallWatch watch(60);
    watch.look({7, 9.0, false});
    EXPECT_FALSE(watch.look({7, 1.0, false}));
    for (int i = 0; i < 59; ++i)
        EXPECT_FALSE(watch.look({7, 1.0, false})) << i;
    EXPECT_TRUE(watch.look({7, 1.0, false})) << "counted from there";
}

TEST(StallWatch, WhatWaitsForADiskTakesLong)
{
    StallWatch watch(60);
    for (int i = 0; i < 600; ++i)
        EXPECT_FALSE(watch.look({7, 1.0, i % 50 == 0})) << i;
}

TEST(StallWatch, WhoWaitsForAProcessorTakesLong)
{
    cpu_set_t allowed;
    ASSERT_EQ(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
    std::atomic<bool> done{false};
    const auto spin = [&done] {
        while (!done) {
        }
    };
    std::thread first(spin); // two on one processor: each waits for half of the time
    std::thread second(spin);
    const auto waits = [] { // without what they use
        timespec used = {};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
        return StallWatch::signs(0).processor_s - static_cast<double>(used.tv_sec) -
               static_cast<double>(used.tv_nsec) * 1e-9;
    };
    const double before = waits();
    double waited = 0;
    for (int i = 0; i < 6000 && waited < 0.25; ++i) { // a wait counts once it is over
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        waited = waits() - before;
    }
    done = true;
    first.join();
    second.join();
    sched_setaffinity(0, sizeof(allowed), &allowed);
    EXPECT_GE(waited, 0.25);
}

TEST(StallWatch, LooksCostLessThanTheTimeThatCountsAsIdle)
{
    const double before = StallWatch::signs(0).processor_s;
    for (int i = 0; i < 100; ++i)
        StallWatch::signs(0);
    EXPECT_LT(StallWatch::signs(0).processor_s - before, 100 * StallWatch::idle_share / 10);
}

} // namespace

} // namespace fovea
