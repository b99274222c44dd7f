// SPDX-License-Identifier: MIT
#include <string>

#include <gst/gst.h>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "media/bus_messages.h"

namespace fovea::test {

TEST(BusMessages, AFullDiskIsToldWithTheFileThatWasWritten)
{
    g_autoptr(GstElement) pipeline =
        gst_parse_launch("fakesrc num-buffers=1 sizetype=fixed filltype=zero ! "
                         "filesink location=/dev/full buffer-mode=unbuffered",
                         nullptr);
    ASSERT_NE(pipeline, nullptr);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    g_autoptr(GstMessage) message =
        gst_bus_timed_pop_filtered(bus, 60 * GST_SECOND, GST_MESSAGE_ERROR);
    gst_element_set_state(pipeline, GST_STATE_NULL);
    ASSERT_NE(message, nullptr);
    DecodingReport report;
    try {
        handle_message(message, {}, &report);
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), Error::Kind::CannotWrite);
        EXPECT_STREQ(error.what(), "cannot write '/dev/full': No space left on device; free some "
                                   "space or choose another place");
    }
}

TEST(BusMessages, ADecoderThatFailsIsToldInItsOwnWords)
{
    g_autoptr(GError) memory = g_error_new_literal(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED,
                                                   "Unable to allocate memory");
    g_autoptr(GError) damaged = g_error_new_literal(GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE,
                                                    "No valid frames found before end of stream");
    const std::string remedy = "make another file of it first, for example with: ffmpeg -i FILE "
                               "-pix_fmt yuv420p OTHER.mp4";
    EXPECT_EQ(why_undecodable(memory, /*is_of_format=*/true),
              "has pixels of a format that GStreamer lacks; " + remedy);
    EXPECT_EQ(why_undecodable(memory, /*is_of_format=*/false),
              "cannot be decoded: Unable to allocate memory; where GStreamer lacks the format of "
              "its pixels, " +
                  remedy);
    for (const bool is_of_format : {false, true})
        EXPECT_EQ(why_undecodable(damaged, is_of_format),
                  "cannot be decoded (damaged, cut short, or no video): No valid frames found "
                  "before end of stream");
    EXPECT_EQ(why_undecodable(nullptr, /*is_of_format=*/true),
              "cannot be decoded (damaged, cut short, or no video)");
}

} // namespace fovea::test
