// SPDX-License-Identifier: MIT
#include "base/wall_clock.h"

#include <cstdlib>
#include <memory>

#include <gst/base/gstbasetransform.h>

#include "base/live.h"

namespace fovea {

void WallClock::learn(const GstTagList &tags)
{
    GstDateTime *date = nullptr;
    if (gst_tag_list_get_date_time(&tags, GST_TAG_DATE_TIME, &date) == FALSE)
        return;
    const std::unique_ptr<GstDateTime, decltype(&gst_date_time_unref)> owner(date,
                                                                             gst_date_time_unref);
    if (gst_date_time_has_time(date) == FALSE) // a day alone says nothing of the hour
        return;
    g_autoptr(GDateTime) exact = gst_date_time_to_g_date_time(date);
    if (exact != nullptr &&
        std::abs(g_date_time_to_unix(exact)) < longest_time / nanoseconds_per_second)
        begun_ = g_date_time_to_unix(exact) * nanoseconds_per_second +
                 g_date_time_get_microsecond(exact) * nanoseconds_per_microsecond;
}

std::optional<Nanoseconds> WallClock::time_of(const Frame &frame)
{
    if (!is_live_)
        is_live_ = upstream_is_live(frame.element);
    if (!*is_live_)
        return begun_ ? std::optional(*begun_ + frame.time) : std::nullopt;

    const GstSegment *segment = &GST_BASE_TRANSFORM(frame.element)->segment;
    if (segment->format != GST_FORMAT_TIME) // of bytes, as an appsrc that was told nothing
        return std::nullopt;
    const GstClockTime running =
        gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(frame.buffer));
    g_autoptr(GstClock) clock = gst_element_get_clock(frame.element);
    if (clock == nullptr || !GST_CLOCK_TIME_IS_VALID(running))
        return std::nullopt;
    const auto passed = static_cast<Nanoseconds>(gst_clock_get_time(clock)) -
                        static_cast<Nanoseconds>(gst_element_get_base_time(frame.element)) -
                        static_cast<Nanoseconds>(running);
    return g_get_real_time() * nanoseconds_per_microsecond - passed;
}

} // namespace fovea
