// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <functional>
#include <sys/stat.h>
#include <thread>
#include <utility>

#include <gst/gst.h>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "../lib/temporary_folder.h"
#include "service/camera_watch.h"
#include "stalled_disk.h"

namespace fovea::test {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 60s; // so that only a hang is told

GstFlowReturn fail_at_once(GstPad *, GstObject *parent, GstBuffer *buffer)
{
    gst_buffer_unref(buffer);
    GST_ELEMENT_ERROR(GST_ELEMENT(parent), STREAM, FAILED, ("it cannot do that"), (nullptr));
    return GST_FLOW_ERROR;
}

GstFlowReturn fail_at_the_second(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    constexpr const char *seen = "seen";
    if (g_object_get_data(G_OBJECT(parent), seen) != nullptr)
        return fail_at_once(pad, parent, buffer);
    g_object_set_data(G_OBJECT(parent), seen, parent);
    gst_buffer_unref(buffer);
    return GST_FLOW_OK;
}

template <GstPadChainFunction Chain>
void make_failing(GTypeInstance *instance, gpointer element_class)
{
    for (const char *name : {"sink", "src"}) {
        GstPad *pad = gst_pad_new_from_template(
            gst_element_class_get_pad_template(GST_ELEMENT_CLASS(element_class), name), name);
        if (GST_PAD_IS_SINK(pad))
            gst_pad_set_chain_function(pad, Chain);
        gst_element_add_pad(GST_ELEMENT(instance), pad);
    }
}

GstStateChangeReturn fail_silently(GstElement *, GstStateChange)
{
    return GST_STATE_CHANGE_FAILURE;
}

void init_failing(gpointer element_class, gpointer)
{
    g_autoptr(GstCaps) caps = gst_caps_new_any();
    for (const GstPadDirection way : {GST_PAD_SINK, GST_PAD_SRC})
        gst_element_class_add_pad_template(
            GST_ELEMENT_CLASS(element_class),
            gst_pad_template_new(way == GST_PAD_SINK ? "sink" : "src", way, GST_PAD_ALWAYS, caps));
    gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(element_class), "Failing", "Filter",
                                          "Fails", "The Fovea authors");
}

void init_failing_to_start(gpointer element_class, gpointer data)
{
    init_failing(element_class, data);
    GST_ELEMENT_CLASS(element_class)->change_state = fail_silently;
}

GType failing_type(const char *name, GClassInitFunc init,
                   GInstanceInitFunc make = make_failing<fail_at_once>)
{
    return g_type_register_static_simple(GST_TYPE_ELEMENT, name, sizeof(GstElementClass), init,
                                         sizeof(GstElement), make, static_cast<GTypeFlags>(0));
}

/** \brief While it is there, pipelines whose videoscale fails */
class FailingPipelines
{
public:
    enum class When { AtTheFirstFrame, AfterASecond, AtTheStart };

    explicit FailingPipelines(When when)
    {
        static const GType at_the_first_frame = failing_type("FoveaTestFailing", init_failing);
        static const GType after_a_second = // of which a picture is looked at each
            failing_type("FoveaTestFailingLater", init_failing, make_failing<fail_at_the_second>);
        static const GType at_the_start =
            failing_type("FoveaTestNotStarting", init_failing_to_start);
        EXPECT_NE(own_, nullptr);
        gst_element_register(nullptr, "videoscale", GST_RANK_NONE,
                             when == When::AtTheStart     ? at_the_start
                             : when == When::AfterASecond ? after_a_second
                                                          : at_the_first_frame);
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
    void on_alarm(const std::string &, const AlarmNews &) override { ++alarms; }

    void on_peak(const std::string &, const AlarmNews &) override {}

    void on_window(const std::string &, const WindowNews &news) override
    {
        ++windows;
        wanted += news.is_wanted ? 1 : 0;
    }

    void on_camera(const std::string &, const CameraNews &news) override
    {
        if (news.reason != pipeline_reason && news.reason != late_reason)
            return;
        ++failures;
        failed.push_back(std::chrono::steady_clock::now());
        reason = news.reason;
        why = news.text;
    }

    void on_clip(const std::string &, const ClipNews &) override {}

    int alarms = 0;
    int windows = 0;
    int wanted = 0; ///< of the windows
    int failures = 0;
    std::vector<std::chrono::steady_clock::time_point> failed; ///< when
    std::string reason, why;                                   ///< of the last
};

/** \brief The main loop, until it is done or so long. \return the longest time that one round of it took */
std::chrono::milliseconds longest_round(std::chrono::milliseconds within,
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

WatchConfig quick_config()
{
    WatchConfig config;
    config.model = "watch";
    config.detector = "hog";
    return config;
}

void make_video(const std::string &file,
                const std::string &encoder = "x264enc speed-preset=ultrafast ! mp4mux")
{
    GstElement *pipeline =
        gst_parse_launch(("videotestsrc pattern=snow num-buffers=60 ! "
                          "video/x-raw,format=I420,width=64,height=48,framerate=15/1 ! " +
                          encoder + " ! filesink location=" + file)
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

/** \brief "door", which shows a video that is made in \a folder */
CameraConfig camera_of_file(const TemporaryFolder &folder)
{
    CameraConfig camera;
    camera.name = "door";
    camera.uri = (folder.path() / "video.mp4").string();
    make_video(camera.uri);
    return camera;
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
    CameraConfig camera;
    camera.name = "door";
    camera.uri = video;
    camera.record_uri = pipe;

    const FailingPipelines failing(FailingPipelines::When::AtTheFirstFrame);
    Listener listener;
    CameraWatch watch(quick_config(), camera, "", &listener);
    watch.start();
    longest_round(patience, [&] { return listener.failures > 0; });
    ASSERT_EQ(listener.failures, 1);
    StopFlag release;
    std::thread writer([&] {
        release.wait(patience);                      // where the main loop hangs
        const int file = open(pipe.c_str(), O_RDWR); // waits for no reader
        unlink(pipe.c_str());
        close(file);
    });
    testing::internal::CaptureStderr();
    EXPECT_LT(longest_round(4s, [] { return false; }),
              patience / 2); // it would begin anew after one
    EXPECT_EQ(listener.failures, 1) << "it is still the first one that hangs";
    EXPECT_FALSE(watch.stats().up) << "no alarm can come";
    const std::string log = testing::internal::GetCapturedStderr();
    const auto told = log.find("door: does not stop; begins anew once it is down");
    EXPECT_NE(told, std::string::npos) << log;
    EXPECT_EQ(log.find("does not stop", told + 10), std::string::npos) << log; // once
    release.stop();
    writer.join();
    longest_round(patience, [&] { return listener.failures > 1; });
    EXPECT_EQ(listener.failures, 2);
    EXPECT_EQ(watch.stats().restarts, 2U);
}

TEST(CameraWatch, APipelineThatCannotStartAndDoesNotSayWhyIsTold)
{
    CameraConfig camera;
    camera.name = "door";
    camera.uri = "/nowhere/video.mp4";
    const FailingPipelines failing(FailingPipelines::When::AtTheStart);
    Listener listener;
    CameraWatch watch(quick_config(), camera, "", &listener);
    watch.start();
    longest_round(patience, [&] { return listener.failures > 0; });
    EXPECT_EQ(listener.why, "the pipeline does not start, and none of its elements says why; with "
                            "GST_DEBUG=3 in the environment they say more");
    EXPECT_FALSE(watch.stats().up);
    EXPECT_EQ(watch.stats().restarts, 1U);
    longest_round(patience, [&] { return listener.failures > 1; });
    ASSERT_EQ(listener.failures, 2);
    EXPECT_GE(listener.failed[1] - listener.failed[0], 990ms);
}

/* An alarm that began within the hours lasts until the last window, wherever that is */
TEST(CameraWatch, OutsideItsHoursWindowsAreToldAsNotWantedAndAlarmsAreNot)
{
    const TemporaryFolder folder;
    CameraConfig camera = camera_of_file(folder);
    camera.alarms.on = 0.000001;
    camera.alarms.off = 0;
    const char *another_day = minute_of_week() < 3 * 24 * 60 ? "Fri-Sat" : "Mon"; // not this one
    camera.schedule = WeekSchedule({std::string(another_day) + " 00:00-24:00"});
    Listener listener;
    CameraWatch watch(quick_config(), camera, "", &listener);
    watch.start();
    longest_round(patience, [&] { return listener.windows > 2; });
    EXPECT_GT(listener.windows, 2);
    EXPECT_EQ(listener.wanted, 0);
    EXPECT_EQ(listener.alarms, 0);
}

/* Each time the camera is up before */
TEST(CameraWatch, APipelineThatFailsAgainAndAgainIsBegunLessAndLessOften)
{
    const TemporaryFolder folder;
    const CameraConfig camera = camera_of_file(folder);
    const FailingPipelines failing(FailingPipelines::When::AfterASecond);
    Listener listener;
    CameraWatch watch(quick_config(), camera, "", &listener);
    watch.start();
    std::uint64_t frames = 0;
    longest_round(patience, [&] {
        const std::uint64_t before = std::exchange(frames, watch.stats().frames);
        EXPECT_GE(frames, before) << "a counter, whichever pipeline counts";
        return listener.failures > 3 || frames < before;
    });
    ASSERT_EQ(listener.failures, 4);
    for (std::size_t i = 0; i < 3; ++i) // 1, 2 and 4 s, and a second to fail
        EXPECT_GE(listener.failed[i + 1] - listener.failed[i], 990ms * (1 << i)) << i;
}

/* Its pipeline is down, and it can go */
TEST(CameraWatch, AClipWhoseDiskHangsIsToldApartFromACameraThatHangs)
{
    const TemporaryFolder folder;
    CameraConfig camera;
    camera.name = "door";
    camera.uri = (folder.path() / "video.mkv").string();
    make_video(camera.uri, "jpegenc ! matroskamux");
    const auto part = folder.path() / "one.mkv.part";
    StalledDisk disk(part);
    {
        Listener listener;
        CameraWatch watch(quick_config(), camera, "", &listener);
        watch.start();
        longest_round(patience, [&] { return watch.begin_clip(0, folder.path() / "one") != 0; });
        disk.wait_full();
        watch.begin_stop();
        const auto now = [] { return std::chrono::steady_clock::now(); };
        for (const auto end = now() + patience; !watch.end_stop(now()) && now() < end;) {
        }
        EXPECT_TRUE(watch.end_stop(now()));
        EXPECT_FALSE(watch.are_clips_down(now()));
    }
    disk.go_on();
    for (int i = 0; i < 6000 && std::filesystem::exists(part); ++i)
        g_usleep(10'000);
    EXPECT_FALSE(std::filesystem::exists(part)) << "it goes once it can";
}

/** \brief A camera that hangs while it comes up, until somebody writes its certificates */
class CameraThatHangs : public testing::Test
{
protected:
    void SetUp() override { ASSERT_EQ(mkfifo(pipe_.c_str(), S_IRUSR | S_IWUSR), 0); }

    CameraConfig camera() const
    {
        CameraConfig made;
        made.name = "door";
        made.uri = "rtsps://127.0.0.1:1/main";
        made.ca_file = pipe_;
        return made;
    }

    /** \brief From now on there is a file, which holds no certificate */
    void release() const
    {
        const int written = open(pipe_.c_str(), O_WRONLY);
        unlink(pipe_.c_str());
        close(open(pipe_.c_str(), O_WRONLY | O_CREAT, S_IRUSR | S_IWUSR));
        close(written);
    }

    const TemporaryFolder folder_;
    const std::string pipe_ = (folder_.path() / "pipe").string();
    Listener listener_;
    CameraWatch watch_{quick_config(), camera(), "", &listener_};
};

TEST_F(CameraThatHangs, IsToldOnceAndDownUntilItComesUp)
{
    watch_.start(1s);
    longest_round(patience, [&] { return listener_.failures > 0; });
    EXPECT_EQ(listener_.why,
              "does not come up, as where a file that it reads (model, ca_file, credentials) is on "
              "a network that is gone; it is waited for");
    EXPECT_EQ(listener_.reason, late_reason);
    EXPECT_FALSE(watch_.stats().up);
    longest_round(2s, [] { return false; });
    EXPECT_EQ(listener_.failures, 1);
    EXPECT_EQ(watch_.stats().restarts, 0U);
    release();
    longest_round(patience, [&] { return listener_.failures > 1; });
    EXPECT_EQ(listener_.reason, pipeline_reason) << "another, which is told too";
    EXPECT_NE(listener_.why.find("ca-file"), std::string::npos) << listener_.why;
}

TEST_F(CameraThatHangs, IsWaitedForBeforeItIsToStop)
{
    watch_.start(1s);
    watch_.begin_stop();
    longest_round(1500ms, [] { return false; });
    EXPECT_EQ(listener_.failures, 0) << "it is not waited for any more";
    const auto in = [](auto time) { return std::chrono::steady_clock::now() + time; };
    EXPECT_FALSE(watch_.wait_begun(in(500ms)));
    EXPECT_FALSE(watch_.end_stop(in(100ms)));
    release();
    EXPECT_TRUE(watch_.wait_begun(in(patience)));
    EXPECT_TRUE(watch_.end_stop(in(patience)));
}

} // namespace fovea::test
