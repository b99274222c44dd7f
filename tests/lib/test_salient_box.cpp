// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/focus/salient_box.h"

namespace {

using fovea::ClipView;
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
    expect_same(fovea::centre_box({224, 224}, {128, 128}), {48, 48, 128, 128});
    expect_same(fovea::centre_box({7, 5}, {2, 2}), {2, 1, 2, 2});
    expect_same(fovea::random_box({10, 10}, {4, 4}, 0, 0.999999), {0, 6, 4, 4});
    std::vector<int> seen(7);
    Draw draw;
    for (int i = 0; i < 7000; ++i)
        ++seen[static_cast<std::size_t>(fovea::random_box({10, 10}, {4, 4}, draw.uniform(), 0).x)];
    for (const int count : seen)
        EXPECT_NEAR(count, 1000, 150); // five standard deviations
}

TEST(ClipView, OfAWideFrameIsWorkedOutByHand)
{
    // 640 x 480, short side 256: 341 x 256; cut at (341 - 224) / 2 = 58, (256 - 224) / 2 = 16
    const ClipView view = fovea::centred_view({640, 480}, 256, {224, 224});
    EXPECT_EQ(view.resized.width, 341);
    EXPECT_EQ(view.resized.height, 256);
    EXPECT_EQ(view.crop_x, 58);
    EXPECT_EQ(view.crop_y, 16);
    const PixelBox box = fovea::in_frame({10, 20, 128, 64}, view);
    EXPECT_NEAR(box.x, 68 * 640.0 / 341, 1e-9);
    EXPECT_NEAR(box.y, 36 * 1.875, 1e-9);
    EXPECT_NEAR(box.width, 128 * 640.0 / 341, 1e-9);
    EXPECT_NEAR(box.height, 64 * 1.875, 1e-9);
}

TEST(ClipView, AFlipMirrorsTheBoxInsideTheCut)
{
    ClipView view = fovea::centred_view({256, 256}, 256, {224, 224});
    view.flip = true;
    // Left edge 10 of 224, 128 wide: seen unmirrored it begins at 224 - 138 = 86, and 16 further in
    EXPECT_NEAR(fovea::in_frame({10, 0, 128, 128}, view).x, 102, 1e-9);
}

TEST(ClipView, BoxesComeBackFromAnyFrameWithinAPixel)
{
    Draw draw;
    for (int run = 0; run < 2000; ++run) {
        ClipView view =
            fovea::centred_view({draw.whole(33, 1921), draw.whole(33, 1081)}, 256, {224, 224});
        view.crop_x = draw.whole(0, view.resized.width - 224);
        view.crop_y = draw.whole(0, view.resized.height - 224);
        view.flip = draw.whole(0, 1) == 1;
        const PixelBox box = {static_cast<double>(draw.whole(0, 96)),
                              static_cast<double>(draw.whole(0, 96)), 128, 128};
        const PixelBox frame = fovea::in_frame(box, view);
        SCOPED_TRACE(run);
        EXPECT_GE(frame.x, -1e-9);
        EXPECT_GE(frame.y, -1e-9);
        EXPECT_LE(frame.x + frame.width, view.frame.width + 1e-6);
        EXPECT_LE(frame.y + frame.height, view.frame.height + 1e-6);
        const PixelBox back = fovea::in_view(frame, view);
        EXPECT_NEAR(back.x, box.x, 1e-6);
        EXPECT_NEAR(back.y, box.y, 1e-6);
        EXPECT_NEAR(back.width, box.width, 1e-6);
        EXPECT_NEAR(back.height, box.height, 1e-6);
        // Cut at whole pixels of the frame, the edges are at most half a pixel of it off
        const PixelBox cut = {std::round(frame.x), std::round(frame.y),
                              std::round(frame.x + frame.width) - std::round(frame.x),
                              std::round(frame.y + frame.height) - std::round(frame.y)};
        const double scale_x = static_cast<double>(view.frame.width) / view.resized.width;
        const double scale_y = static_cast<double>(view.frame.height) / view.resized.height;
        const PixelBox near = fovea::in_view(cut, view);
        EXPECT_LE(std::abs(near.x - box.x) * scale_x, 1);
        EXPECT_LE(std::abs(near.y - box.y) * scale_y, 1);
    }
}

TEST(ClipView, RefusesACutThatDoesNotFit)
{
    EXPECT_THROW(fovea::centred_view({640, 480}, 200, {224, 224}), fovea::Error);
    EXPECT_THROW(fovea::centred_view({0, 480}, 256, {224, 224}), fovea::Error);
}

} // namespace
