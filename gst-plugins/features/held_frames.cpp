// SPDX-License-Identifier: MIT
#include "features/held_frames.h"

#include <string>
#include <utility>

#include "base/picture_hash.h"
#include "fovea/core/errors.h"

namespace fovea {

HeldFrame HeldFrames::hold(const Frame &frame, std::shared_ptr<const GstVideoInfo> info) const
{
    const std::size_t bytes = gst_buffer_get_size(frame.buffer);
    *bytes_ += bytes;
    return {{gst_buffer_copy(frame.buffer),
             [counter = bytes_, bytes](GstBuffer *buffer) {
                 *counter -= bytes;
                 gst_buffer_unref(buffer);
             }},
            std::move(info),
            {frame.time, frame.time + frame.duration},
            picture_hash(frame.buffer, *frame.info)};
}

void HeldFrames::check(const Frame &frame, int limit) const
{
    constexpr std::size_t mebibyte = 1U << 20U;
    if (*bytes_ <= static_cast<std::size_t>(limit) * mebibyte)
        return;
    throw Error(Error::Kind::Settings,
                "property focus-memory: the original frames of a clip, " +
                    std::to_string(GST_VIDEO_INFO_WIDTH(frame.info)) + " x " +
                    std::to_string(GST_VIDEO_INFO_HEIGHT(frame.info)) + ", take more than " +
                    std::to_string(limit) +
                    " MiB; raise it, or scale the video down before foveafeatures");
}

} // namespace fovea
