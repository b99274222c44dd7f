// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include "../lib/temporary_folder.h"
#include "properties.h"
#include "rtsp_camera.h"
#include "watched_camera.h"

namespace fovea::test {

namespace {

/** \brief \a frames at 20 a second, half a second where it is not said */
std::string made_video(const TemporaryFolder &folder,
                       const std::string &form = "jpegenc ! matroskamux", int frames = 10)
{
    return made_by("videotestsrc num-buffers=" + std::to_string(frames) +
                       " ! video/x-raw,width=64,height=48,framerate=20/1 ! " + form,
                   folder.path() / "half second.video");
}

} // namespace

TEST(FoveaCamera, AFileIsLoopedAtItsOwnSpeedInOneRunningTime)
{
    const TemporaryFolder folder;
    Watched watched("uri=\"" + made_video(folder) + "\"");
    ASSERT_TRUE(watched.gets(31));
    EXPECT_NE(watched.message().find("state=(string)up"), std::string::npos);
    const auto frames = watched.frames();
    expect_growing(frames);
    EXPECT_GE(watched.stat("loops"), 2U);
    EXPECT_EQ(watched.stat("losses"), 0U);
    EXPECT_EQ(discontinuities({frames.begin(), frames.begin() + 31}), 4U); // one a round
    // 10 frames of 50 ms a round, and the time it takes to begin again
    EXPECT_GE(frames[30].time - frames[0].time, 1350 * GST_MSECOND);
}

/* Where a sink keeps time, frames stamped as if it had not stopped would wait for as long as it ran. */
TEST(FoveaCamera, WhenItIsStartedAgainItsRunningTimeBeginsAnew)
{
    const TemporaryFolder folder;
    Watched watched("uri=\"" + made_video(folder) + "\"", /*encoded=*/true);
    ASSERT_TRUE(watched.gets(41)); // 2 s, behind what the start takes
    const GstClockTime before = watched.frames()[40].time;
    watched.begin_anew();
    ASSERT_TRUE(watched.gets(2));
    EXPECT_LT(watched.frames()[0].time, before);
    EXPECT_TRUE(watched.frames()[0].discontinuous);
    EXPECT_GE(watched.frames()[1].time - watched.frames()[0].time, 45 * GST_MSECOND);
    ASSERT_FALSE(watched.encoded().empty());
    EXPECT_LT(watched.encoded()[0].time, before);
}

TEST(FoveaCamera, WithoutLoopAFilesEndIsALoss)
{
    const TemporaryFolder folder;
    Watched watched("loop=false uri=\"" + made_video(folder) + "\"");
    EXPECT_NE(watched.message_with("state=(string)down").find("reason=(string)ended"),
              std::string::npos);
}

TEST(FoveaCamera, AConnectionThatEndsWithItsFirstFrameWasOneAndIsLost)
{
    const TemporaryFolder folder;
    const std::string video =
        made_by("videotestsrc num-buffers=1 ! video/x-raw,width=64,height=48,framerate=200/1 ! "
                "jpegenc ! matroskamux",
                folder.path() / "5 ms.video");
    Watched watched("loop=false uri=\"" + video + "\"");
    EXPECT_NE(watched.message().find("state=(string)up"), std::string::npos);
    EXPECT_NE(watched.message().find("reason=(string)ended"), std::string::npos);
    EXPECT_EQ(watched.stat("connections"), 1U);
    EXPECT_EQ(watched.stat("losses"), 1U);
}

TEST(FoveaCamera, AFileThatIsNotThereIsAskedForAgainWithGrowingPauses)
{
    Watched watched("uri=/nowhere/video.mp4");
    for (const char *pause : {"(uint)100", "(uint)200", "(uint)400", "(uint)800", "(uint)800"}) {
        const std::string text = watched.message();
        EXPECT_NE(text.find("reason=(string)refused"), std::string::npos) << text;
        EXPECT_NE(text.find("got\\ \\'/nowhere/video.mp4\\':\\ No\\ such\\ file"),
                  std::string::npos)
            << text;
        EXPECT_NE(text.find(std::string("retry-in=") + pause), std::string::npos) << text;
    }
    EXPECT_EQ(watched.stat("losses"), 0U) << "it was never there";
}

TEST(FoveaCamera, NoPauseIsLongerThanTheLongest)
{
    Watched watched("uri=/nowhere/video.mp4 retry-min=5000 retry-max=100");
    for (int i = 0; i < 2; ++i) {
        const std::string text = watched.message();
        EXPECT_NE(text.find("retry-in=(uint)100"), std::string::npos) << text;
    }
}

TEST(FoveaCamera, WhyNobodyCanBeReachedIsTold)
{
    for (const std::string scheme : {"rtsp", "http"}) {
        Watched closed("uri=" + scheme + "://127.0.0.1:1/main");
        const std::string text = closed.message();
        EXPECT_NE(text.find("reason=(string)refused"), std::string::npos) << text;
        EXPECT_NE(text.find("127.0.0.1:\\ Connection\\ refused"), std::string::npos) << text;
        Watched unknown("uri=" + scheme + "://no-such-host.invalid/main");
        const std::string other = unknown.message();
        EXPECT_NE(other.find("reason=(string)refused"), std::string::npos) << other;
        EXPECT_NE(other.find("no-such-host.invalid"), std::string::npos) << other;
        EXPECT_NE(other.find("resolving"), std::string::npos) << other;
    }
}

/* As where GStreamer's decoders of H.265 are not installed: the user has to know of what */
TEST(FoveaCamera, WhatNoDecoderIsThereForIsNamed)
{
    const TemporaryFolder folder;
    const std::string video = made_video(folder, "theoraenc ! matroskamux");
    g_autoptr(GstCaps) theora = gst_caps_new_empty_simple("video/x-theora");
    GList *all =
        gst_element_factory_list_get_elements(GST_ELEMENT_FACTORY_TYPE_DECODER, GST_RANK_MARGINAL);
    GList *decoders = gst_element_factory_list_filter(all, theora, GST_PAD_SINK, FALSE);
    std::vector<guint> ranks;
    for (GList *one = decoders; one != nullptr; one = one->next) {
        ranks.push_back(gst_plugin_feature_get_rank(GST_PLUGIN_FEATURE(one->data)));
        gst_plugin_feature_set_rank(GST_PLUGIN_FEATURE(one->data), GST_RANK_NONE);
    }
    {
        Watched watched("uri=\"" + video + "\"");
        const std::string text = watched.message();
        EXPECT_NE(text.find("reason=(string)failed"), std::string::npos) << text;
        EXPECT_NE(text.find("Theora"), std::string::npos) << text;
    }
    auto rank = ranks.begin();
    for (GList *one = decoders; one != nullptr; one = one->next)
        gst_plugin_feature_set_rank(GST_PLUGIN_FEATURE(one->data), *rank++);
    gst_plugin_feature_list_free(decoders);
    gst_plugin_feature_list_free(all);
}

TEST(FoveaCamera, NoUriIsAnErrorThatSaysWhatIsExpected)
{
    EXPECT_EQ(
        start_error("foveacamera", {}).text,
        "property uri: expected rtsp://..., http://..., /dev/videoN or a file, got no address");
}

TEST(FoveaCamera, ACameraThatIsSwitchedOffAndOnComesBackInOneRunningTime)
{
    RtspCamera camera(h264);
    camera.switch_on();
    Watched watched("uri=" + camera.uri());
    ASSERT_TRUE(watched.gets(10));
    EXPECT_NE(watched.message().find("state=(string)up"), std::string::npos);
    camera.switch_off();
    for (int i = 0; i < 3; ++i)
        EXPECT_NE(watched.message_with("state=(string)down"), "");
    EXPECT_EQ(watched.stat("losses"), 1U) << "it is asked again and again";
    const std::size_t before = watched.frames().size();
    camera.switch_on();
    EXPECT_NE(watched.message_with("state=(string)up"), "");
    ASSERT_TRUE(watched.gets(before + 10));
    const auto frames = watched.frames();
    expect_growing(frames);
    EXPECT_EQ(discontinuities(frames), 2U);
    EXPECT_EQ(watched.stat("connections"), 2U);
}

TEST(FoveaCamera, ItMayBeStartedBeforeItsCamera)
{
    RtspCamera camera(h264);
    camera.switch_on(); // for a port
    camera.switch_off();
    Watched watched("uri=" + camera.uri());
    EXPECT_NE(watched.message().find("reason=(string)refused"), std::string::npos);
    camera.switch_on();
    EXPECT_TRUE(watched.gets(5));
}

TEST(FoveaCamera, AStallIsNoticedAndTheCameraAskedAgain)
{
    RtspCamera camera(h264);
    camera.switch_on();
    Watched watched("timeout=1500 uri=" + camera.uri());
    ASSERT_TRUE(watched.gets(5));
    camera.set("valve", "drop", "true");
    EXPECT_NE(watched.message_with("reason=(string)stalled"), "");
    const std::size_t before = watched.frames().size();
    EXPECT_TRUE(watched.gets(before + 5)); // a new connection starts new media
}

TEST(FoveaCamera, AFrozenPictureIsALossOfItsOwnKind)
{
    RtspCamera camera(h264);
    camera.switch_on();
    Watched watched("frozen-timeout=700 uri=" + camera.uri());
    ASSERT_TRUE(watched.gets(5));
    camera.set("picture", "pattern", "black");
    EXPECT_NE(watched.message_with("reason=(string)frozen"), "");
}

TEST(FoveaCamera, WithoutThePasswordItSaysSoAndNeverTellsIt)
{
    RtspCamera camera(h264);
    camera.asks_for("anna", "open-sesame");
    camera.switch_on();
    expect_kept_login(camera.uri());
}

/* As where its video is switched off; rtspsrc asks for more transports and another plugin */
TEST(FoveaCamera, OneThatSendsSoundAloneIsToldAsThat)
{
    RtspCamera camera("( audiotestsrc is-live=true ! alawenc ! rtppcmapay name=pay0 pt=8 )");
    camera.switch_on();
    Watched watched("uri=" + camera.uri());
    const std::string text = watched.message();
    EXPECT_NE(text.find("offers\\ no\\ video"), std::string::npos) << text;
}

TEST(FoveaCamera, SizeCodecAndRateMayChangeWithAConnection)
{
    RtspCamera camera(h264);
    camera.switch_on();
    Watched watched("uri=" + camera.uri());
    ASSERT_TRUE(watched.gets(5));
    camera.switch_off();
    camera.sends(mjpeg);
    camera.switch_on();
    ASSERT_TRUE(Watched::waits([&] {
        const auto frames = watched.frames();
        return !frames.empty() && frames.back().width == 128;
    }));
    EXPECT_EQ(watched.frames().front().width, 96);
    expect_growing(watched.frames());
}

TEST(FoveaCamera, TheEncodedStreamHasTheTimesOfItsFrames)
{
    RtspCamera camera(h264);
    camera.switch_on();
    Watched watched("uri=" + camera.uri(), /*encoded=*/true);
    ASSERT_TRUE(watched.gets(20));
    const auto frames = watched.frames();
    const auto encoded = watched.encoded();
    ASSERT_GE(encoded.size(), 15U);
    std::size_t found = 0;
    for (const TakenFrame &frame : frames)
        for (const TakenFrame &other : encoded)
            found += frame.time == other.time ? 1 : 0;
    EXPECT_GE(found, 15U);
}

TEST(FoveaCamera, TheEncodedStreamOfAFileHasTheTimesOfItsFramesInAnyOrder)
{
    const TemporaryFolder folder;
    // frames that refer to later ones: the first are decoded before the segment that the file tells
    Watched watched("uri=\"" + made_video(folder, "x264enc bframes=2 b-adapt=false ! mp4mux") +
                        "\"",
                    /*encoded=*/true);
    ASSERT_TRUE(watched.gets(8));
    const auto frames = watched.frames();
    const auto encoded = watched.encoded();
    ASSERT_GE(encoded.size(), 8U);
    for (std::size_t i = 4; i < 8; ++i) // those before may be decoded before the running time's 0
        EXPECT_EQ(std::count_if(encoded.begin(), encoded.end(),
                                [&](const TakenFrame &one) { return one.time == frames[i].time; }),
                  1)
            << "frame " << i;
}

TEST(FoveaCamera, TheEncodedStreamMayBeLetGoInPlay)
{
    const TemporaryFolder folder;
    Watched watched("uri=\"" + made_video(folder) + "\"", /*encoded=*/true);
    ASSERT_TRUE(watched.gets(5));
    ASSERT_TRUE(Watched::waits([&] { return !watched.encoded().empty(); }));
    watched.release_encoded();
    const std::size_t encoded = watched.encoded().size();
    EXPECT_TRUE(watched.gets(watched.frames().size() + 25)) << "and over the next connection";
    EXPECT_EQ(watched.encoded().size(), encoded);
    EXPECT_EQ(watched.message_with("state=(string)down", 200ms), "");
}

TEST(FoveaCamera, ThatTheEncodedStreamIsAskedForTooLateIsToldOnTheBus)
{
    const TemporaryFolder folder;
    const std::string line =
        "foveacamera name=camera uri=\"" + made_video(folder) + "\" ! fakesink";
    g_autoptr(GstElement) pipeline = gst_parse_launch(line.c_str(), nullptr);
    ASSERT_NE(pipeline, nullptr);
    gst_element_set_state(pipeline, GST_STATE_PAUSED);
    g_autoptr(GstElement) camera = gst_bin_get_by_name(GST_BIN(pipeline), "camera");
    EXPECT_EQ(gst_element_request_pad_simple(camera, "encoded"), nullptr);
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    g_autoptr(GstMessage) message = gst_bus_pop_filtered(bus, GST_MESSAGE_WARNING);
    ASSERT_NE(message, nullptr);
    g_autoptr(GError) warning = nullptr;
    gst_message_parse_warning(message, &warning, nullptr);
    EXPECT_STREQ(warning->message, "no pad is given: 'encoded' is requested before the element "
                                   "starts; set the element to READY first");
    gst_element_set_state(pipeline, GST_STATE_NULL);
}

/* A bin that begins to play does so on a thread of its own, and may be about this very child. */
TEST(FoveaCamera, TheEncodedStreamStaysLetGoWhereTheBinBeginsToPlay)
{
    const TemporaryFolder folder;
    g_autoptr(GstElement) pipeline =
        gst_parse_launch(("foveacamera name=camera uri=\"" + made_video(folder) +
                          "\" ! fakesink camera.encoded ! fakesink async=false")
                             .c_str(),
                         nullptr);
    ASSERT_NE(pipeline, nullptr);
    g_autoptr(GstElement) camera = gst_bin_get_by_name(GST_BIN(pipeline), "camera");
    g_autoptr(GstElement) source = gst_bin_get_by_name(GST_BIN(camera), "encoded");
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    gst_bus_set_sync_handler(
        bus,
        [](GstBus *, GstMessage *message, gpointer encoded) {
            GstState now = GST_STATE_PLAYING;
            if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_STATE_CHANGED)
                gst_message_parse_state_changed(message, nullptr, &now, nullptr);
            if (now == GST_STATE_NULL && GST_MESSAGE_SRC(message) == encoded &&
                gst_element_is_locked_state(GST_ELEMENT(encoded)) == FALSE) // as a bin asks
                gst_element_sync_state_with_parent(GST_ELEMENT(encoded));
            return GST_BUS_PASS;
        },
        source, nullptr);
    g_autoptr(GstPad) pad = gst_element_get_static_pad(camera, "encoded");
    gst_element_release_request_pad(camera, pad);
    EXPECT_EQ(GST_STATE(source), GST_STATE_NULL);
    gst_bus_set_sync_handler(bus, nullptr, nullptr, nullptr);
    gst_element_set_state(source, GST_STATE_NULL);
    gst_element_set_state(pipeline, GST_STATE_NULL);
}

/* A demuxer reads ahead: without a clock the first seconds came at once, a second too early each */
TEST(FoveaCamera, TheEncodedStreamOfALoopedFileComesAtItsOwnSpeed)
{
    const TemporaryFolder folder;
    const std::string video =
        made_video(folder, "x264enc tune=zerolatency key-int-max=10 ! mp4mux", /*frames=*/60);
    const auto begin = std::chrono::steady_clock::now();
    Watched watched("uri=\"" + video + "\"", /*encoded=*/true);
    ASSERT_TRUE(watched.gets(1));
    const std::chrono::nanoseconds start = std::chrono::steady_clock::now() - begin;
    ASSERT_TRUE(watched.gets(110));
    const auto frames = watched.frames();
    const auto encoded = watched.encoded();
    ASSERT_GE(encoded.size(), 100U);
    // a new round takes this machine no longer than the first
    const GstClockTime longest = static_cast<GstClockTime>(start.count()) + 600 * GST_MSECOND;
    for (std::size_t i = 1; i < encoded.size(); ++i) {
        EXPECT_GE(encoded[i].time - encoded[i - 1].time, 20 * GST_MSECOND) << "frame " << i;
        EXPECT_LE(encoded[i].time - encoded[i - 1].time, longest) << "frame " << i;
    }
    EXPECT_LE(discontinuities(encoded), discontinuities(frames) + 1);
}

} // namespace fovea::test
