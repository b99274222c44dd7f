// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/video/frame_to_tensor.h"
#include "written_planes.h"

namespace {

using fovea::Box;
using fovea::FrameToTensor;
using fovea::FrameView;
using fovea::Interpolation;

/** Two by two pixels: red and green above blue and white */
const std::vector<std::uint8_t> four_colours = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255};

FrameView rgb_view(const std::vector<std::uint8_t> &pixels, int width, int height)
{
    FrameView view;
    view.width = width;
    view.height = height;
    view.planes[0] = pixels.data();
    view.strides[0] = 3 * width;
    return view;
}

TEST(FrameToTensor, AveragesFourPixelsIntoOne)
{
    const FrameView view = rgb_view(four_colours, 2, 2);
    for (const Interpolation interpolation : {Interpolation::Bilinear, Interpolation::Area})
        for (const float value :
             written_planes(view, fovea::whole_frame, {{1, 1}, interpolation, {}}))
            EXPECT_FLOAT_EQ(value, 0.5F);
}

TEST(FrameToTensor, EnlargesWithHalfPixelCentres)
{
    // Centres of 4 pixels over 2 lie at -0.25, 0.25, 0.75 and 1.25: shares 0, 1/4, 3/4, 1
    const std::vector<float> planes = written_planes(rgb_view(four_colours, 2, 2), {0, 0, 1, 0.5F},
                                                     {{4, 1}, Interpolation::Bilinear, {}});
    const std::vector<float> expected = {1, 0.75F, 0.25F, 0, 0, 0.25F, 0.75F, 1, 0, 0, 0, 0};
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_FLOAT_EQ(planes[i], expected[i]) << i;
}

TEST(FrameToTensor, WeighsPartlyCoveredPixelsByTheirShare)
{
    // Three pixels onto two: the middle one is shared by halves, (0 + 90/2) / 1.5 and so on
    const std::vector<std::uint8_t> row = {0, 0, 0, 90, 90, 90, 240, 240, 240};
    const std::vector<float> planes =
        written_planes(rgb_view(row, 3, 1), fovea::whole_frame, {{2, 1}, Interpolation::Area, {}});
    EXPECT_FLOAT_EQ(planes[0] * 255, 30);
    EXPECT_FLOAT_EQ(planes[1] * 255, 190);
}

TEST(FrameToTensor, NormalisesByChannel)
{
    const std::vector<std::uint8_t> pixel = {255, 51, 0};
    const std::vector<float> planes =
        written_planes(rgb_view(pixel, 1, 1), fovea::whole_frame,
                       {{1, 1}, Interpolation::Bilinear, {{2, 10, 3}, {-1, 1, 0.5F}}});
    EXPECT_FLOAT_EQ(planes[0], 1);
    EXPECT_FLOAT_EQ(planes[1], 3);
    EXPECT_FLOAT_EQ(planes[2], 0.5F);
}

TEST(FrameToTensor, WritesPlanesApartAndNothingBetween)
{
    std::vector<float> out(12, -7);
    FrameToTensor converter({{1, 2}, Interpolation::Bilinear, {}});
    converter.write(rgb_view(four_colours, 2, 2), {0, 0, 0.5F, 1}, out.data(), 5);
    EXPECT_EQ(out, (std::vector<float>{1, 0, -7, -7, -7, 0, 0, -7, -7, -7, 0, 1}));
}

TEST(FrameToTensor, RoundsAnyBoxToPixelsInsideTheFrame)
{
    const FrameView view = rgb_view(four_colours, 2, 2);
    const auto colour_at = [&](const Box &box) {
        return written_planes(view, box, {{1, 1}, Interpolation::Area, {}});
    };
    const std::vector<float> red = {1, 0, 0};
    const std::vector<float> green = {0, 1, 0};
    const std::vector<float> white = {1, 1, 1};
    const float nan = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(colour_at({-3, -3, 1, 1}), red);          // outside, above and left
    EXPECT_EQ(colour_at({5, 5, 1, 1}), white);          // outside, below and right
    EXPECT_EQ(colour_at({1, 1, 0, 0}), white);          // empty, at the far corner
    EXPECT_EQ(colour_at({0.6F, 0, 0.1F, 0.1F}), green); // less than a pixel
    EXPECT_EQ(colour_at({0.5F, 0.5F, -1, -1}), white);  // of negative size
    EXPECT_EQ(colour_at({-1, 0, 1.5F, 0.5F}), red);     // reaches in from outside
    EXPECT_EQ(colour_at({nan, nan, nan, nan}), red);
}

TEST(FrameToTensor, RefusesSizesAndFramesThatCannotBe)
{
    EXPECT_THROW(FrameToTensor({{0, 5}, Interpolation::Area, {}}), fovea::Error);
    EXPECT_THROW(FrameToTensor({{5, 4097}, Interpolation::Area, {}}), fovea::Error);
    EXPECT_THROW(fovea::to_rgb(rgb_view(four_colours, 2, 2), fovea::whole_frame, {-1, 2}),
                 fovea::Error);
    try {
        written_planes(rgb_view({}, 0, 3), fovea::whole_frame, {{2, 2}, Interpolation::Area, {}});
        FAIL() << "no error";
    } catch (const fovea::Error &error) {
        EXPECT_STREQ(error.what(), "video frame: expected at least 1x1 pixels, got 0x3");
    }
}

TEST(ToRgb, RoundsToTheNearestLevel)
{
    const fovea::RgbImage image = fovea::to_rgb(rgb_view(four_colours, 2, 2), fovea::whole_frame,
                                                {1, 1}, Interpolation::Area);
    EXPECT_EQ(image.size.width, 1);
    EXPECT_EQ(image.size.height, 1);
    EXPECT_EQ(image.pixels, (std::vector<std::uint8_t>{128, 128, 128})); // 127.5
}

} // namespace
