// SPDX-License-Identifier: MIT
#include "base/stream_ends.h"

#include <utility>

namespace fovea {

StreamEnds::End StreamEnds::take(GstEvent *event)
{
    switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_EOS:
        return std::exchange(drained_, true) ? End::None : End::Drain;
    case GST_EVENT_SEGMENT_DONE:
        return !has_frames_ || std::exchange(drained_, true) ? End::None : End::Drain;
    case GST_EVENT_STREAM_START:
        return next(event);
    default:
        return End::None;
    }
}

StreamEnds::End StreamEnds::next(GstEvent *start)
{
    const gchar *id = nullptr; // the event's
    gst_event_parse_stream_start(start, &id);
    if (id_ == id)
        return End::None;
    id_ = id;
    if (!has_frames_)
        return End::None;
    return drained_ ? End::Next : End::DrainAndNext;
}

void StreamEnds::see_frame()
{
    has_frames_ = true;
    drained_ = false;
}

void StreamEnds::forget_frames()
{
    has_frames_ = false;
    drained_ = false;
}

} // namespace fovea
