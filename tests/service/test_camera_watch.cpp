// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <functional>
#include <sys/stat.h>
#include <thread>

#include <gst/gst.h>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "../lib/temporary_folder.h"
#include "service/camera_watch.h"

namespace fovea::test {

namespace {

using namespace std::chrono_literals;

GstFlowReturn fail_at_once(GstPad *, GstObject *parent, GstBuffer *buffer)
{
    gst_buffer_unref(buffer);
    GST_ELEMENT_ERROR(GST_ELEMENT(parent), STREAM, FAILED, ("it cannot do that"), (nullptr));
    return GST_FLOW_ERROR;
}

void make_failing(GTypeInstance *instance, gpointer element_class)
{
    for (const char *name : {"sink", "src"}) {
        GstPad *pad = gst_pad_new_from_template(
            gst_element_class_get_pad_template(GST_ELEMENT_CLASS(element_class), name), name);
        if (GST_PAD_IS_SINK(pad))
            gst_pad_set_chain_function(pad, fail_at_once);
        gst_element_add_pad(GST_ELEMENT(instance), pad);
    }
}

/** \brief While it is there, pipelines whose videoscale fails at its first frame */
class FailingPipelines
{
public:
    FailingPipelines()
    {
        const auto class_init = [](gpointer element_class, gpointer) {
            g_autoptr(GstCaps) caps = gst_caps_new_any();
            for (const GstPadDirection way : {GST_PAD_SINK, GST_PAD_SRC})
                gst_element_class_add_pad_template(
                    GST_ELEMENT_CLASS(element_class),
                    gst_pad_template_new(way == GST_PAD_SINK ? "sink" : "src", way, GST_PAD_ALWAYS,
                                         caps));
            gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(element_class), "Failing",
                                                  "Filter", "Fails", "The Fovea authors");
        };
        static const GType type = g_type_register_static_simple(
            GST_TYPE_ELEMENT, "FoveaTestFailing", sizeof(GstElementClass), class_init,
            sizeof(GstElement), make_failing, static_cast<GTypeFlags>(0));
        EXPECT_NE(own_, nullptr);
        gst_element_register(nullptr, "videoscale", GST_RANK_NONE, type);
    }

    ~FailingPipelines() { gst_registry_add_feature(gst_registry_get(), own_); }

    FailingPipelines(const FailingPipelines &) = delete;
    FailingPipelines &operator=(const FailingPipelines &) = delete;

private:
    /** \brief GStreamer's, of a plugin that is there by now: it would register it over this one */
    static GstPluginFeature *loaded()
    {
        GstPluginFeature *found = gst_registry_lookup_feature(gst_registry_get(), "videoscale");
        GstPluginFeature *loaded = found != nullptr ? gst_plugin_feature_load(found) : nullptr;
        gst_clear_object(&found);
        return loaded;
    }

    GstPluginFeature *own_ = loaded();
};

struct Listener final : public CameraListener {
    void on_alarm(const std::string &, const AlarmNews &) override {}

    void on_peak(const std::string &, const AlarmNews &) override {}

    void on_window(const std::string &, const WindowNews &) override {}

    void on_camera(const std::string &, const CameraNews &news) override
    {
        failures += news.reason == pipeline_reason ? 1 : 0;
    }

    void on_clip(const std::string &, const ClipNews &) override {}

    int failures = 0;
};

/** \brief The main loop, until it is done or so long. \return the longest time that one round of it took */
std::chrono::milliseconds longest_round(std::chrono::seconds within,
                                        const std::function<bool()> &done)
{
    using Clock = std::chrono::steady_clock;
    Clock::duration longest(0);
    for (const auto end = Clock::now() + within; Clock::now() < end && !done();) {
        const auto begun = Clock::now();
        g_main_context_iteration(nullptr, FALSE);
        longest = std::max(longest, Clock::now() - begun);
        std::this_thread::sleep_for(5ms);
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(longest);
}

void make_video(const std::string &file)
{
    GstElement *pipeline = gst_parse_launch(
        ("videotestsrc num-buffers=60 ! video/x-raw,format=I420,width=64,height=48,framerate=15/1 "
         "! x264enc speed-preset=ultrafast ! mp4mux ! filesink location=" +
         file)
            .c_str(),
        nullptr);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    gst_message_unref(gst_bus_timed_pop_filtered(
        bus, GST_CLOCK_TIME_NONE,
        static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
}

} // namespace

/* A pipe that nobody writes stops whoever opens it, as a file of a network that is gone does */
TEST(CameraWatch, APipelineThatFailsAndThenHangsHoldsUpNothingAndBeginsAnewOnceItIsDown)
{
    const TemporaryFolder folder;
    const std::string pipe = (folder.path() / "pipe").string();
    const std::string video = (folder.path() / "video.mp4").string();
    ASSERT_EQ(mkfifo(pipe.c_str(), S_IRUSR | S_IWUSR), 0);
    make_video(video);
    WatchConfig config;
    config.model = "watch";
    config.detector = "hog";
    CameraConfig camera;
    camera.name = "door";
    camera.uri = video;
    camera.record_uri = pipe;

    const FailingPipelines failing;
    Listener listener;
    CameraWatch watch(config, camera, "", &listener);
    watch.start();
    longest_round(60s, [&] { return listener.failures > 0; });
    ASSERT_EQ(listener.failures, 1);
    StopFlag release;
    std::thread writer([&] {
        release.wait(20s);                           // where the main loop hangs
        const int file = open(pipe.c_str(), O_RDWR); // waits for no reader
        unlink(pipe.c_str());
        close(file);
    });
    testing::internal::CaptureStderr();
    EXPECT_LT(longest_round(4s, [] { return false; }).count(),
              3000); // it would begin anew after one
    EXPECT_EQ(listener.failures, 1) << "it is still the first one that hangs";
    EXPECT_FALSE(watch.stats().up) << "no alarm can come";
    const std::string log = testing::internal::GetCapturedStderr();
    const auto told = log.find("door: does not stop; begins anew once it is down");
    EXPECT_NE(told, std::string::npos) << log;
    EXPECT_EQ(log.find("does not stop", told + 10), std::string::npos) << log; // once
    release.stop();
    writer.join();
    longest_round(60s, [&] { return listener.failures > 1; });
    EXPECT_EQ(listener.failures, 2);
    EXPECT_EQ(watch.stats().restarts, 2U);
}

/* What it reads while it comes up may hang too, and all that it loads takes its time */
TEST(CameraWatch, OneThatStillComesUpIsWaitedForBeforeItIsToStop)
{
    const TemporaryFolder folder;
    const std::string pipe = (folder.path() / "pipe").string();
    ASSERT_EQ(mkfifo(pipe.c_str(), S_IRUSR | S_IWUSR), 0);
    WatchConfig config;
    config.model = "watch";
    config.detector = "hog";
    CameraConfig camera;
    camera.name = "door";
    camera.uri = "rtsps://127.0.0.1:1/main";
    camera.ca_file = pipe;
    Listener listener;
    CameraWatch watch(config, camera, "", &listener);
    watch.start();
    watch.begin_stop();
    const auto in = [](auto time) { return std::chrono::steady_clock::now() + time; };
    EXPECT_FALSE(watch.wait_begun(in(500ms)));
    EXPECT_FALSE(watch.end_stop(in(100ms)));
    close(open(pipe.c_str(), O_WRONLY)); // it holds no certificate
    EXPECT_TRUE(watch.wait_begun(in(20s)));
    EXPECT_TRUE(watch.end_stop(in(20s)));
}

} // namespace fovea::test
