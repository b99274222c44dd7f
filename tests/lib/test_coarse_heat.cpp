// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/focus/coarse_heat.h"

namespace {

using fovea::coarse_heat;

TEST(CoarseHeat, IsTheMeanOfEachCellRelativeToTheStrongest)
{
    // 4 x 2 pixels in 2 x 2 cells of 2 x 1: means 1, 4, 0, 2
    const auto heat = coarse_heat({1, 1, 8, 0, 0, 0, 2, 2}, {4, 2}, {0.25F, 0, 0.5F, 1}, 2);
    EXPECT_EQ(heat.columns, 2);
    EXPECT_EQ(heat.rows, 2);
    EXPECT_EQ(heat.values, (std::vector<std::uint8_t>{64, 255, 0, 128}));
    EXPECT_EQ(heat.box, (fovea::Box{0.25F, 0, 0.5F, 1}));
}

TEST(CoarseHeat, HasNoMoreCellsThanPixels)
{
    const auto heat = coarse_heat({3, 1.5F}, {2, 1}, fovea::whole_frame);
    EXPECT_EQ(heat.columns, 2);
    EXPECT_EQ(heat.rows, 1);
    EXPECT_EQ(heat.values, (std::vector<std::uint8_t>{255, 128}));
}

TEST(CoarseHeat, OfNothingIsCold)
{
    EXPECT_EQ(coarse_heat({0, 0, 0, 0}, {2, 2}, fovea::whole_frame).values,
              (std::vector<std::uint8_t>{0, 0, 0, 0}));
}

} // namespace
