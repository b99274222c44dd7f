// SPDX-License-Identifier: MIT
#include "camera/camera_output.h"

#include <algorithm>
#include <memory>

namespace fovea {

namespace {

/* Below 0 before the segment, where frames lie that are decoded before the first that is shown */
std::optional<Nanoseconds> running_time(GstSample *sample, GstClockTime stamp)
{
    const GstSegment *segment = gst_sample_get_segment(sample);
    if (segment->format != GST_FORMAT_TIME) // of bytes, as HTTP gives them: there are no stamps
        return std::nullopt;
    guint64 time = 0;
    const int sign = gst_segment_to_running_time_full(segment, GST_FORMAT_TIME, stamp, &time);
    if (sign == 0)
        return std::nullopt;
    return sign * static_cast<Nanoseconds>(std::min<guint64>(time, G_MAXINT64));
}

} // namespace

CameraOutput::CameraOutput(GstAppSrc *source) : source_(source)
{
    gst_object_ref(source);
}

CameraOutput::~CameraOutput()
{
    gst_clear_object(&clock_);
    gst_object_unref(source_);
}

void CameraOutput::restart()
{
    times_ = {};
    waits_for_key_ = false;
}

void CameraOutput::connect(GstClock *clock, GstClockTime base, Nanoseconds offset)
{
    gst_object_replace(reinterpret_cast<GstObject **>(&clock_), GST_OBJECT(clock));
    base_ = base;
    times_.connect(offset);
}

bool CameraOutput::has_room(GstBuffer *buffer)
{
    const guint64 most = gst_app_src_get_max_buffers(source_);
    const bool is_key = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    const bool is_full = gst_app_src_get_current_level_buffers(source_) >= most;
    waits_for_key_ = is_full || (waits_for_key_ && !is_key);
    return !waits_for_key_;
}

/* (transfer full) Its memory is that of the connection's buffer */
GstBuffer *CameraOutput::placed(GstSample *sample, bool damaged)
{
    GstBuffer *taken = gst_sample_get_buffer(sample);
    // frames that are shown in another order than they are decoded in keep their distance from it
    const auto running = running_time(sample, GST_BUFFER_DTS_OR_PTS(taken));
    const auto now =
        static_cast<Nanoseconds>(gst_clock_get_time(clock_)) - static_cast<Nanoseconds>(base_);
    const bool is_first = times_.is_first();
    const CameraTimes::Placed placed = times_.place(running, now);
    if (placed.jump && !is_first)
        ++jumps_;

    GstBuffer *buffer = gst_buffer_copy(taken);
    const auto time = static_cast<GstClockTime>(placed.time);
    GST_BUFFER_PTS(buffer) = time;
    if (GST_BUFFER_DTS_IS_VALID(taken)) {
        GST_BUFFER_DTS(buffer) = time;
        if (GST_BUFFER_PTS_IS_VALID(taken) && GST_BUFFER_PTS(taken) > GST_BUFFER_DTS(taken))
            GST_BUFFER_PTS(buffer) += GST_BUFFER_PTS(taken) - GST_BUFFER_DTS(taken);
    }
    if (!GST_BUFFER_DURATION_IS_VALID(
            buffer)) // the rate is not known, and videorate aborts without
        GST_BUFFER_DURATION(buffer) = static_cast<GstClockTime>(placed.step);
    GST_BUFFER_OFFSET(buffer) = GST_BUFFER_OFFSET_NONE;
    if (placed.jump)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
    else
        GST_BUFFER_FLAG_UNSET(buffer, GST_BUFFER_FLAG_DISCONT);
    if (damaged)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_CORRUPTED);
    return buffer;
}

void CameraOutput::deliver(GstSample *sample, bool damaged)
{
    if (!has_room(gst_sample_get_buffer(sample))) {
        ++dropped_;
        return;
    }
    GstBuffer *buffer = placed(sample, damaged);
    const std::unique_ptr<GstSample, decltype(&gst_sample_unref)> out(
        gst_sample_new(buffer, gst_sample_get_caps(sample), nullptr, nullptr), gst_sample_unref);
    gst_buffer_unref(buffer);
    gst_app_src_push_sample(source_, out.get());
    ++delivered_;
}

} // namespace fovea
