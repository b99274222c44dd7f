// SPDX-License-Identifier: MIT
#include <vector>

#include <gtest/gtest.h>

#include "fovea/decide/temporal_nms.h"

namespace {

using fovea::FoundInterval;

TEST(TimeInterval, OverlapIsTheSharedPartOfBoth)
{
    EXPECT_DOUBLE_EQ(fovea::interval_overlap({0, 10}, {5, 15}), 5.0 / 15);
    EXPECT_DOUBLE_EQ(fovea::interval_overlap({0, 10}, {2, 4}), 0.2);
    EXPECT_EQ(fovea::interval_overlap({0, 10}, {10, 20}), 0); // touching is not overlapping
    EXPECT_EQ(fovea::interval_overlap({0, 10}, {3, 3}), 0);
}

TEST(TemporalNms, TheStrongerOfAClassSuppressesWhatItOverlaps)
{
    // The second overlaps the first by 8/24, the third by 4/28; the fourth is of another class
    const std::vector<FoundInterval> found = {{{8, 24}, 0, 0.8},
                                              {{0, 16}, 0, 0.9},
                                              {{12, 28}, 0, 0.7},
                                              {{0, 16}, 1, 0.1},
                                              {{40, 56}, 0, 0.7}};
    const auto kept = fovea::suppressed(found, 0.3);
    ASSERT_EQ(kept.size(), 4U);
    EXPECT_EQ(kept[0].interval.start, 0);
    EXPECT_EQ(kept[1].interval.start, 12); // equals keep their order
    EXPECT_EQ(kept[2].interval.start, 40);
    EXPECT_EQ(kept[3].label, 1);
    // An overlap equal to the limit stays
    EXPECT_EQ(fovea::suppressed({{{0, 2}, 0, 0.9}, {{1, 2}, 0, 0.8}}, 0.5).size(), 2U);
    EXPECT_EQ(fovea::suppressed({{{0, 2}, 0, 0.9}, {{1, 2}, 0, 0.8}}, 0.4).size(), 1U);
}

} // namespace
