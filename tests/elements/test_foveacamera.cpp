// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <gst/app/gstappsink.h>

#include <gtest/gtest.h>

#include "../lib/temporary_folder.h"
#include "properties.h"
#include "rtsp_camera.h"

namespace fovea::test {

namespace {

using namespace std::chrono_literals;

constexpr const char *h264 =
    "( videotestsrc is-live=true pattern=ball name=picture ! video/x-raw,width=96,height=64,"
    "framerate=25/1 ! valve name=valve ! x264enc tune=zerolatency speed-preset=ultrafast "
    "key-int-max=10 ! rtph264pay config-interval=1 name=pay0 pt=96 )";
constexpr const char *mjpeg =
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=128,height=96,"
    "framerate=10/1 "
    "! jpegenc ! rtpjpegpay name=pay0 pt=26 )";

struct TakenFrame {
    GstClockTime time = 0;
    bool discontinuous = false;
    int width = 0;
};

/** \brief foveacamera in a pipeline, and what came of it */
class Watched
{
public:
    explicit Watched(const std::string &properties, bool encoded = false)
        : pipeline_(gst_parse_launch(("foveacamera name=camera retry-min=100 retry-max=800 " +
                                      properties + " ! appsink name=sink sync=false" +
                                      (encoded ? " camera.encoded ! appsink name=encoded "
                                                 "sync=false async=false"
                                               : ""))
                                         .c_str(),
                                     nullptr))
    {
        take_from("sink", &frames_);
        if (encoded)
            take_from("encoded", &encoded_);
        gst_element_set_state(pipeline_, GST_STATE_PLAYING);
    }

    ~Watched()
    {
        gst_element_set_state(pipeline_, GST_STATE_NULL);
        gst_object_unref(pipeline_);
    }

    Watched(const Watched &) = delete;
    Watched &operator=(const Watched &) = delete;

    std::vector<TakenFrame> frames() { return copied(frames_); }

    std::vector<TakenFrame> encoded() { return copied(encoded_); }

    bool gets(std::size_t count, std::chrono::milliseconds within = 10s)
    {
        return waits(within, [&] { return frames().size() >= count; });
    }

    /** \brief The next message `fovea-camera`, as text; empty: none came in time */
    std::string message(std::chrono::milliseconds within = 10s)
    {
        g_autoptr(GstBus) bus = gst_element_get_bus(pipeline_);
        const auto end = std::chrono::steady_clock::now() + within;
        while (std::chrono::steady_clock::now() < end) {
            g_autoptr(GstMessage) message = gst_bus_timed_pop_filtered(
                bus, 20 * GST_MSECOND,
                static_cast<GstMessageType>(GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR));
            if (message == nullptr)
                continue;
            if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
                ADD_FAILURE() << "an error reached the pipeline";
                return "";
            }
            const GstStructure *content = gst_message_get_structure(message);
            if (gst_structure_has_name(content, "fovea-camera") == FALSE)
                continue;
            g_autofree gchar *text = gst_structure_to_string(content);
            return text;
        }
        return "";
    }

    /** \brief Waits for a message that holds \a part */
    std::string message_with(const std::string &part, std::chrono::milliseconds within = 10s)
    {
        const auto end = std::chrono::steady_clock::now() + within;
        while (std::chrono::steady_clock::now() < end) {
            const std::string text = message(100ms);
            if (text.find(part) != std::string::npos)
                return text;
        }
        return "";
    }

    guint64 stat(const char *name)
    {
        g_autoptr(GstElement) camera = gst_bin_get_by_name(GST_BIN(pipeline_), "camera");
        GstStructure *stats = nullptr;
        g_object_get(camera, "stats", &stats, nullptr);
        guint64 value = 0;
        gst_structure_get_uint64(stats, name, &value);
        gst_structure_free(stats);
        return value;
    }

    static bool waits(std::chrono::milliseconds within, const std::function<bool()> &done)
    {
        const auto end = std::chrono::steady_clock::now() + within;
        while (std::chrono::steady_clock::now() < end) {
            if (done())
                return true;
            std::this_thread::sleep_for(10ms);
        }
        return done();
    }

private:
    struct Taken {
        Watched *owner;
        std::vector<TakenFrame> *frames;
    };

    void take_from(const char *name, std::vector<TakenFrame> *frames)
    {
        g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline_), name);
        GstAppSinkCallbacks callbacks = {};
        callbacks.new_sample = [](GstAppSink *from, gpointer data) {
            auto *taken = static_cast<Taken *>(data);
            GstSample *sample = gst_app_sink_pull_sample(from);
            GstBuffer *buffer = gst_sample_get_buffer(sample);
            int width = 0;
            gst_structure_get_int(gst_caps_get_structure(gst_sample_get_caps(sample), 0), "width",
                                  &width);
            {
                const std::lock_guard lock(taken->owner->mutex_);
                taken->frames->push_back({GST_BUFFER_PTS(buffer),
                                          GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DISCONT),
                                          width});
            }
            gst_sample_unref(sample);
            return GST_FLOW_OK;
        };
        gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, new Taken{this, frames},
                                   [](gpointer data) { delete static_cast<Taken *>(data); });
    }

    std::vector<TakenFrame> copied(const std::vector<TakenFrame> &from)
    {
        const std::lock_guard lock(mutex_);
        return from;
    }

    GstElement *pipeline_;
    std::mutex mutex_;
    std::vector<TakenFrame> frames_;
    std::vector<TakenFrame> encoded_;
};

void expect_growing(const std::vector<TakenFrame> &frames)
{
    for (std::size_t i = 1; i < frames.size(); ++i)
        ASSERT_GT(frames[i].time, frames[i - 1].time) << i;
}

std::size_t discontinuities(const std::vector<TakenFrame> &frames)
{
    std::size_t count = 0;
    for (const TakenFrame &frame : frames)
        count += frame.discontinuous ? 1 : 0;
    return count;
}

/** \brief 10 frames at 20 a second, half a second */
std::string made_video(const TemporaryFolder &folder)
{
    const std::string file = (folder.path() / "half second.mkv").string();
    GstElement *pipeline = gst_parse_launch(
        ("videotestsrc num-buffers=10 ! video/x-raw,width=64,height=48,framerate=20/1 ! jpegenc ! "
         "matroskamux ! filesink location=\"" +
         file + "\"")
            .c_str(),
        nullptr);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    gst_message_unref(gst_bus_timed_pop_filtered(
        bus, 10 * GST_SECOND, static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
    return file;
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

TEST(FoveaCamera, WithoutLoopAFilesEndIsALoss)
{
    const TemporaryFolder folder;
    Watched watched("loop=false uri=\"" + made_video(folder) + "\"");
    EXPECT_NE(watched.message_with("state=(string)down").find("reason=(string)ended"),
              std::string::npos);
}

TEST(FoveaCamera, AFileThatIsNotThereIsAskedForAgainWithGrowingPauses)
{
    Watched watched("uri=/nowhere/video.mp4");
    for (const char *pause : {"(uint)100", "(uint)200", "(uint)400", "(uint)800", "(uint)800"}) {
        const std::string text = watched.message();
        EXPECT_NE(text.find("reason=(string)refused"), std::string::npos) << text;
        EXPECT_NE(text.find(std::string("retry-in=") + pause), std::string::npos) << text;
    }
}

TEST(FoveaCamera, NoUriIsAnErrorThatSaysWhatIsExpected)
{
    EXPECT_EQ(start_error("foveacamera", {}).text,
              "property uri: expected rtsp://..., /dev/videoN or a file, got nothing");
}

TEST(FoveaCamera, ACameraThatIsSwitchedOffAndOnComesBackInOneRunningTime)
{
    RtspCamera camera(h264);
    camera.switch_on();
    Watched watched("uri=" + camera.uri());
    ASSERT_TRUE(watched.gets(10));
    EXPECT_NE(watched.message().find("state=(string)up"), std::string::npos);
    camera.switch_off();
    EXPECT_NE(watched.message_with("state=(string)down"), "");
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
    EXPECT_TRUE(watched.gets(before + 5, 20s)); // a new connection starts new media
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
    setenv("FOVEA_TEST_WRONG", "anna:closed-sesame", 1);
    setenv("FOVEA_TEST_RIGHT", "anna:open-sesame", 1);
    {
        Watched watched("credentials=env:FOVEA_TEST_WRONG uri=" + camera.uri());
        const std::string text = watched.message();
        EXPECT_NE(text.find("reason=(string)unauthorised"), std::string::npos) << text;
        EXPECT_EQ(text.find("sesame"), std::string::npos) << text;
    }
    Watched watched("credentials=env:FOVEA_TEST_RIGHT uri=" + camera.uri());
    EXPECT_TRUE(watched.gets(5));
    EXPECT_EQ(watched.message().find("sesame"), std::string::npos);
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
    ASSERT_TRUE(Watched::waits(10s, [&] {
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

} // namespace fovea::test
