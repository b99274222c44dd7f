// SPDX-License-Identifier: MIT
#include "base/live.h"

#include <memory>

#include <gst/base/gstbasetransform.h>

namespace fovea {

bool upstream_is_live(GstElement *element)
{
    const std::unique_ptr<GstQuery, decltype(&gst_query_unref)> query(gst_query_new_latency(),
                                                                      gst_query_unref);
    if (!gst_pad_peer_query(GST_BASE_TRANSFORM_SINK_PAD(element), query.get()))
        return false;

    gboolean live = FALSE;
    gst_query_parse_latency(query.get(), &live, nullptr, nullptr);
    return live != FALSE;
}

bool skips_work(Leaky leaky, GstElement *element)
{
    if (leaky == Leaky::Auto)
        return upstream_is_live(element);
    return leaky == Leaky::Always;
}

GstStructure *stats_of(const WorkCounts &counts)
{
    return gst_structure_new("application/x-fovea-stats", "processed", G_TYPE_UINT64,
                             static_cast<guint64>(counts.processed), "dropped", G_TYPE_UINT64,
                             static_cast<guint64>(counts.dropped), nullptr);
}

void DropReport::count_and_post(const Frame &frame, WorkCounts *counts)
{
    ++counts->dropped;
    const gint64 now_us = g_get_monotonic_time();
    if (now_us < next_us_)
        return;
    next_us_ = now_us + interval_us;

    const GstClockTime pts = GST_BUFFER_PTS(frame.buffer);
    const GstSegment *segment = &GST_BASE_TRANSFORM(frame.element)->segment;
    const GstClockTime running_time =
        segment->format == GST_FORMAT_TIME
            ? gst_segment_to_running_time(segment, GST_FORMAT_TIME, pts)
            : GST_CLOCK_TIME_NONE;
    GstMessage *message = gst_message_new_qos(GST_OBJECT(frame.element), /*live=*/TRUE,
                                              running_time, static_cast<GstClockTime>(frame.time),
                                              pts, static_cast<GstClockTime>(frame.duration));
    gst_message_set_qos_stats(message, GST_FORMAT_BUFFERS, counts->processed, counts->dropped);
    gst_element_post_message(frame.element, message);
}

} // namespace fovea
