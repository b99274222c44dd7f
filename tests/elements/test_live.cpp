// SPDX-License-Identifier: MIT
#include <gst/gst.h>

#include <gtest/gtest.h>

#include "base/live.h"

namespace {

TEST(UpstreamIsLive, IsWhatTheSourceSays)
{
    for (const bool live : {false, true}) {
        GstElement *pipeline = gst_pipeline_new(nullptr);
        GstElement *source = gst_element_factory_make("videotestsrc", nullptr);
        GstElement *element = gst_element_factory_make("identity", nullptr);
        g_object_set(source, "is-live", live ? TRUE : FALSE, nullptr);
        GstElement *sink = gst_element_factory_make("fakesink", nullptr);
        gst_bin_add_many(GST_BIN(pipeline), source, element, sink, nullptr);
        ASSERT_TRUE(gst_element_link_many(source, element, sink, nullptr));
        gst_element_set_state(pipeline, GST_STATE_PLAYING);
        ASSERT_EQ(gst_element_get_state(pipeline, nullptr, nullptr, 60 * GST_SECOND),
                  GST_STATE_CHANGE_SUCCESS); // a frame is through: the source knows its latency
        EXPECT_EQ(fovea::upstream_is_live(element), live);
        EXPECT_EQ(fovea::skips_work(fovea::Leaky::Auto, element), live);
        EXPECT_TRUE(fovea::skips_work(fovea::Leaky::Always, element));
        EXPECT_FALSE(fovea::skips_work(fovea::Leaky::Never, element));
        gst_element_set_state(pipeline, GST_STATE_NULL);
        gst_object_unref(pipeline);
    }
}

TEST(UpstreamIsLive, IsNotWhereNobodyAnswers)
{
    GstElement *element = gst_element_factory_make("identity", nullptr);
    EXPECT_FALSE(fovea::upstream_is_live(element));
    gst_object_unref(element);
}

} // namespace
