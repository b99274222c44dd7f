// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/decide/sliding_windows.h"

namespace {

using fovea::PlannedWindow;

TEST(SlidingWindows, OfAVideoOfFortyFramesAreWorkedOutByHand)
{
    // 16 every 4: starts 0 .. 24; 32 every 8: starts 0 and 8; the longer ones do not fit
    const auto windows = fovea::plan_windows(40);
    ASSERT_EQ(windows.size(), 7U + 2U);
    for (std::size_t i = 0; i < 7; ++i) {
        EXPECT_EQ(windows[i].start, static_cast<std::int64_t>(4 * i));
        EXPECT_EQ(windows[i].length, 16);
        EXPECT_EQ(windows[i].scale, 0U);
    }
    EXPECT_EQ(windows[7].start, 0);
    EXPECT_EQ(windows[8].start, 8);
    EXPECT_EQ(windows[8].length, 32);
    EXPECT_EQ(windows[8].scale, 1U);
    EXPECT_TRUE(fovea::plan_windows(15).empty());
    EXPECT_EQ(fovea::plan_windows(512).back().length, 512);
}

TEST(SlidingWindows, AreSampledEvenly)
{
    const std::vector<std::int64_t> all = fovea::window_frames({100, 16, 0}, 16);
    EXPECT_EQ(all.front(), 100);
    EXPECT_EQ(all.back(), 115);
    const std::vector<std::int64_t> some = fovea::window_frames({10, 512, 5}, 16);
    EXPECT_EQ(some, (std::vector<std::int64_t>{10, 42, 74, 106, 138, 170, 202, 234, 266, 298, 330,
                                               362, 394, 426, 458, 490}));
}

TEST(SlidingWindows, PriorsAreShares)
{
    // Class 2 has none. cal_weight.m of zhengshou/scnn: 10 frames are half to twice 16 alone, 20 also 32, 64 16 no more
    const auto priors = fovea::window_priors({0, 0, 0, 1}, {10, 20, 64, 4000}, 3);
    EXPECT_NEAR(priors[0][0], 2.0 / 6, 1e-12); // 10 and 20
    EXPECT_NEAR(priors[0][1], 2.0 / 6, 1e-12); // 20 and 64
    EXPECT_NEAR(priors[0][2], 1.0 / 6, 1e-12);
    EXPECT_NEAR(priors[0][3], 1.0 / 6, 1e-12);
    EXPECT_EQ(priors[1][5], 1);
    EXPECT_NEAR(priors[2][3], 1.0 / 6, 1e-12);
    EXPECT_THROW(fovea::window_priors({3}, {16}, 3), fovea::Error);
}

} // namespace
