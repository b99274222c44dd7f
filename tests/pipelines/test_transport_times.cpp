// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gst/gst.h>

#include <gtest/gtest.h>

#include "command_test.h"
#include "media/transport_times.h"

namespace fovea {

namespace {

using fovea_test::read_text;
using fovea_test::write_text;

constexpr std::size_t packet_size = 188;
constexpr int opus_pid = 0x41;

/** \brief Each second header of a packet of sound made stuffing, so that two packets of Opus have one, as FFmpeg writes them */
void join_in_twos(std::string *stream)
{
    bool begins = false;
    for (std::size_t at = 0; at < stream->size(); at += packet_size) {
        auto *packet = reinterpret_cast<unsigned char *>(&(*stream)[at]);
        constexpr int header_begins = 0x40;
        const int pid = (packet[1] & 0x1f) << 8 | packet[2];
        if (pid != opus_pid || (packet[1] & header_begins) == 0)
            continue;
        unsigned char *header = packet + 5 + packet[4]; // behind the stuffing, which silence has
        begins = !begins;
        if (begins) {
            header[4] = header[5] = 0; // it goes on until the next
            continue;
        }
        const int length = 9 + header[8];
        std::fill(header, header + length, 0xff);
        packet[4] = static_cast<unsigned char>(packet[4] + length);
        packet[1] = static_cast<unsigned char>(packet[1] & ~header_begins);
    }
}

/** \brief When frames begin and end */
using Times = std::vector<std::pair<GstClockTime, GstClockTime>>;

void on_frame(GstElement *, GstBuffer *frame, GstPad *, gpointer times)
{
    const GstClockTime begin = GST_BUFFER_PTS(frame);
    static_cast<Times *>(times)->emplace_back(begin, begin + GST_BUFFER_DURATION(frame));
}

/** \param are_kept by keep_transport_times(), or as GStreamer gives them */
Times times_of(const std::string &file, bool are_kept = true)
{
    const std::string line =
        "filesrc location=\"" + file +
        "\" ! decodebin name=decoder ! fakesink name=frames signal-handoffs=true";
    g_autoptr(GstElement) pipeline = gst_parse_launch(line.c_str(), nullptr);
    g_autoptr(GstElement) decoder = gst_bin_get_by_name(GST_BIN(pipeline), "decoder");
    g_autoptr(GstElement) frames = gst_bin_get_by_name(GST_BIN(pipeline), "frames");
    Times times;
    g_signal_connect(frames, "handoff", G_CALLBACK(on_frame), &times);
    if (are_kept)
        keep_transport_times(pipeline, decoder);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    constexpr auto ends = static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    g_autoptr(GstMessage) message = gst_bus_timed_pop_filtered(bus, GST_CLOCK_TIME_NONE, ends);
    EXPECT_EQ(GST_MESSAGE_TYPE(message), GST_MESSAGE_EOS);
    gst_element_set_state(pipeline, GST_STATE_NULL);
    return times;
}

/** \brief When the sound of a file ends, seconds */
double sound_end(const std::string &file)
{
    const Times times = times_of(file);
    return times.empty() ? 0 : static_cast<double>(times.back().second) / GST_SECOND;
}

class TransportTimes : public fovea_test::CommandTest
{
};

/* tsdemux gives them as a list, and counts half a second of the 3 s that are lost */
TEST_F(TransportTimes, AreThoseOfSeveralPacketsOfOpusWithOneHeaderToo)
{
    std::string stream = read_text(
        fovea_test::made_by("audiotestsrc wave=silence num-buffers=450 samplesperbuffer=960 ! "
                            "audio/x-raw,rate=48000,channels=1 ! opusenc ! mpegtsmux",
                            at("whole.ts")));
    join_in_twos(&stream);
    write_text(at("twos.ts"), stream);
    const double whole = sound_end(at("twos.ts").string());
    const std::size_t third = stream.size() / packet_size / 3 * packet_size;
    write_text(at("lost.ts"), stream.erase(third, third));
    EXPECT_NEAR(sound_end(at("lost.ts").string()), whole, 0.1);
}

/* A frame of NTSC lasts 3003 ticks of 90 kHz, which is no whole number of nanoseconds */
TEST_F(TransportTimes, OfAProgramStreamThatLosesNothingAreNotTouched)
{
    const std::string file =
        fovea_test::made_by("videotestsrc num-buffers=60 ! video/x-raw,width=160,height=120,"
                            "framerate=30000/1001 ! x264enc speed-preset=ultrafast ! mpegpsmux",
                            at("whole.mpg"))
            .string();
    const Times times = times_of(file);
    EXPECT_GT(times.size(), 30U);
    EXPECT_EQ(times, times_of(file, /*are_kept=*/false));
}

} // namespace

} // namespace fovea
