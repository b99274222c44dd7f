// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/geometry.h"

namespace {

using fovea::Box;

void expect_box(const Box &box, const Box &expected)
{
    EXPECT_FLOAT_EQ(box.x, expected.x);
    EXPECT_FLOAT_EQ(box.y, expected.y);
    EXPECT_FLOAT_EQ(box.width, expected.width);
    EXPECT_FLOAT_EQ(box.height, expected.height);
}

TEST(Box, KnowsItsFarEdgesAndArea)
{
    const Box box = {0.25F, 0.5F, 0.5F, 0.25F};
    EXPECT_FLOAT_EQ(box.x_max(), 0.75F);
    EXPECT_FLOAT_EQ(box.y_max(), 0.75F);
    EXPECT_FLOAT_EQ(box.area(), 0.125F);
}

TEST(United, HoldsBothBoxes)
{
    expect_box(fovea::united({0.125F, 0.25F, 0.25F, 0.25F}, {0.5F, 0, 0.25F, 0.125F}),
               {0.125F, 0, 0.625F, 0.5F});
}

TEST(Intersected, IsTheCommonPart)
{
    expect_box(fovea::intersected({0, 0, 0.5F, 0.5F}, {0.25F, 0.125F, 0.5F, 0.25F}),
               {0.25F, 0.125F, 0.25F, 0.25F});
}

TEST(Intersected, HasNoSizeWhereBoxesAreApart)
{
    const Box common = fovea::intersected({0, 0, 0.25F, 0.25F}, {0.5F, 0.5F, 0.25F, 0.25F});
    EXPECT_EQ(common.width, 0);
    EXPECT_EQ(common.height, 0);
    EXPECT_EQ(common.area(), 0);
}

TEST(IntersectionOverUnion, IsOneThirdForSquaresThatOverlapByHalf)
{
    EXPECT_FLOAT_EQ(fovea::intersection_over_union({0, 0, 0.5F, 0.5F}, {0.25F, 0, 0.5F, 0.5F}),
                    1.0F / 3);
}

TEST(IntersectionOverUnion, IsOneForTheSameBoxAndZeroForBoxesApart)
{
    const Box box = {0.25F, 0.25F, 0.25F, 0.5F};
    EXPECT_FLOAT_EQ(fovea::intersection_over_union(box, box), 1);
    EXPECT_EQ(fovea::intersection_over_union(box, {0.5F, 0.25F, 0.25F, 0.5F}), 0); // they touch
}

TEST(IntersectionOverUnion, OfEmptyBoxesIsZero)
{
    EXPECT_EQ(fovea::intersection_over_union({}, {}), 0);
}

TEST(Inside, TheWholeIsTheOuterBox)
{
    const Box outer = {0.125F, 0.25F, 0.5F, 0.25F};
    EXPECT_TRUE(fovea::inside(fovea::whole_frame, outer) == outer);
}

TEST(Inside, APartIsScaledAndMoved)
{
    expect_box(fovea::inside({0.5F, 0.25F, 0.25F, 0.5F}, {0.25F, 0.5F, 0.5F, 0.25F}),
               {0.5F, 0.5625F, 0.125F, 0.125F});
}

} // namespace
