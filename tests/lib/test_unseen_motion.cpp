// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/detect/unseen_motion.h"

using fovea::Box;
using fovea::Nanoseconds;
using fovea::Person;
using fovea::RgbImage;
using fovea::UnseenMotion;

namespace {

constexpr Nanoseconds tenth = 100 * fovea::nanoseconds_per_millisecond;
constexpr int columns = UnseenMotion::picture_size.width;
constexpr float least_change = 20;

/** \brief Of one grey, cells of a box of another */
RgbImage cells(std::uint8_t grey, int x = 0, int y = 0, int width = 0, int height = 0,
               std::uint8_t other = 0)
{
    RgbImage made = {UnseenMotion::picture_size, {}};
    made.pixels.assign(std::size_t{3} * columns * UnseenMotion::picture_size.height, grey);
    for (int row = y; row < y + height; ++row)
        for (int i = 3 * (row * columns + x); i < 3 * (row * columns + x + width); ++i)
            made.pixels[static_cast<std::size_t>(i)] = other;
    return made;
}

std::optional<Box> between(const RgbImage &before, const RgbImage &now,
                           const std::vector<Person> &persons = {})
{
    UnseenMotion motion;
    EXPECT_FALSE(motion.find(before, persons, 0, least_change)) << "nothing came before";
    return motion.find(now, persons, tenth, least_change);
}

} // namespace

TEST(UnseenMotion, IsTheBoxOfWhatChanges)
{
    const auto box = between(cells(100), cells(100, 8, 12, 4, 6, 140));
    ASSERT_TRUE(box);
    EXPECT_FLOAT_EQ(box->x, 8 / 32.0F);
    EXPECT_FLOAT_EQ(box->y, 12 / 24.0F);
    EXPECT_FLOAT_EQ(box->width, 4 / 32.0F);
    EXPECT_FLOAT_EQ(box->height, 6 / 24.0F);
}

TEST(UnseenMotion, IsOfTheStrongestPlaceAlone)
{
    RgbImage now = cells(100, 2, 2, 4, 4, 130);
    const RgbImage stronger = cells(100, 20, 10, 5, 5, 200);
    for (std::size_t i = 0; i < now.pixels.size(); ++i)
        now.pixels[i] = stronger.pixels[i] != 100 ? stronger.pixels[i] : now.pixels[i];
    const auto box = between(cells(100), now);
    ASSERT_TRUE(box);
    EXPECT_FLOAT_EQ(box->x, 20 / 32.0F);
    EXPECT_FLOAT_EQ(box->width, 5 / 32.0F);
}

TEST(UnseenMotion, IsNoneUnderTheThresholdNorWhereLessThanThreeCellsChange)
{
    EXPECT_FALSE(between(cells(100), cells(100, 8, 12, 4, 6, 119)));
    EXPECT_TRUE(between(cells(100), cells(100, 8, 12, 4, 6, 120)));
    EXPECT_FALSE(between(cells(100), cells(100, 8, 12, 2, 1, 200)));
    EXPECT_TRUE(between(cells(100), cells(100, 8, 12, 3, 1, 200)));
}

TEST(UnseenMotion, IsNoneWhereTheWholePictureGetsLighter)
{
    EXPECT_FALSE(between(cells(100), cells(160)));
    const auto box = between(cells(100), cells(160, 8, 12, 4, 6, 200));
    ASSERT_TRUE(box) << "40 levels more than the rest";
    EXPECT_FLOAT_EQ(box->x, 8 / 32.0F);
}

TEST(UnseenMotion, IsNoneInOrBesideAPerson)
{
    const RgbImage before = cells(100), now = cells(100, 8, 12, 4, 6, 200);
    EXPECT_FALSE(between(before, now, {{{0.25F, 0.4F, 0.2F, 0.4F}, 0.9F}}));
    EXPECT_FALSE(between(before, now, {{{0.34F, 0.4F, 0.2F, 0.4F}, 0.9F}})) << "beside";
    EXPECT_TRUE(between(before, now, {{{0.6F, 0.4F, 0.2F, 0.4F}, 0.9F}})) << "another person";
}

TEST(UnseenMotion, LooksAtMostTenTimesASecond)
{
    UnseenMotion motion;
    EXPECT_TRUE(motion.wants(0));
    motion.find(cells(100), {}, 5 * tenth, least_change);
    EXPECT_FALSE(motion.wants(6 * tenth - 1));
    EXPECT_TRUE(motion.wants(6 * tenth));
    EXPECT_FALSE(motion.wants(4 * tenth)) << "one that is late";
    EXPECT_TRUE(motion.wants(-tenth)) << "the stream began anew";
}

TEST(UnseenMotion, IsNoneBetweenPicturesFarApartOrBehindAReset)
{
    const RgbImage before = cells(100), now = cells(100, 8, 12, 4, 6, 200);
    UnseenMotion motion;
    motion.find(before, {}, 0, least_change);
    EXPECT_TRUE(motion.find(now, {}, 5 * tenth, least_change));
    EXPECT_FALSE(motion.find(before, {}, 11 * tenth, least_change)) << "the stream jumped";
    EXPECT_TRUE(motion.find(now, {}, 12 * tenth, least_change));
    EXPECT_FALSE(motion.find(before, {}, 0, least_change)) << "it began anew";
    EXPECT_TRUE(motion.find(now, {}, tenth, least_change));
    motion.reset();
    EXPECT_FALSE(motion.find(before, {}, 2 * tenth, least_change));
}
