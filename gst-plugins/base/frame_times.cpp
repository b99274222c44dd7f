// SPDX-License-Identifier: MIT
#include "base/frame_times.h"

#include <algorithm>

namespace fovea {

namespace {

constexpr GstClockTime longest{longest_time};

/* A stamp outside its segment is none. */
GstClockTime stream_time(const GstSegment &segment, GstClockTime pts)
{
    if (!GST_CLOCK_TIME_IS_VALID(pts) || segment.format != GST_FORMAT_TIME)
        return pts;
    return gst_segment_to_stream_time(&segment, GST_FORMAT_TIME, pts);
}

} // namespace

GstClockTime FrameTimes::duration_of(GstBuffer *buffer, const GstVideoInfo &info) const
{
    if (GST_BUFFER_DURATION_IS_VALID(buffer))
        return std::min(GST_BUFFER_DURATION(buffer), longest);
    if (GST_BUFFER_PTS_IS_VALID(buffer))
        return static_cast<GstClockTime>(clock_.interval());
    return likely_duration(info);
}

/* What can be told without stamps; never 0, or time would stand still */
GstClockTime FrameTimes::likely_duration(const GstVideoInfo &info) const
{
    if (info.fps_n > 0)
        return gst_util_uint64_scale_int(GST_SECOND, info.fps_d, info.fps_n);
    const auto measured = static_cast<GstClockTime>(clock_.interval());
    return measured > 0 ? measured : usual_duration;
}

bool FrameTimes::is_far(GstBuffer *buffer, const GstSegment &segment) const
{
    const GstClockTime time = stream_time(segment, GST_BUFFER_PTS(buffer));
    if (!GST_CLOCK_TIME_IS_VALID(time) || time > longest)
        return false;
    const Nanoseconds longest =
        std::clamp(2 * clock_.interval(), nanoseconds_per_second / 2, FrameClock::longest_step);
    return clock_.step(static_cast<Nanoseconds>(time), longest) == FrameClock::Step::Jump;
}

FrameTimes::Time FrameTimes::of(GstBuffer *buffer, const GstSegment &segment,
                                const GstVideoInfo &info)
{
    GstClockTime time = stream_time(segment, GST_BUFFER_PTS(buffer));
    if (!GST_CLOCK_TIME_IS_VALID(time) || time > longest)
        time = next_;
    const auto now = static_cast<Nanoseconds>(time);
    if (now < clock_.latest() || clock_.step(now) == FrameClock::Step::Jump)
        clock_.restart();
    clock_.see(now);
    const GstClockTime duration = duration_of(buffer, info);
    next_ = std::min(time + (duration > 0 ? duration : likely_duration(info)), longest);
    return {now, static_cast<Nanoseconds>(duration)};
}

} // namespace fovea
