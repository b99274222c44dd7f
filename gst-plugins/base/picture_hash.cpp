// SPDX-License-Identifier: MIT
#include "base/picture_hash.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string_view>

namespace fovea {

namespace {

constexpr int looked_at_rows = 32; // a moving person crosses several; some 10 us a frame

/* In the first plane, which holds the brightness, or all of it */
std::size_t bytes_a_row(const GstVideoInfo &info)
{
    return static_cast<std::size_t>(GST_VIDEO_INFO_COMP_PSTRIDE(&info, 0)) *
           static_cast<std::size_t>(GST_VIDEO_INFO_WIDTH(&info));
}

} // namespace

std::uint64_t picture_hash(GstBuffer *buffer, const GstVideoInfo &info)
{
    GstMemory *memory = gst_buffer_peek_memory(buffer, 0);
    if (memory == nullptr || gst_memory_is_type(memory, "gst.cuda.memory") != FALSE)
        return 0;
    GstVideoFrame frame;
    if (gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ) == FALSE)
        return 0;
    const std::size_t bytes = bytes_a_row(info);
    const int rows = std::min(looked_at_rows, GST_VIDEO_FRAME_HEIGHT(&frame));
    std::uint64_t picture = 1;
    for (int i = 0; i < rows; ++i) {
        const auto y = static_cast<std::ptrdiff_t>(i) * GST_VIDEO_FRAME_HEIGHT(&frame) / rows;
        const auto *row = static_cast<const char *>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0)) +
                          y * GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0);
        picture = picture * 0x9E3779B97F4A7C15U + std::hash<std::string_view>()({row, bytes});
    }
    gst_video_frame_unmap(&frame);
    return picture == 0 ? 1 : picture;
}

} // namespace fovea
