// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/focus/enlarged.h"

namespace fovea {

namespace {

/* Of 4 x 4 the middle 2 x 2, 5 6 above 9 10: pixel centres lie at -0.25, 0.25, 0.75 and 1.25 of it. */
TEST(Enlarged, LiesBetweenTheCentresOfThePartsPixels)
{
    Array clip({1, 1, 1, 4, 4});
    for (std::size_t i = 0; i < 16; ++i)
        clip.values[i] = static_cast<float>(i);
    const std::vector<float> expected = {5, 5.25, 5.75, 6, 6, 6.25, 6.75, 7,
                                         8, 8.25, 8.75, 9, 9, 9.25, 9.75, 10};
    EXPECT_EQ(enlarged(clip, {1, 1, 2, 2}).values, expected);
}

TEST(Enlarged, TheWholeIsItself)
{
    Array clip({2, 3, 2, 3, 5});
    for (std::size_t i = 0; i < clip.values.size(); ++i)
        clip.values[i] = static_cast<float>(i * i % 17);
    EXPECT_EQ(enlarged(clip, {0, 0, 5, 3}).values, clip.values);
    EXPECT_EQ(enlarged(clip, {0, 0, 5, 3}).shape, clip.shape);
}

TEST(Enlarged, OnePixelFillsThePictureAndEachPictureIsByItself)
{
    Array clip({1, 2, 1, 2, 2});
    clip.values = {1, 2, 3, 4, 5, 6, 7, 8};
    EXPECT_EQ(enlarged(clip, {1, 0, 1, 1}).values, (std::vector<float>{2, 2, 2, 2, 6, 6, 6, 6}));
}

} // namespace

} // namespace fovea
