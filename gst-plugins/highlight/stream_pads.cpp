// SPDX-License-Identifier: MIT
#include "highlight/stream_pads.h"

#include <string>

#include "fovea/core/errors.h"

namespace fovea {

void StreamPads::restart()
{
    gst_segment_init(&segment, GST_FORMAT_UNDEFINED);
    begun = false;
}

void StreamPads::take_segment(GstEvent *event)
{
    gst_event_copy_segment(event, &segment);
    if (segment.format != GST_FORMAT_TIME)
        throw Error(Error::Kind::Settings,
                    std::string("the stream counts in ") + gst_format_get_name(segment.format) +
                        ", expected time; put a parser or a decoder before foveahighlight");
    if (begun)
        return;
    GstSegment own;
    gst_segment_init(&own, GST_FORMAT_TIME);
    GstEvent *answer = gst_event_new_segment(&own);
    gst_event_set_seqnum(answer, gst_event_get_seqnum(event));
    gst_pad_push_event(src, answer);
    begun = true;
}

std::optional<Nanoseconds> StreamPads::stream_time(GstClockTime time) const
{
    const guint64 found = gst_segment_to_stream_time(&segment, GST_FORMAT_TIME, time);
    if (!GST_CLOCK_TIME_IS_VALID(found) || found > GstClockTime{longest_time})
        return {};
    return static_cast<Nanoseconds>(found);
}

GstFlowReturn StreamPads::push(GstBuffer *buffer, Nanoseconds time, Nanoseconds duration)
{
    GstBuffer *moved = gst_buffer_make_writable(buffer);
    GST_BUFFER_PTS(moved) = static_cast<GstClockTime>(time);
    GST_BUFFER_DTS(moved) = GST_CLOCK_TIME_NONE;
    GST_BUFFER_DURATION(moved) = static_cast<GstClockTime>(duration);
    GST_BUFFER_OFFSET(moved) = GST_BUFFER_OFFSET_NONE;
    GST_BUFFER_OFFSET_END(moved) = GST_BUFFER_OFFSET_NONE;
    GST_BUFFER_FLAG_UNSET(moved, GST_BUFFER_FLAG_DISCONT); // what was left out leaves no gap
    return gst_pad_push(src, moved);
}

} // namespace fovea
