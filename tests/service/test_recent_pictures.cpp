// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "service/recent_pictures.h"

namespace fovea {
namespace {

using Jpeg = RecentPictures::Jpeg;

TEST(RecentPictures, WhereNoneCameThereIsNone)
{
    const RecentPictures pictures;
    EXPECT_TRUE(pictures.last().empty());
    EXPECT_TRUE(pictures.nearest(5).empty());
}

TEST(RecentPictures, TheNearestInTimeIsGiven)
{
    RecentPictures pictures;
    pictures.add(100, {1});
    pictures.add(200, {2});
    pictures.add(300, {3});
    EXPECT_EQ(pictures.nearest(0), Jpeg{1});
    EXPECT_EQ(pictures.nearest(160), Jpeg{2});
    EXPECT_EQ(pictures.nearest(249), Jpeg{2});
    EXPECT_EQ(pictures.nearest(251), Jpeg{3});
    EXPECT_EQ(pictures.nearest(9000), Jpeg{3});
    EXPECT_EQ(pictures.last(), Jpeg{3});
}

TEST(RecentPictures, OnlyTheLastAreKept)
{
    RecentPictures pictures;
    for (std::uint8_t i = 0; i <= RecentPictures::most; ++i)
        pictures.add(i, {i});
    EXPECT_EQ(pictures.nearest(0), Jpeg{1});
}

TEST(RecentPictures, BehindACutTheLastIsShownButNearToNothing)
{
    RecentPictures pictures;
    pictures.add(100, {1});
    pictures.cut();
    EXPECT_EQ(pictures.last(), Jpeg{1});
    EXPECT_TRUE(pictures.nearest(100).empty());
    pictures.add(5, {2});
    EXPECT_EQ(pictures.nearest(100), Jpeg{2});
}

} // namespace
} // namespace fovea
