// SPDX-License-Identifier: MIT
#include <cstdint>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/focus/salient_box.h"

namespace {

using fovea::ImageSize;
using fovea::PixelBox;

/** \brief Numbers that repeat from run to run */
class Draw
{
public:
    double uniform()
    {
        state_ = state_ * 6364136223846793005 + 1442695040888963407;
        return static_cast<double>(state_ >> 40) / 16777216.0;
    }

    int whole(int least, int most)
    {
        return least + static_cast<int>(uniform() * (most - least + 1));
    }

private:
    std::uint64_t state_ = 20190909;
};

/** \brief Every place, every pixel */
PixelBox brute_force(const std::vector<float> &map, ImageSize size, ImageSize box)
{
    double best = -1;
    PixelBox found;
    for (int y = 0; y + box.height <= size.height; ++y)
        for (int x = 0; x + box.width <= size.width; ++x) {
            double sum = 0;
            for (int i = 0; i < box.height; ++i)
                for (int j = 0; j < box.width; ++j)
                    sum += static_cast<double>(
                        map[static_cast<std::size_t>((y + i) * size.width + x + j)]);
            if (sum > best) {
                best = sum;
                found = {static_cast<double>(x), static_cast<double>(y),
                         static_cast<double>(box.width), static_cast<double>(box.height)};
            }
        }
    return found;
}

void expect_same(const PixelBox &got, const PixelBox &expected)
{
    EXPECT_EQ(got.x, expected.x);
    EXPECT_EQ(got.y, expected.y);
    EXPECT_EQ(got.width, expected.width);
    EXPECT_EQ(got.height, expected.height);
}

TEST(SalientBox, IsTheBruteForceBoxOnAThousandMaps)
{
    Draw draw;
    for (int run = 0; run < 1000; ++run) {
        const ImageSize size = {draw.whole(1, 24), draw.whole(1, 24)};
        const ImageSize box = {draw.whole(1, size.width), draw.whole(1, size.height)};
        std::vector<float> map(static_cast<std::size_t>(size.width * size.height));
        // Every other map has few levels, so that sums are often equal and the first must win
        for (float &value : map)
            value = run % 2 == 0 ? static_cast<float>(draw.uniform())
                                 : static_cast<float>(draw.whole(0, 2));
        SCOPED_TRACE(run);
        expect_same(fovea::salient_box(map, size, box), brute_force(map, size, box));
    }
}

TEST(SalientBox, OfThePaperHasItsSizeAndPlaces)
{
    // 128 x 128 of 224 x 224: 97 x 97 places, 32.7 % of the picture
    const ImageSize size = {224, 224};
    std::vector<float> map(224 * 224);
    map.back() = 1; // the bottom right corner: only the last place holds it
    expect_same(fovea::salient_box(map, size, {128, 128}), {96, 96, 128, 128});
    EXPECT_NEAR(128.0 * 128 / (224 * 224), 0.327, 5e-4);
    map.assign(map.size(), 0.1F); // all equal: the first
    expect_same(fovea::salient_box(map, size, {128, 128}), {0, 0, 128, 128});
}

TEST(SalientBox, RefusesABoxLargerThanTheMapAndAMapOfAnotherSize)
{
    const auto error = [](const std::vector<float> &map, ImageSize size, ImageSize box) {
        try {
            fovea::salient_box(map, size, box);
        } catch (const fovea::Error &error) {
            return std::string(error.what());
        }
        return std::string("no error");
    };
    EXPECT_EQ(error(std::vector<float>(12), {4, 3}, {5, 3}),
              "focus: expected a box of 1 x 1 to 4 x 3 pixels, got 5 x 3");
    EXPECT_EQ(error(std::vector<float>(11), {4, 3}, {2, 2}),
              "focus: expected a map of 4 x 3 values, got 11");
}

TEST(SalientBox, BaselinesLieInThePicture)
{
    expect_same(baseline_box(fovea::Focus::Repeat, {7, 5}, {2, 2}, 0, 0), {0, 0, 7, 5});
    expect_same(baseline_box(fovea::Focus::Centre, {224, 224}, {128, 128}, 0, 0),
                {48, 48, 128, 128});
    expect_same(baseline_box(fovea::Focus::Centre, {7, 5}, {2, 2}, 0, 0), {2, 1, 2, 2});
    const auto random = [](double x, double y) {
        return baseline_box(fovea::Focus::Random, {10, 10}, {4, 4}, x, y);
    };
    expect_same(random(0, 0.999999), {0, 6, 4, 4});
    std::vector<int> seen(7);
    Draw draw;
    for (int i = 0; i < 7000; ++i)
        ++seen[static_cast<std::size_t>(random(draw.uniform(), 0).x)];
    for (const int count : seen)
        EXPECT_NEAR(count, 1000, 150); // five standard deviations
}

} // namespace
