// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>

#include "camera/camera_times.h"

namespace fovea {

/** \brief A way out of the element: frames of one connection after the other in one running time */
class CameraOutput
{
public:
    /** \param source (transfer none) of the element; it is given a reference */
    explicit CameraOutput(GstAppSrc *source);
    ~CameraOutput();
    CameraOutput(const CameraOutput &) = delete;
    CameraOutput &operator=(const CameraOutput &) = delete;

    /** \brief The running time begins anew */
    void restart();

    /** \brief Before the first frame of a connection; see CameraTimes */
    void connect(GstClock *clock, GstClockTime base, Nanoseconds offset);

    /** \brief From a connection's thread; one at a time \param damaged goes with the flag CORRUPTED */
    void deliver(GstSample *sample, bool damaged = false);

    std::uint64_t delivered() const { return delivered_; }

    std::uint64_t dropped() const { return dropped_; } ///< downstream was full

    std::uint64_t jumps() const { return jumps_; } ///< stamps that were not believed

private:
    bool has_room(GstBuffer *buffer);
    GstBuffer *placed(GstSample *sample, bool damaged);

    GstAppSrc *source_;
    GstClock *clock_ = nullptr;
    GstClockTime base_ = 0;
    CameraTimes times_;
    bool waits_for_key_ = false; ///< a part of the encoded stream was dropped
    std::atomic<std::uint64_t> delivered_{0};
    std::atomic<std::uint64_t> dropped_{0};
    std::atomic<std::uint64_t> jumps_{0};
};

} // namespace fovea
