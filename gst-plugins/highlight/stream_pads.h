// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <gst/gst.h>

#include "fovea/core/time.h"

namespace fovea {

/** \brief A stream that comes in at \a sink and, cut and with new time stamps, goes on at \a src */
struct StreamPads {
    GstPad *sink = nullptr; ///< of the element, which outlives this
    GstPad *src = nullptr;
    GstSegment segment = {}; ///< of what comes in
    bool begun = false;      ///< the segment of what goes on was sent

    /** \brief The stream, new or after a flush */
    void restart();

    /**
     * \brief Takes a segment in; the first of a stream is answered by one that begins at 0
     * \throw Error Settings when it does not count in time
     */
    void take_segment(GstEvent *event);

    /** \brief Stream time of \a time, which counts as the segment does; none outside of it */
    std::optional<Nanoseconds> stream_time(GstClockTime time) const;

    /** \brief Sends \a buffer (transfer full) on at \a time of the output */
    GstFlowReturn push(GstBuffer *buffer, Nanoseconds time, Nanoseconds duration);
};

} // namespace fovea
