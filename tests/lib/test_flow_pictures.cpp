// SPDX-License-Identifier: MIT
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/flow/flow_pictures.h"

namespace fovea {

namespace {

/** \brief Slow waves, brighter or darker at every place, moved by (x, y) pixels of a side of 256 */
RgbImage waves(ImageSize size, double x, double y)
{
    const double scale = std::min(size.width, size.height) / 256.0;
    RgbImage image{size, {}};
    for (int row = 0; row < size.height; ++row)
        for (int column = 0; column < size.width; ++column) {
            const double u = column / scale - x;
            const double v = row / scale - y;
            const double value = 128 + 50 * std::sin(u / 5) * std::cos(v / 7) +
                                 40 * std::sin((u + 2 * v) / 11) + 20 * std::cos((u - v) / 3);
            image.pixels.insert(image.pixels.end(), 3, static_cast<std::uint8_t>(value));
        }
    return image;
}

RgbImage next(FlowPictures *flow, const RgbImage &image)
{
    return flow->next(view_of(image));
}

/** \brief Mean of x and y over the middle half */
std::array<double, 2> middle(const RgbImage &picture)
{
    std::array<double, 2> sum = {};
    double count = 0;
    for (int row = picture.size.height / 4; row < picture.size.height * 3 / 4; ++row)
        for (int column = picture.size.width / 4; column < picture.size.width * 3 / 4; ++column) {
            const auto at = static_cast<std::size_t>(3 * (row * picture.size.width + column));
            sum[0] += picture.pixels[at];
            sum[1] += picture.pixels[at + 1];
            EXPECT_EQ(picture.pixels[at + 2], 0);
            ++count;
        }
    return {sum[0] / count, sum[1] / count};
}

TEST(FlowPictures, AByteIsAsThePublicCodeRoundsIt)
{
    EXPECT_EQ(flow_byte(0), 127);  // 20 / 40 * 255 = 127.5
    EXPECT_EQ(flow_byte(10), 191); // 191.25
    EXPECT_EQ(flow_byte(-10), 63); // 63.75
    EXPECT_EQ(flow_byte(-0.1F), 126);
    EXPECT_EQ(flow_byte(20), 255);
    EXPECT_EQ(flow_byte(-20), 0);
    EXPECT_EQ(flow_byte(300), 255);
    EXPECT_EQ(flow_byte(-300), 0);
}

TEST(FlowPictures, HaveAShortSideOf256)
{
    const auto size = [](int width, int height) {
        const ImageSize made = flow_size({width, height});
        return std::make_pair(made.width, made.height);
    };
    EXPECT_EQ(size(320, 240), std::make_pair(342, 256));  // 341.3, even
    EXPECT_EQ(size(720, 1280), std::make_pair(256, 456)); // 455.1
    EXPECT_EQ(size(64, 64), std::make_pair(256, 256));
}

/* To the right and up: x grows, y falls. In pixels of the picture, however large the frames are */
void expect_a_translation(FlowMethod method)
{
    for (const ImageSize size : {ImageSize{256, 256}, ImageSize{640, 512}}) {
        FlowPictures flow(method);
        next(&flow, waves(size, 0, 0));
        const RgbImage moved = next(&flow, waves(size, 3, -2));
        const auto [x, y] = middle(moved);
        EXPECT_NEAR(x, (3 + 20) / 40.0 * 255, 1);
        EXPECT_NEAR(y, (-2 + 20) / 40.0 * 255, 1);
        EXPECT_EQ(moved.size.height, 256);
    }
}

TEST(FlowPictures, OfAKnownTranslationAreItsPixels)
{
    expect_a_translation(FlowMethod::Dis);
}

TEST(FlowPictures, ByTvL1AreThoseOfATranslationTooOrRefused)
{
    if (has_tvl1()) {
        expect_a_translation(FlowMethod::TvL1);
        return;
    }
    try {
        const FlowPictures flow(FlowMethod::TvL1);
        FAIL() << "it is not built in";
    } catch (const Error &error) {
        EXPECT_STREQ(error.what(),
                     "flow 'tvl1': this build lacks OpenCV's optflow; install "
                     "libopencv-contrib-dev and build again, or train with --flow dis");
    }
}

TEST(FlowPictures, AreOfTheMethodAskedFor)
{
    if (!has_tvl1())
        GTEST_SKIP() << "built without OpenCV's optflow";
    const ImageSize size = {256, 256};
    FlowPictures dis(FlowMethod::Dis), tvl1(FlowMethod::TvL1);
    next(&dis, waves(size, 0, 0));
    next(&tvl1, waves(size, 0, 0));
    const RgbImage moved = waves(size, 5, 4);
    EXPECT_NE(next(&dis, moved).pixels, next(&tvl1, moved).pixels);
}

TEST(FlowPictures, TheFirstFrameHasNotMoved)
{
    const auto still = [](const RgbImage &picture) {
        const auto [x, y] = middle(picture);
        return x == 127 && y == 127;
    };
    FlowPictures flow;
    const ImageSize size = {256, 256};
    EXPECT_TRUE(still(next(&flow, waves(size, 0, 0))));
    EXPECT_FALSE(still(next(&flow, waves(size, 3, 0))));
    flow.restart();
    EXPECT_TRUE(still(next(&flow, waves(size, 6, 0))));
    EXPECT_TRUE(still(next(&flow, waves({320, 256}, 9, 0)))) << "of another size";
}

/* A search does not begin at what the last one found: the same two frames have the same flow */
TEST(FlowPictures, FollowFromTwoFramesAlone)
{
    const ImageSize size = {256, 256};
    FlowPictures long_one;
    for (const double x : {0.0, 8.0, 2.0})
        next(&long_one, waves(size, x, x));
    FlowPictures short_one;
    next(&short_one, waves(size, 2, 2));
    const RgbImage third = waves(size, 3, 1);
    EXPECT_EQ(next(&long_one, third).pixels, next(&short_one, third).pixels);
}

} // namespace

} // namespace fovea
