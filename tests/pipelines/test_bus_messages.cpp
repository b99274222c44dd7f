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

TEST(BusMessages, ADecoderWithoutMemoryLacksAPixelFormat)
{
    g_autoptr(GError) memory = g_error_new_literal(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED,
                                                   "Unable to allocate memory");
    g_autoptr(GError) damaged = g_error_new_literal(GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE,
                                                    "No valid frames found before end of stream");
    EXPECT_TRUE(lacks_pixel_format(memory));
    EXPECT_FALSE(lacks_pixel_format(damaged));
    EXPECT_FALSE(lacks_pixel_format(nullptr));
}

} // namespace fovea::test
