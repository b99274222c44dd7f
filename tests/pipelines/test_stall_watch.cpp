// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "media/stall_watch.h"

namespace fovea {

namespace {

/* Patience of 6 s: 60 looks, 0.2 s of processor time */

TEST(StallWatch, StandsStillWhereNothingMovesInSixtyLooks)
{
    StallWatch watch(6);
    EXPECT_FALSE(watch.look({7, 1.0, false})); // the first to compare with
    for (int i = 0; i < 59; ++i)
        EXPECT_FALSE(watch.look({7, 1.1, false})) << i;
    EXPECT_TRUE(watch.look({7, 1.1, false}));
}

TEST(StallWatch, ABufferThatMovesIsAnotherBegin)
{
    StallWatch watch(6);
    watch.look({7, 1.0, false});
    for (int i = 0; i < 59; ++i)
        EXPECT_FALSE(watch.look({7, 1.0, false}));
    for (int i = 0; i < 60; ++i)
        EXPECT_FALSE(watch.look({8, 1.0, false})) << i;
    EXPECT_TRUE(watch.look({8, 1.0, false}));
}

TEST(StallWatch, WhatUsesTheProcessorTakesLong)
{
    StallWatch watch(6);
    for (int i = 0; i < 600; ++i)
        EXPECT_FALSE(watch.look({7, 1.0 + 0.01 * i, false})) << i;
}

TEST(StallWatch, WhatWaitsForADiskTakesLong)
{
    StallWatch watch(6);
    for (int i = 0; i < 600; ++i)
        EXPECT_FALSE(watch.look({7, 1.0, i % 50 == 0})) << i;
}

TEST(StallWatch, LooksCostLessThanTheTimeThatCountsAsIdle)
{
    const double before = StallWatch::signs(0).processor_s;
    for (int i = 0; i < 10 * StallWatch::looks_a_second; ++i)
        StallWatch::signs(0);
    EXPECT_LT(StallWatch::signs(0).processor_s - before, 10 * StallWatch::idle_share);
}

} // namespace

} // namespace fovea
