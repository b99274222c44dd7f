// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "features/region_clips.h"
#include "fovea/flow/flow_pictures.h"

namespace fovea {

/** \brief Frames of a stream as pictures of their optical flow, for networks that see it */
class FlowFrames
{
public:
    /** \throw Error as FlowPictures */
    explicit FlowFrames(FlowMethod method) : pictures_(method) {}

    /** \return times, metadata and picture_hash() of \a frame, the pixels of its flow (RGB) */
    HeldFrame of(const HeldFrame &frame);

    /** \brief The stream jumped: the next frame has none before it */
    void restart() { pictures_.restart(); }

private:
    FlowPictures pictures_;
    std::shared_ptr<GstVideoInfo> info_; ///< of the pictures; null before the first
};

} // namespace fovea
