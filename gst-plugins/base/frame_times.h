// SPDX-License-Identifier: MIT
#pragma once

#include <gst/video/video.h>

#include "fovea/core/frame_clock.h"

namespace fovea {

/** \brief Of a frame where nothing says how long it lasts: 25 a second */
constexpr GstClockTime usual_duration = GST_SECOND / 25;

/** \brief Stream times of the frames that come, whatever their buffers say: stamps are evidence, not truth */
class FrameTimes
{
public:
    struct Time {
        Nanoseconds start = 0; ///< stream time
        Nanoseconds duration = 0;
    };

    /**
     * \brief When \a buffer begins, and how long it lasts
     *
     * A buffer without a stamp, or with one outside \a segment or beyond 146 years, begins where the one
     * before ended. One without a duration lasts as long as was measured; without a stamp too as \a info
     * states, else as measured, else as is usual.
     */
    Time of(GstBuffer *buffer, const GstSegment &segment, const GstVideoInfo &info);

    /**
     * \brief Whether \a buffer, which is flagged as behind something lost, begins another stream
     *
     * Lost packets, and queues that leak under load, leave steps of a few frames: over up to half a second,
     * or two frames of a slower stream, it goes on. So does one without a stamp.
     */
    bool is_far(GstBuffer *buffer, const GstSegment &segment) const;

    /** \brief Frames a second as measured; 0: not known */
    double rate() const { return clock_.rate(); }

    /** \brief The stream jumped: what was measured no longer holds */
    void restart() { clock_.restart(); }

private:
    GstClockTime duration_of(GstBuffer *buffer, const GstVideoInfo &info) const;
    GstClockTime likely_duration(const GstVideoInfo &info) const;

    GstClockTime next_ = 0; ///< for buffers without a time stamp
    FrameClock clock_;
};

} // namespace fovea
