// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gst/app/gstappsink.h>

#include <gtest/gtest.h>

namespace fovea::test {

using namespace std::chrono_literals;

/** \brief For what is to come: longer than any machine takes, so that only a hang is told */
inline constexpr auto patience = 60s;

inline constexpr const char *h264 =
    "( videotestsrc is-live=true pattern=ball name=picture ! video/x-raw,width=96,height=64,"
    "framerate=25/1 ! valve name=valve ! x264enc tune=zerolatency speed-preset=ultrafast "
    "key-int-max=10 ! rtph264pay config-interval=1 name=pay0 pt=96 )";
inline constexpr const char *mjpeg =
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=128,height=96,"
    "framerate=10/1 "
    "! jpegenc ! rtpjpegpay name=pay0 pt=26 )";

struct TakenFrame {
    GstClockTime time = 0;
    bool discontinuous = false;
    bool damaged = false;
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

    /** \brief Stops it, forgets what came, and starts it again */
    void begin_anew()
    {
        gst_element_set_state(pipeline_, GST_STATE_READY);
        {
            const std::lock_guard lock(mutex_);
            frames_.clear();
            encoded_.clear();
        }
        gst_element_set_state(pipeline_, GST_STATE_PLAYING);
    }

    /** \brief Nobody wants the encoded stream any more */
    void release_encoded()
    {
        g_autoptr(GstElement) camera = gst_bin_get_by_name(GST_BIN(pipeline_), "camera");
        g_autoptr(GstPad) pad = gst_element_get_static_pad(camera, "encoded");
        gst_element_release_request_pad(camera, pad);
    }

    std::vector<TakenFrame> frames() { return copied(frames_); }

    std::vector<TakenFrame> encoded() { return copied(encoded_); }

    bool gets(std::size_t count)
    {
        return waits([&] { return frames().size() >= count; });
    }

    /** \brief The next message `fovea-camera`, as text; empty: none came in time */
    std::string message(std::chrono::milliseconds within = patience)
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
    std::string message_with(const std::string &part, std::chrono::milliseconds within = patience)
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

    static bool waits(const std::function<bool()> &done)
    {
        const auto end = std::chrono::steady_clock::now() + patience;
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
                                          GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_CORRUPTED),
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

/** \brief Lets a launch line, whose `filesink` is added, run to its end. \return the file */
inline std::string made_by(const std::string &launch, const std::filesystem::path &file)
{
    GstElement *pipeline = gst_parse_launch(
        (launch + " ! filesink location=\"" + file.string() + "\"").c_str(), nullptr);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    gst_message_unref(gst_bus_timed_pop_filtered(
        bus, 60 * GST_SECOND, static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
    return file.string();
}

/** \brief The camera at \a uri asks for anna's open-sesame, and nobody is told of it */
inline void expect_kept_login(const std::string &uri)
{
    setenv("FOVEA_TEST_WRONG", "anna:closed-sesame", 1);
    setenv("FOVEA_TEST_RIGHT", "anna:open-sesame", 1);
    {
        Watched watched("credentials=env:FOVEA_TEST_WRONG uri=" + uri);
        const std::string text = watched.message();
        EXPECT_NE(text.find("reason=(string)unauthorised"), std::string::npos) << text;
        EXPECT_EQ(text.find("sesame"), std::string::npos) << text;
    }
    Watched watched("credentials=env:FOVEA_TEST_RIGHT uri=" + uri);
    EXPECT_TRUE(watched.gets(5));
    EXPECT_EQ(watched.message().find("sesame"), std::string::npos);
}

inline void expect_growing(const std::vector<TakenFrame> &frames)
{
    for (std::size_t i = 1; i < frames.size(); ++i)
        ASSERT_GT(frames[i].time, frames[i - 1].time) << i;
}

inline std::size_t discontinuities(const std::vector<TakenFrame> &frames)
{
    std::size_t count = 0;
    for (const TakenFrame &frame : frames)
        count += frame.discontinuous ? 1 : 0;
    return count;
}

} // namespace fovea::test
