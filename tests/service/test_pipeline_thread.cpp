// SPDX-License-Identifier: MIT
#include <chrono>

#include <gst/gst.h>

#include <gtest/gtest.h>

#include "service/pipeline_thread.h"

namespace fovea::test {

namespace {

constexpr std::chrono::seconds given_up_patience(60); // so that only a hang is told

/** \brief Given up, as whatever waits for a task that has no thread */
void hang(gpointer until, GObject *)
{
    static_cast<StopFlag *>(until)->wait(given_up_patience);
}

} // namespace

TEST(PipelineThread, APipelineThatHangsWhenItIsGivenUpHoldsUpNobody)
{
    StopFlag release;
    GstElement *pipeline = gst_parse_launch("fakesrc ! fakesink", nullptr);
    gst_object_ref_sink(pipeline);
    g_object_weak_ref(G_OBJECT(pipeline), hang, &release);
    PipelineThread thread(pipeline);
    EXPECT_TRUE(thread.has_begun().wait(given_up_patience));
    const auto begun = std::chrono::steady_clock::now();
    thread.end(pipeline);
    while (g_main_context_iteration(nullptr, FALSE) != FALSE) {
    }
    EXPECT_FALSE(thread.is_gone().wait(std::chrono::milliseconds(300))) << "it hangs";
    EXPECT_LT(std::chrono::steady_clock::now() - begun, given_up_patience / 2);
    release.stop();
    EXPECT_TRUE(thread.is_gone().wait(given_up_patience));
}

/* As one of GStreamer's that finishes a change of state: it would be the one that hangs */
TEST(PipelineThread, APipelineThatAnotherThreadHoldsIsNotGone)
{
    GstElement *pipeline = gst_parse_launch("fakesrc ! fakesink", nullptr);
    gst_object_ref_sink(pipeline);
    PipelineThread thread(pipeline);
    EXPECT_TRUE(thread.has_begun().wait(given_up_patience));
    gst_object_ref(pipeline);
    thread.end(pipeline);
    thread.hurry();
    EXPECT_FALSE(thread.is_gone().wait(std::chrono::milliseconds(300)));
    gst_object_unref(pipeline);
    EXPECT_TRUE(thread.is_gone().wait(given_up_patience));
}

/* Its source is in there: whoever lets go of it last waits for what it waits for */
TEST(PipelineThread, APipelineIsNotGivenUpWhileAMessageOfItIsDispatched)
{
    GstElement *pipeline = gst_parse_launch("fakesrc ! fakesink", nullptr);
    gst_object_ref_sink(pipeline);
    PipelineThread thread(pipeline);
    EXPECT_TRUE(thread.has_begun().wait(given_up_patience));
    GstMessage *message = gst_message_new_eos(GST_OBJECT(pipeline));
    thread.end(pipeline);
    EXPECT_FALSE(thread.is_gone().wait(std::chrono::milliseconds(300)));
    gst_message_unref(message);
    thread.hurry();
    EXPECT_TRUE(thread.is_gone().wait(given_up_patience));
}

} // namespace fovea::test
