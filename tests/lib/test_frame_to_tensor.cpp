// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "fovea/video/frame_to_tensor.h"
#include "reference_frame.h"
#include "written_planes.h"

namespace {

using fovea::Box;
using fovea::Colorimetry;
using fovea::FrameToTensor;
using fovea::FrameView;
using fovea::ImageSize;
using fovea::Interpolation;
using fovea::PixelFormat;
using fovea::test::Content;
using fovea::test::Frame;
using fovea::test::GuardedVector;
using fovea::test::is_yuv;
using fovea::test::to_rgb_by_opencv;
using fovea::test::yuv_to_rgb_by_definition;

/** One axis after the other, in floats: area where it shrinks, if asked for, else bilinear */
cv::Mat resized(const cv::Mat &rgb, ImageSize size, Interpolation interpolation)
{
    const auto flag = [&](int source, int target) {
        return interpolation == Interpolation::Area && source > target ? cv::INTER_AREA
                                                                       : cv::INTER_LINEAR;
    };
    cv::Mat floats;
    rgb.convertTo(floats, CV_32FC3);
    cv::Mat wide;
    cv::resize(floats, wide, {size.width, floats.rows}, 0, 0, flag(floats.cols, size.width));
    cv::Mat result;
    cv::resize(wide, result, {size.width, size.height}, 0, 0, flag(floats.rows, size.height));
    return result;
}

Box box_of(const cv::Rect &rect, const FrameView &frame)
{
    const auto share = [](int part, int all) {
        return static_cast<float>(part) / static_cast<float>(all);
    };
    return {share(rect.x, frame.width), share(rect.y, frame.height), share(rect.width, frame.width),
            share(rect.height, frame.height)};
}

/** Mean under 1 and maximum under 3 levels of 255 */
void expect_close(const std::vector<float> &planes, const cv::Mat &expected)
{
    const auto count = expected.total();
    double sum = 0;
    double worst = 0;
    for (std::size_t i = 0; i < 3 * count; ++i) {
        const auto at = static_cast<int>(i % count);
        const cv::Vec3f pixel = expected.at<cv::Vec3f>(at / expected.cols, at % expected.cols);
        const double difference =
            std::abs(double{planes[i]} * 255 - double{pixel[static_cast<int>(i / count)]});
        sum += difference;
        worst = std::isnan(difference) ? 1e9 : std::max(worst, difference);
    }
    EXPECT_LT(sum / static_cast<double>(3 * count), 1);
    EXPECT_LT(worst, 3);
}

struct Shape {
    ImageSize frame;
    cv::Rect rect;
    ImageSize size;
};

const std::vector<Shape> shapes = {
    {{64, 48}, {0, 0, 64, 48}, {64, 48}},   {{64, 48}, {0, 0, 64, 48}, {24, 24}},
    {{101, 75}, {0, 0, 101, 75}, {24, 17}}, {{101, 75}, {13, 7, 61, 41}, {33, 19}},
    {{101, 75}, {12, 9, 30, 20}, {64, 64}}, {{101, 75}, {31, 5, 70, 9}, {17, 40}},
    {{101, 75}, {100, 74, 1, 1}, {5, 3}},   {{17, 13}, {0, 0, 17, 13}, {96, 96}},
    {{3, 600}, {0, 0, 3, 600}, {1, 2}},     {{1, 1}, {0, 0, 1, 1}, {4, 4}},
    {{2, 1}, {1, 0, 1, 1}, {1, 1}},         {{333, 250}, {0, 0, 333, 250}, {96, 96}},
    {{160, 90}, {0, 0, 160, 90}, {40, 18}}, {{301, 45}, {85, 3, 215, 41}, {96, 10}},
    {{301, 45}, {84, 4, 217, 41}, {9, 8}},  {{150, 60}, {141, 0, 9, 60}, {3, 6}},
};

class EveryFormat : public testing::TestWithParam<PixelFormat>
{
};

TEST_P(EveryFormat, MatchesOpenCv)
{
    for (const Shape &shape : shapes)
        for (const Content content : {Content::Smooth, Content::Noise})
            for (const Interpolation interpolation :
                 {Interpolation::Bilinear, Interpolation::Area}) {
                SCOPED_TRACE(testing::Message()
                             << shape.frame.width << "x" << shape.frame.height << " to "
                             << shape.size.width << "x" << shape.size.height
                             << (content == Content::Noise ? " noise" : " smooth")
                             << (interpolation == Interpolation::Area ? " area" : " bilinear"));
                const Frame frame(GetParam(), shape.frame, content);
                const cv::Mat rgb = to_rgb_by_opencv(frame)(shape.rect);
                expect_close(written_planes(frame.view, box_of(shape.rect, frame.view),
                                            {shape.size, interpolation, {}}),
                             resized(rgb, shape.size, interpolation));
            }
}

TEST_P(EveryFormat, AtItsOwnSizeIsThePlainConversion)
{
    const Frame frame(GetParam(), {37, 21}, Content::Noise);
    const fovea::RgbImage image = fovea::to_rgb(frame.view, fovea::whole_frame, {37, 21});
    ASSERT_EQ(image.pixels.size(), 37U * 21 * 3);

    const cv::Mat expected = to_rgb_by_opencv(frame).clone().reshape(1, 1);
    const int tolerance = is_yuv(GetParam()) ? 1 : 0; // two roundings of the same real number
    for (int i = 0; i < expected.cols; ++i)
        ASSERT_NEAR(image.pixels[static_cast<std::size_t>(i)], expected.at<std::uint8_t>(i),
                    tolerance)
            << "byte " << i;
}

std::string name_of(const testing::TestParamInfo<PixelFormat> &info)
{
    const std::array<const char *, 10> names = {"I420", "NV12", "YUY2", "RGB",  "BGR",
                                                "RGBx", "BGRx", "RGBA", "BGRA", "GRAY8"};
    return names.at(static_cast<std::size_t>(info.param));
}

INSTANTIATE_TEST_SUITE_P(Frames, EveryFormat,
                         testing::Values(PixelFormat::I420, PixelFormat::NV12, PixelFormat::YUY2,
                                         PixelFormat::RGB, PixelFormat::BGR, PixelFormat::RGBx,
                                         PixelFormat::BGRx, PixelFormat::RGBA, PixelFormat::BGRA,
                                         PixelFormat::GRAY8),
                         name_of);

TEST(FrameToTensor, HonoursMatrixAndRange)
{
    for (const PixelFormat format : {PixelFormat::I420, PixelFormat::NV12, PixelFormat::YUY2})
        for (const auto matrix : {Colorimetry::Matrix::Bt601, Colorimetry::Matrix::Bt709})
            for (const auto range : {Colorimetry::Range::Limited, Colorimetry::Range::Full}) {
                const Frame frame(format, {51, 39}, Content::Noise, {matrix, range});
                const cv::Mat rgb = yuv_to_rgb_by_definition(frame);
                expect_close(written_planes(frame.view, fovea::whole_frame, {{51, 39}, {}, {}}),
                             resized(rgb, {51, 39}, Interpolation::Bilinear));
                expect_close(written_planes(frame.view, fovea::whole_frame,
                                            {{20, 20}, Interpolation::Area, {}}),
                             resized(rgb, {20, 20}, Interpolation::Area));
            }
}

/** Planes that end where memory does, without bytes between rows */
TEST(FrameToTensor, ReadsNothingBehindTheLastRow)
{
    for (const ImageSize size : {ImageSize{66, 8}, ImageSize{67, 9}, ImageSize{3, 3}}) {
        const auto luma = static_cast<std::size_t>(size.width * size.height);
        const auto columns = (size.width + 1) / 2;
        const auto chroma = static_cast<std::size_t>(columns * ((size.height + 1) / 2));
        const GuardedVector<std::uint8_t> y(luma, 235);
        const GuardedVector<std::uint8_t> u(chroma, 128);
        const GuardedVector<std::uint8_t> v(chroma, 128);
        FrameView frame;
        frame.format = PixelFormat::I420;
        frame.width = size.width;
        frame.height = size.height;
        frame.planes = {y.data(), u.data(), v.data()};
        frame.strides = {size.width, columns, columns};
        const GuardedVector<std::uint8_t> uv(2 * chroma, 128);
        FrameView nv12 = frame;
        nv12.format = PixelFormat::NV12;
        nv12.planes = {y.data(), uv.data()};
        nv12.strides = {size.width, 2 * columns};
        for (const FrameView &view : {frame, nv12})
            for (const Interpolation interpolation : {Interpolation::Bilinear, Interpolation::Area})
                for (const float value :
                     written_planes(view, fovea::whole_frame, {{2, 2}, interpolation, {}}))
                    EXPECT_NEAR(value, 1, 1e-5) << size.width;
    }
}

TEST(FrameToTensor, ServesFramesOfChangingSize)
{
    FrameToTensor converter({{24, 24}, Interpolation::Area, {}});
    for (const ImageSize size : {ImageSize{64, 48}, ImageSize{31, 48}, ImageSize{64, 7}}) {
        const Frame frame(PixelFormat::I420, size, Content::Smooth);
        std::vector<float> out(3 * 24 * 24);
        converter.write(frame.view, fovea::whole_frame, out.data(), 24 * 24);
        expect_close(out, resized(to_rgb_by_opencv(frame), {24, 24}, Interpolation::Area));
    }
}

} // namespace
