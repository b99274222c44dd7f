// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "made_meta.h"
#include "video_harness.h"

namespace fovea::test {

/*
 * What every element that passes video must do. A test program instantiates the suite with the
 * launch lines of its element:
 * INSTANTIATE_TEST_SUITE_P(FoveaGrid, PassingElement, testing::Values("foveagrid"));
 */
class PassingElement : public testing::TestWithParam<const char *>
{
};

TEST_P(PassingElement, TakesEveryFormatAndAnnotatesEveryFrame)
{
    for (const GstVideoFormat format :
         {GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_RGB,
          GST_VIDEO_FORMAT_BGR, GST_VIDEO_FORMAT_RGBx, GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_RGBA,
          GST_VIDEO_FORMAT_BGRA, GST_VIDEO_FORMAT_GRAY8}) {
        SCOPED_TRACE(gst_video_format_to_string(format));
        VideoHarness harness(GetParam());
        harness.set_video(format, 65, 49);
        harness.push_range(0, 3);
        for (int i = 0; i < 3; ++i) {
            const auto out = harness.pull();
            ASSERT_NE(out, nullptr);
            EXPECT_NE(fovea_meta_get(out.get()), nullptr);
        }
        EXPECT_EQ(harness.error(), "");
    }
}

TEST_P(PassingElement, RefusesOtherFormats)
{
    VideoHarness harness(GetParam());
    harness.set_video(GST_VIDEO_FORMAT_AYUV64, 64, 48);
    EXPECT_EQ(harness.push(0), GST_FLOW_NOT_NEGOTIATED);
}

TEST_P(PassingElement, CopiesNoPixels)
{
    VideoHarness harness(GetParam());
    for (const bool shared : {false, true}) {
        GstBuffer *in = harness.frame(0);
        GstMemory *memory = gst_buffer_peek_memory(in, 0);
        if (shared)
            gst_buffer_ref(in);
        ASSERT_EQ(gst_harness_push(harness.get(), in), GST_FLOW_OK);
        const auto out = harness.pull();
        ASSERT_NE(out, nullptr);
        EXPECT_EQ(gst_buffer_n_memory(out.get()), 1U);
        EXPECT_EQ(gst_buffer_peek_memory(out.get(), 0), memory);
        if (shared) {
            EXPECT_EQ(fovea_meta_get(in), nullptr) << "another's buffer was changed";
            gst_buffer_unref(in);
        }
    }
}

TEST_P(PassingElement, KeepsTimeStamps)
{
    VideoHarness harness(GetParam());
    harness.push_range(0, 3);
    for (guint64 i = 0; i < 3; ++i) {
        const auto out = harness.pull();
        EXPECT_EQ(GST_BUFFER_PTS(out.get()), gst_util_uint64_scale_int(i, GST_SECOND, 30));
        EXPECT_EQ(GST_BUFFER_DURATION(out.get()), GST_SECOND / 30);
    }
}

TEST_P(PassingElement, TakesFramesWithoutTimeStamps)
{
    VideoHarness harness(GetParam());
    for (int i = 0; i < 3; ++i) {
        GstBuffer *buffer = harness.frame(i);
        GST_BUFFER_PTS(buffer) = GST_CLOCK_TIME_NONE;
        GST_BUFFER_DURATION(buffer) = GST_CLOCK_TIME_NONE;
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
        EXPECT_NE(harness.pull(), nullptr);
    }
    EXPECT_EQ(harness.error(), "");
}

TEST_P(PassingElement, GoesOnAfterAFlushAndAfterAJump)
{
    VideoHarness harness(GetParam());
    harness.push_range(0, 3);
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_flush_start()));
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_flush_stop(TRUE)));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_segment(&segment)));
    harness.push_range(0, 3);
    GstBuffer *jumped = harness.frame(100);
    GST_BUFFER_FLAG_SET(jumped, GST_BUFFER_FLAG_DISCONT);
    ASSERT_EQ(gst_harness_push(harness.get(), jumped), GST_FLOW_OK);
    EXPECT_EQ(harness.error(), "");
}

/* Sinks that crop take a crop beside the picture; what stands between sees the whole picture then. */
TEST_P(PassingElement, LeavesNoCroppingToWhatFollows)
{
    VideoHarness harness(GetParam());
    gst_harness_add_propose_allocation_meta(harness.get(), GST_VIDEO_CROP_META_API_TYPE, nullptr);
    gst_harness_add_propose_allocation_meta(harness.get(), GST_VIDEO_META_API_TYPE, nullptr);
    harness.push_range(0, 1);
    g_autoptr(GstCaps) caps = gst_pad_get_current_caps(harness.get()->srcpad);
    GstQuery *query = gst_query_new_allocation(caps, TRUE);
    ASSERT_TRUE(gst_pad_peer_query(harness.get()->srcpad, query));
    EXPECT_FALSE(gst_query_find_allocation_meta(query, GST_VIDEO_CROP_META_API_TYPE, nullptr));
    EXPECT_TRUE(gst_query_find_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr));
    gst_query_unref(query);
}

TEST_P(PassingElement, SendsEndOfStreamOn)
{
    for (const int frames : {0, 1, 3}) {
        VideoHarness harness(GetParam());
        harness.push_range(0, frames);
        ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_eos()));
        bool ended = false;
        while (GstEvent *event = gst_harness_try_pull_event(harness.get())) {
            ended = GST_EVENT_TYPE(event) == GST_EVENT_EOS;
            gst_event_unref(event);
        }
        EXPECT_TRUE(ended) << frames << " frames";
        EXPECT_EQ(harness.error(), "");
    }
}

TEST_P(PassingElement, FollowsAChangeOfSizeInMidStream)
{
    VideoHarness harness(GetParam());
    harness.push_range(0, 2);
    for (const auto &[width, height] : {std::pair{128, 96}, {17, 13}, {1, 1}}) {
        harness.set_size(width, height);
        ASSERT_EQ(harness.push(2), GST_FLOW_OK) << width << "x" << height;
        EXPECT_EQ(harness.error(), "");
    }
}

TEST_P(PassingElement, TwoInstancesDoNotDisturbEachOther)
{
    VideoHarness first(GetParam());
    VideoHarness second(GetParam(), 33, 22);
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(first.push(i), GST_FLOW_OK);
        ASSERT_EQ(second.push(i), GST_FLOW_OK);
        EXPECT_NE(fovea_meta_get(first.pull().get()), nullptr);
        EXPECT_NE(fovea_meta_get(second.pull().get()), nullptr);
    }
}

TEST_P(PassingElement, PassesTwiceInOnePipeline)
{
    const std::string launch = GetParam();
    VideoHarness harness(launch + " ! " + launch);
    harness.push_range(0, 3);
    const auto out = harness.pull();
    ASSERT_NE(out, nullptr);
    EXPECT_EQ(gst_buffer_get_n_meta(out.get(), fovea_meta_api_get_type()), 1U);
}

TEST_P(PassingElement, AFrameSmallerThanItsCapsIsNoCrash)
{
    VideoHarness harness(GetParam());
    GstBuffer *small = gst_buffer_new_allocate(nullptr, 16, nullptr);
    if (gst_harness_push(harness.get(), small) == GST_FLOW_ERROR) {
        const std::string error = harness.error();
        EXPECT_NE(error.find("16 bytes"), std::string::npos) << error;
    }
}

TEST_P(PassingElement, StartsAndStopsTwentyTimes)
{
    const std::string launch =
        std::string("videotestsrc num-buffers=2 ! video/x-raw,width=64,height=48 ! ") + GetParam() +
        " ! fakesink";
    starts_and_stops_twenty_times(launch);
}

} // namespace fovea::test
