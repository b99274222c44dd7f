// SPDX-License-Identifier: MIT
#include <gst/gst.h>

#include <gtest/gtest.h>

#include "base/frame_times.h"

namespace {

using fovea::FrameTimes;
using fovea::longest_time;

constexpr GstClockTime longest{longest_time};

class FrameTimesOf : public testing::Test
{
protected:
    FrameTimesOf()
    {
        gst_segment_init(&segment_, GST_FORMAT_TIME);
        gst_video_info_set_format(&info_, GST_VIDEO_FORMAT_GRAY8, 16, 16);
    }

    FrameTimes::Time of(GstClockTime stamp, GstClockTime duration)
    {
        g_autoptr(GstBuffer) buffer = gst_buffer_new();
        GST_BUFFER_PTS(buffer) = stamp;
        GST_BUFFER_DURATION(buffer) = duration;
        return times_.of(buffer, segment_, info_);
    }

private:
    GstSegment segment_;
    GstVideoInfo info_;
    FrameTimes times_;
};

TEST_F(FrameTimesOf, AFrameWithoutAStampBeginsWhereTheOneBeforeEnds)
{
    EXPECT_EQ(of(5 * GST_SECOND, GST_SECOND).start, 5 * fovea::nanoseconds_per_second);
    EXPECT_EQ(of(GST_CLOCK_TIME_NONE, GST_SECOND).start, 6 * fovea::nanoseconds_per_second);
    EXPECT_EQ(of(longest + 1, GST_SECOND).start, 7 * fovea::nanoseconds_per_second);
}

/* Else the sum of start and duration would be more than int64 holds */
TEST_F(FrameTimesOf, NoFrameBeginsBehindTheLongestTime)
{
    EXPECT_EQ(of(longest, longest).start, longest_time);
    for (int i = 0; i < 3; ++i) {
        const FrameTimes::Time time = of(GST_CLOCK_TIME_NONE, longest);
        EXPECT_EQ(time.start, longest_time);
        EXPECT_EQ(time.duration, longest_time);
    }
}

} // namespace
