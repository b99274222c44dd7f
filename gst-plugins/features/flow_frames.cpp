// SPDX-License-Identifier: MIT
#include "features/flow_frames.h"

#include <cstddef>

#include "base/mapped_frame.h"

namespace fovea {

HeldFrame FlowFrames::of(const HeldFrame &frame)
{
    const RgbImage picture = pictures_.next(MappedFrame(frame.buffer.get(), *frame.info).view());
    const auto width = static_cast<guint>(picture.size.width);
    const auto height = static_cast<guint>(picture.size.height);
    if (info_ == nullptr || GST_VIDEO_INFO_WIDTH(info_.get()) != picture.size.width ||
        GST_VIDEO_INFO_HEIGHT(info_.get()) != picture.size.height) {
        info_ = std::make_shared<GstVideoInfo>();
        gst_video_info_set_format(info_.get(), GST_VIDEO_FORMAT_RGB, width, height);
    }
    GstBuffer *buffer = gst_buffer_new_allocate(nullptr, info_->size, nullptr);
    const std::size_t row = 3 * static_cast<std::size_t>(width);
    const auto stride = static_cast<std::size_t>(GST_VIDEO_INFO_PLANE_STRIDE(info_.get(), 0));
    for (guint y = 0; y < height; ++y)
        gst_buffer_fill(buffer, y * stride, &picture.pixels[y * row], row);
    gst_buffer_copy_into(buffer, frame.buffer.get(),
                         static_cast<GstBufferCopyFlags>(GST_BUFFER_COPY_METADATA), 0, -1);
    return {{buffer, gst_buffer_unref}, info_, frame.time, frame.picture};
}

} // namespace fovea
