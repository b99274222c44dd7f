// SPDX-License-Identifier: MIT
#include <cmath>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "fovea/train/data/augmentation.h"

namespace fovea {

namespace {

TEST(RandomView, CropsOfTsmAreOfFourSizesAtThirteenPlaces)
{
    Random random(7);
    const Augmentation augmentation = multi_scale_augmentation();
    EXPECT_EQ(augmentation.flip, 0);
    constexpr ImageSize frame = {320, 240};
    std::set<std::pair<int, int>> sizes;
    std::set<std::pair<int, int>> places; // of crops of 180 x 180
    for (int draw = 0; draw < 4000; ++draw) {
        const Box box = random_view(frame, augmentation, &random);
        const auto pixels = [](double value) { return static_cast<int>(std::lround(value)); };
        const std::pair<int, int> size = {pixels(box.width * 320), pixels(box.height * 240)};
        sizes.insert(size);
        EXPECT_GE(box.x, 0);
        EXPECT_LE(box.x + box.width, 1 + 1e-6);
        EXPECT_LE(box.y + box.height, 1 + 1e-6);
        if (size == std::pair<int, int>{180, 180})
            places.emplace(pixels(box.x * 320), pixels(box.y * 240));
    }
    // 240, 210, 180 and 158 of 240, width and height at most one step apart
    EXPECT_EQ(sizes.size(), 10U);
    EXPECT_EQ(sizes.count({240, 210}), 1U);
    EXPECT_EQ(sizes.count({240, 180}), 0U);
    EXPECT_EQ(places.size(), 13U);
    EXPECT_EQ(places.count({140, 60}), 1U) << "the last corner";
    EXPECT_EQ(places.count({35, 15}), 1U) << "a quarter of the way";
}

TEST(RandomView, CropsOfThe3DResNetsLieInCornersAndTheMiddle)
{
    Random random(8);
    const Augmentation augmentation = corner_augmentation();
    std::set<int> sides;
    std::set<std::pair<int, int>> places;
    for (int draw = 0; draw < 2000; ++draw) {
        const Box box = random_view({200, 100}, augmentation, &random);
        EXPECT_NEAR(box.width * 200, box.height * 100, 1e-3) << "square";
        sides.insert(static_cast<int>(std::lround(box.height * 1000)));
        if (box.height == 1)
            continue;
        const auto share = [](double at, double room) {
            return static_cast<int>(std::lround(2 * at / room));
        };
        places.emplace(share(box.x, 1 - box.width), share(box.y, 1 - box.height));
    }
    EXPECT_EQ(sides, (std::set<int>{1000, 841, 707, 595, 500})); // 2^(-i / 4)
    EXPECT_EQ(places, (std::set<std::pair<int, int>>{{1, 1}, {0, 0}, {2, 0}, {0, 2}, {2, 2}}));
}

} // namespace

} // namespace fovea
