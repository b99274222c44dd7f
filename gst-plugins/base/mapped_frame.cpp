// SPDX-License-Identifier: MIT
#include "base/mapped_frame.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

std::optional<PixelFormat> pixel_format(GstVideoFormat format)
{
    switch (format) {
    case GST_VIDEO_FORMAT_I420:
        return PixelFormat::I420;
    case GST_VIDEO_FORMAT_NV12:
        return PixelFormat::NV12;
    case GST_VIDEO_FORMAT_YUY2:
        return PixelFormat::YUY2;
    case GST_VIDEO_FORMAT_RGB:
        return PixelFormat::RGB;
    case GST_VIDEO_FORMAT_BGR:
        return PixelFormat::BGR;
    case GST_VIDEO_FORMAT_RGBx:
        return PixelFormat::RGBx;
    case GST_VIDEO_FORMAT_BGRx:
        return PixelFormat::BGRx;
    case GST_VIDEO_FORMAT_RGBA:
        return PixelFormat::RGBA;
    case GST_VIDEO_FORMAT_BGRA:
        return PixelFormat::BGRA;
    case GST_VIDEO_FORMAT_GRAY8:
        return PixelFormat::GRAY8;
    default:
        return std::nullopt;
    }
}

PixelFormat read_format(GstVideoFormat format)
{
    if (const auto read = pixel_format(format))
        return *read;
    throw Error(Error::Kind::Settings, std::string("video format ") +
                                           gst_video_format_to_string(format) +
                                           " is not read; put videoconvert before it");
}

} // namespace

bool is_read(GstVideoFormat format)
{
    return pixel_format(format).has_value();
}

MappedFrame::MappedFrame(GstBuffer *buffer, const GstVideoInfo &info, GstMapFlags flags)
{
    view_.format = read_format(GST_VIDEO_INFO_FORMAT(&info));
    if (!gst_video_frame_map(&frame_, &info, buffer, flags))
        throw std::runtime_error(
            "a video buffer of " + std::to_string(gst_buffer_get_size(buffer)) +
            " bytes cannot be mapped, its caps need " + std::to_string(GST_VIDEO_INFO_SIZE(&info)));

    view_.width = GST_VIDEO_FRAME_WIDTH(&frame_);
    view_.height = GST_VIDEO_FRAME_HEIGHT(&frame_);
    view_.colorimetry = colorimetry_of(gst_video_color_matrix_to_iso(info.colorimetry.matrix),
                                       info.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255);
    const guint planes = std::min<guint>(GST_VIDEO_FRAME_N_PLANES(&frame_), view_.planes.size());
    for (guint i = 0; i < planes; ++i) {
        view_.planes[i] = static_cast<const guint8 *>(GST_VIDEO_FRAME_PLANE_DATA(&frame_, i));
        view_.strides[i] = GST_VIDEO_FRAME_PLANE_STRIDE(&frame_, i);
    }
}

MappedFrame::~MappedFrame()
{
    gst_video_frame_unmap(&frame_);
}

} // namespace fovea
