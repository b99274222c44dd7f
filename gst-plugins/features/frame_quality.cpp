// SPDX-License-Identifier: MIT
#include "features/frame_quality.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "base/mapped_frame.h"

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

std::uint64_t picture_of(const Frame &frame)
{
    GstMemory *memory = gst_buffer_peek_memory(frame.buffer, 0);
    if (memory == nullptr || gst_memory_is_type(memory, "gst.cuda.memory") != FALSE)
        return 0;
    const MappedFrame mapped(frame.buffer, *frame.info);
    const FrameView &view = mapped.view();
    const std::size_t bytes = bytes_a_row(*frame.info);
    const int rows = std::min(looked_at_rows, view.height);
    std::uint64_t picture = 1;
    for (int i = 0; i < rows; ++i) {
        const std::ptrdiff_t y = static_cast<std::ptrdiff_t>(i) * view.height / rows;
        const auto *row = reinterpret_cast<const char *>(view.planes[0] + y * view.strides[0]);
        picture = picture * 0x9E3779B97F4A7C15U + std::hash<std::string_view>()({row, bytes});
    }
    return picture == 0 ? 1 : picture;
}

FoveaFrameCounts counts_of(const std::vector<HeldFrame> &clip, std::size_t first, std::size_t end)
{
    FoveaFrameCounts counts = {};
    for (std::size_t i = first; i < end; ++i) {
        const HeldFrame &frame = clip[i];
        ++counts.seen;
        if (GST_BUFFER_FLAG_IS_SET(frame.buffer.get(), GST_BUFFER_FLAG_CORRUPTED))
            ++counts.corrupt;
        if (i == 0)
            continue;
        if (frame.buffer == clip[i - 1].buffer)
            ++counts.repeated;
        else if (frame.picture != 0 && frame.picture == clip[i - 1].picture)
            ++counts.frozen;
    }
    return counts;
}

} // namespace fovea
