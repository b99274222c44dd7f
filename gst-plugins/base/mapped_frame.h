// SPDX-License-Identifier: MIT
#pragma once

#include <gst/video/video.h>

#include "fovea/core/image.h"

namespace fovea {

/** \brief Whether MappedFrame takes frames of that format */
bool is_read(GstVideoFormat format);

/** \brief A buffer mapped for reading, without a copy; unmapped when it goes */
class MappedFrame
{
public:
    /** \throw std::runtime_error when the buffer cannot be mapped: it is smaller than its caps say */
    MappedFrame(GstBuffer *buffer, const GstVideoInfo &info, GstMapFlags flags = GST_MAP_READ);
    ~MappedFrame();
    MappedFrame(const MappedFrame &) = delete;
    MappedFrame &operator=(const MappedFrame &) = delete;

    const FrameView &view() const { return view_; }

private:
    GstVideoFrame frame_ = {};
    FrameView view_;
};

} // namespace fovea
