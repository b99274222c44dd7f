// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

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

TEST(Augmentation, CropsStayInsideTheirRegion)
{
    const Augmentation augmentation = from_scratch_augmentation();
    const Box region = {0.2F, 0.1F, 0.5F, 0.8F};
    double smallest = 1;
    for (std::uint64_t i = 0; i < 500; ++i) {
        Random random(i);
        const Box crop = random_crop(region, augmentation, &random);
        EXPECT_GE(crop.x, region.x - 1e-6F);
        EXPECT_GE(crop.y, region.y - 1e-6F);
        EXPECT_LE(crop.x_max(), region.x_max() + 1e-6F);
        EXPECT_LE(crop.y_max(), region.y_max() + 1e-6F);
        smallest = std::min(smallest, static_cast<double>(crop.area() / region.area()));
    }
    EXPECT_GE(smallest, 0.5) << "a bent crop that is cut at the edge is a little smaller";
    EXPECT_LT(smallest, 0.65);
}

TEST(Augmentation, ACropOfOneSizeHasThatSize)
{
    Augmentation augmentation;
    augmentation.smallest_crop = augmentation.largest_crop = 0.49;
    for (std::uint64_t i = 0; i < 50; ++i) {
        Random random(i);
        const Box crop = random_crop(whole_frame, augmentation, &random);
        EXPECT_NEAR(crop.width, 0.7, 1e-6);
        EXPECT_NEAR(crop.height, 0.7, 1e-6);
    }
}

TEST(Augmentation, ByDefaultChangesNothing)
{
    const at::Tensor clip = at::rand({3, 2, 4, 4});
    Random random(1);
    EXPECT_TRUE(varied(clip.clone(), draw({}, &random)).equal(clip));
    const Box crop = random_crop(whole_frame, {}, &random);
    EXPECT_EQ(crop, whole_frame);
}

TEST(Augmentation, FlowThatIsMirroredGoesTheOtherWay)
{
    const at::Tensor clip = at::tensor({0.25F, 0.5F}).view({1, 1, 1, 2}).repeat({3, 1, 1, 1});
    Variation variation;
    variation.flip = true;
    variation.grey = true; // it has no colours
    const at::Tensor mirrored = varied(clip.clone(), variation, Modality::Flow);
    EXPECT_TRUE(mirrored[0].flatten().equal(at::tensor({0.5F, 0.75F}))); // x
    EXPECT_TRUE(mirrored[1].flatten().equal(at::tensor({0.5F, 0.25F}))); // y
    EXPECT_TRUE(varied(clip.clone(), {}, Modality::Flow).equal(clip));
}

TEST(Shaken, ACameraHeldByHandDriftsAndStaysInsideTheFrame)
{
    Random random(3);
    const Box middle = {0.4F, 0.3F, 0.2F, 0.4F};
    double squares = 0;
    constexpr int draws = 2000;
    for (int draw = 0; draw < draws; ++draw) {
        const std::vector<Box> boxes = shaken(middle, 17, &random);
        ASSERT_EQ(boxes.size(), 17U);
        EXPECT_EQ(boxes[0], middle) << "as it was drawn, and from there on it moves";
        const Box &last = boxes.back();
        const double drift = last.x + last.width / 2 - (middle.x + middle.width / 2);
        squares += drift * drift;
        EXPECT_NEAR(last.width / last.height, 0.5, 1e-5) << "nearer, not bent";
    }
    // a tenth of the box's width until behind the last frame, and some trembling
    EXPECT_NEAR(std::sqrt(squares / draws), 0.1 * 0.2 * 16 / 17, 0.1 * 0.2 * 0.15);

    for (int draw = 0; draw < draws; ++draw) {
        for (const Box &box : shaken({0, 0.1F, 1, 0.9F}, 17, &random)) {
            EXPECT_GE(box.x, 0);
            EXPECT_GE(box.y, 0);
            EXPECT_LE(box.x_max(), 1 + 1e-6);
            EXPECT_LE(box.y_max(), 1 + 1e-6);
        }
    }
}

TEST(RandomFront, IsAPartOfTheGroundAnywhereInIt)
{
    Random random(4);
    std::set<int> widths;
    bool first = false;
    bool last = false;
    for (int draw = 0; draw < 5000; ++draw) {
        const PixelRect front = random_front({96, 48}, &random);
        widths.insert(front.width);
        EXPECT_NEAR(front.height, front.width / 2.0, 1) << "the ground's aspect";
        EXPECT_GE(front.x, 0);
        EXPECT_GE(front.y, 0);
        EXPECT_LE(front.x + front.width, 96);
        EXPECT_LE(front.y + front.height, 48);
        first |= front.x == 0 && front.y == 0;
        last |= front.x + front.width == 96 && front.y + front.height == 48;
    }
    EXPECT_EQ(*widths.begin(), 33);  // 0.35 of 96
    EXPECT_EQ(*widths.rbegin(), 81); // 0.85
    EXPECT_TRUE(first && last) << "from corner to corner";
}

} // namespace

} // namespace fovea
