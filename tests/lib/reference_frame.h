// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "fovea/core/image.h"
#include "guarded_vector.h"

/** Frames of every format and what they look like in RGB, by OpenCV and by definition */
namespace fovea::test {

constexpr Colorimetry bt601 = {Colorimetry::Matrix::Bt601, Colorimetry::Range::Limited};

enum class Content { Smooth, Noise };

inline bool is_yuv(PixelFormat format)
{
    return format == PixelFormat::I420 || format == PixelFormat::NV12 ||
           format == PixelFormat::YUY2;
}

/** Slopes and hard edges, or noise: noise in Y, U and V also leaves the range of RGB */
inline cv::Mat plane(int width, int height, int channels, Content content, int seed)
{
    cv::Mat values(height, width, CV_8UC(channels));
    if (content == Content::Noise) {
        cv::RNG(static_cast<std::uint64_t>(seed + 1)).fill(values, cv::RNG::UNIFORM, 0, 256);
        return values;
    }
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width * channels; ++x) {
            const int channel = x % channels + seed;
            const int column = x / channels;
            const int slope = (3 * column + (2 + channel) * y + 40 * channel) % 200 + 20;
            const bool edge = (column / 7 + y / 5 + channel) % 4 == 0;
            values.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(edge ? 255 - slope : slope);
        }
    return values;
}

/** A frame in memory: every row is followed by bytes that must not matter, the last of each plane by none */
class Frame
{
public:
    Frame(const Frame &) = delete;
    Frame &operator=(const Frame &) = delete;

    Frame(PixelFormat format, ImageSize size, Content content, Colorimetry colorimetry = bt601)
    {
        view.format = format;
        view.width = size.width;
        view.height = size.height;
        view.colorimetry = colorimetry;
        const int columns = (size.width + 1) / 2;
        const int rows = (size.height + 1) / 2;
        switch (format) {
        case PixelFormat::I420:
            add(plane(size.width, size.height, 1, content, 0));
            add(plane(columns, rows, 1, content, 1));
            add(plane(columns, rows, 1, content, 2));
            break;
        case PixelFormat::NV12:
            add(plane(size.width, size.height, 1, content, 0));
            add(plane(columns, rows, 2, content, 1));
            break;
        case PixelFormat::YUY2:
            add(plane(columns, size.height, 4, content, 0));
            break;
        case PixelFormat::GRAY8:
            add(plane(size.width, size.height, 1, content, 0));
            break;
        case PixelFormat::RGB:
        case PixelFormat::BGR:
            add(plane(size.width, size.height, 3, content, 0));
            break;
        default:
            add(plane(size.width, size.height, 4, content, 0));
        }
    }

    /** Y, U and V of a pixel; the chroma of the pair it belongs to */
    cv::Vec3i yuv(int x, int y) const
    {
        switch (view.format) {
        case PixelFormat::I420:
            return {byte(0, x, y), byte(1, x / 2, y / 2), byte(2, x / 2, y / 2)};
        case PixelFormat::NV12:
            return {byte(0, x, y), byte(1, x / 2 * 2, y / 2), byte(1, x / 2 * 2 + 1, y / 2)};
        default:
            return {byte(0, 2 * x, y), byte(0, x / 2 * 4 + 1, y), byte(0, x / 2 * 4 + 3, y)};
        }
    }

    int byte(std::size_t plane, int x, int y) const
    {
        return view.planes[plane][y * view.strides[plane] + x];
    }

    FrameView view;

private:
    void add(const cv::Mat &values)
    {
        const int padding = 13;
        cv::Mat padded;
        cv::copyMakeBorder(values.reshape(1), padded, 0, 0, 0, padding, cv::BORDER_CONSTANT, 177);
        view.strides[memory_.size()] = static_cast<int>(padded.step);
        memory_.emplace_back(padded.data, padded.data + padded.total() - padding);
        view.planes[memory_.size() - 1] = memory_.back().data();
    }

    std::vector<GuardedVector<std::uint8_t>> memory_;
};

/** The definition of ITU-R BT.601 and BT.709, rounded to bytes; blacker than black is black */
inline cv::Vec3b to_rgb_by_definition(const cv::Vec3i &yuv, const Colorimetry &colorimetry)
{
    const bool limited = colorimetry.range == Colorimetry::Range::Limited;
    const bool bt709 = colorimetry.matrix == Colorimetry::Matrix::Bt709;
    const double kr = bt709 ? 0.2126 : 0.299;
    const double kb = bt709 ? 0.0722 : 0.114;
    const double y = limited ? std::max(0, yuv[0] - 16) / 219.0 : yuv[0] / 255.0;
    const double u = (yuv[1] - 128) / (limited ? 224.0 : 255.0);
    const double v = (yuv[2] - 128) / (limited ? 224.0 : 255.0);
    const double r = y + 2 * (1 - kr) * v;
    const double b = y + 2 * (1 - kb) * u;
    const double g = (y - kr * r - kb * b) / (1 - kr - kb);
    return {cv::saturate_cast<std::uint8_t>(255 * r), cv::saturate_cast<std::uint8_t>(255 * g),
            cv::saturate_cast<std::uint8_t>(255 * b)};
}

inline cv::Mat yuv_to_rgb_by_definition(const Frame &frame)
{
    cv::Mat rgb(frame.view.height, frame.view.width, CV_8UC3);
    for (int y = 0; y < rgb.rows; ++y)
        for (int x = 0; x < rgb.cols; ++x)
            rgb.at<cv::Vec3b>(y, x) = to_rgb_by_definition(frame.yuv(x, y), frame.view.colorimetry);
    return rgb;
}

/** cvtColor takes even sizes, planes without padding: odd frames get a column and a row more */
inline cv::Mat yuv_to_rgb_by_opencv(const Frame &frame)
{
    const FrameView &view = frame.view;
    const int width = (view.width + 1) / 2 * 2;
    const int height = (view.height + 1) / 2 * 2;
    const bool packed = view.format == PixelFormat::YUY2;
    cv::Mat yuv =
        packed ? cv::Mat(height, width, CV_8UC2) : cv::Mat(height * 3 / 2, width, CV_8UC1);
    std::uint8_t *u = yuv.data + width * height;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const cv::Vec3i pixel =
                frame.yuv(std::min(x, view.width - 1), std::min(y, view.height - 1));
            const auto luma = static_cast<std::uint8_t>(pixel[0]);
            const auto chroma_u = static_cast<std::uint8_t>(pixel[1]);
            const auto chroma_v = static_cast<std::uint8_t>(pixel[2]);
            if (packed) {
                yuv.at<cv::Vec2b>(y, x) = {luma, x % 2 == 0 ? chroma_u : chroma_v};
                continue;
            }
            yuv.at<std::uint8_t>(y, x) = luma;
            u[y / 2 * (width / 2) + x / 2] = chroma_u;
            u[width * height / 4 + y / 2 * (width / 2) + x / 2] = chroma_v;
        }
    cv::Mat rgb;
    cv::cvtColor(yuv, rgb, packed ? cv::COLOR_YUV2RGB_YUY2 : cv::COLOR_YUV2RGB_I420);
    return rgb(cv::Rect(0, 0, view.width, view.height)).clone();
}

inline cv::Mat to_rgb_by_opencv(const Frame &frame)
{
    const FrameView &view = frame.view;
    if (is_yuv(view.format))
        return yuv_to_rgb_by_opencv(frame);

    const auto mapped = [&](int type) {
        return cv::Mat(view.height, view.width, type, const_cast<std::uint8_t *>(view.planes[0]),
                       static_cast<std::size_t>(view.strides[0]));
    };
    cv::Mat rgb;
    switch (view.format) {
    case PixelFormat::GRAY8:
        cv::cvtColor(mapped(CV_8UC1), rgb, cv::COLOR_GRAY2RGB);
        return rgb;
    case PixelFormat::BGR:
        cv::cvtColor(mapped(CV_8UC3), rgb, cv::COLOR_BGR2RGB);
        return rgb;
    case PixelFormat::RGB:
        return mapped(CV_8UC3);
    case PixelFormat::BGRx:
    case PixelFormat::BGRA:
        cv::cvtColor(mapped(CV_8UC4), rgb, cv::COLOR_BGRA2RGB);
        return rgb;
    default:
        cv::cvtColor(mapped(CV_8UC4), rgb, cv::COLOR_RGBA2RGB);
        return rgb;
    }
}

} // namespace fovea::test
