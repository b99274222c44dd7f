// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gst/check/gstharness.h>
#include <gst/video/video.h>

#include <gtest/gtest.h>

#include "meta/foveameta.h"

namespace fovea::test {

/**
 * \brief A GstHarness around a launch line, with a bus and made-up video, I420 at first
 *
 * GstHarness answers LATENCY queries as a live source: leaky=auto skips work here.
 */
class VideoHarness
{
public:
    explicit VideoHarness(const std::string &launch, int width = 64, int height = 48, int fps = 30)
        : harness_(gst_harness_new_parse(launch.c_str())), bus_(gst_bus_new()), fps_(fps)
    {
        gst_element_set_bus(harness_->element, bus_);
        set_size(width, height);
    }

    ~VideoHarness()
    {
        gst_element_set_bus(harness_->element, nullptr);
        gst_harness_teardown(harness_);
        gst_object_unref(bus_);
    }

    VideoHarness(const VideoHarness &) = delete;
    VideoHarness &operator=(const VideoHarness &) = delete;

    void set_size(int width, int height) { set_video(GST_VIDEO_FORMAT_I420, width, height); }

    void set_video(GstVideoFormat format, int width, int height)
    {
        gst_video_info_set_format(&info_, format, static_cast<guint>(width),
                                  static_cast<guint>(height));
        info_.fps_n = fps_;
        info_.fps_d = 1;
        gst_harness_set_src_caps(harness_, gst_video_info_to_caps(&info_));
    }

    /** \brief How wide a pixel is shown, by how high */
    void set_pixel_aspect(int numerator, int denominator)
    {
        info_.par_n = numerator;
        info_.par_d = denominator;
        gst_harness_set_src_caps(harness_, gst_video_info_to_caps(&info_));
    }

    /** \brief What the caps state from here on; frames come at the rate of the harness */
    void state_rate(int numerator, int denominator)
    {
        info_.fps_n = numerator;
        info_.fps_d = denominator;
        gst_harness_set_src_caps(harness_, gst_video_info_to_caps(&info_));
    }

    /** \brief Frame number \a index: a bright square that moves; time stamps from the rate */
    GstBuffer *frame(int index) const
    {
        GstBuffer *buffer = gst_buffer_new_allocate(nullptr, info_.size, nullptr);
        gst_buffer_memset(buffer, 0, 100, info_.size);
        GstMapInfo map;
        gst_buffer_map(buffer, &map, GST_MAP_WRITE);
        const int stride = GST_VIDEO_INFO_PLANE_STRIDE(&info_, 0);
        for (int y = 0; y < info_.height / 2; ++y)
            for (int x = 0; x < info_.width / 4; ++x)
                map.data[y * stride + (x + index) % info_.width] = 220;
        gst_buffer_unmap(buffer, &map);
        GST_BUFFER_PTS(buffer) =
            gst_util_uint64_scale_int(static_cast<guint64>(index), GST_SECOND, fps_);
        GST_BUFFER_DURATION(buffer) = GST_SECOND / static_cast<GstClockTime>(fps_);
        return buffer;
    }

    GstFlowReturn push(int index) { return gst_harness_push(harness_, frame(index)); }

    void push_range(int begin, int end)
    {
        for (int i = begin; i < end; ++i)
            ASSERT_EQ(push(i), GST_FLOW_OK) << "frame " << i;
    }

    using Buffer = std::unique_ptr<GstBuffer, decltype(&gst_buffer_unref)>;

    /** \brief The next buffer that came out; null when none waits */
    Buffer pull() { return {gst_harness_try_pull(harness_), gst_buffer_unref}; }

    /** \brief Every row on the buffers that came out, in order */
    std::vector<std::shared_ptr<FoveaRow>> pull_rows()
    {
        std::vector<std::shared_ptr<FoveaRow>> rows;
        while (const Buffer buffer = pull())
            append(fovea_meta_get(buffer.get()), &rows);
        return rows;
    }

    /** \brief The metadata of the late events sent so far: rows, then activities */
    std::vector<std::shared_ptr<FoveaRow>> late_rows()
    {
        std::vector<std::shared_ptr<FoveaRow>> rows;
        while (GstEvent *event = gst_harness_try_pull_event(harness_)) {
            append(fovea_late_event_parse(event), &rows);
            gst_event_unref(event);
        }
        return rows;
    }

    /** \brief Text of the first error on the bus; empty when there is none */
    std::string error() { return text_of(GST_MESSAGE_ERROR, gst_message_parse_error); }

    std::string warning() { return text_of(GST_MESSAGE_WARNING, gst_message_parse_warning); }

    GstHarness *get() { return harness_; }

    GstElement *element() { return harness_->element; }

    GstBus *bus() { return bus_; }

    const GstVideoInfo &info() const { return info_; }

private:
    using Parser = void (*)(GstMessage *, GError **, gchar **);

    std::string text_of(GstMessageType type, Parser parse)
    {
        GstMessage *message = gst_bus_pop_filtered(bus_, type);
        if (message == nullptr)
            return "";
        g_autoptr(GError) error = nullptr;
        parse(message, &error, nullptr);
        gst_message_unref(message);
        return error->message;
    }

    static void append(const FoveaMeta *meta, std::vector<std::shared_ptr<FoveaRow>> *rows)
    {
        if (meta == nullptr)
            return;
        for (guint i = 0; i < meta->rows->len; ++i)
            rows->emplace_back(
                fovea_row_ref(static_cast<FoveaRow *>(g_ptr_array_index(meta->rows, i))),
                fovea_row_unref);
    }

    GstHarness *harness_;
    GstBus *bus_;
    GstVideoInfo info_ = {};
    int fps_;
};

inline void starts_and_stops_twenty_times(const std::string &launch)
{
    GError *error = nullptr;
    GstElement *pipeline = gst_parse_launch(launch.c_str(), &error);
    ASSERT_EQ(error, nullptr) << error->message;
    for (int i = 0; i < 20; ++i) {
        ASSERT_NE(gst_element_set_state(pipeline, GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
        ASSERT_EQ(gst_element_get_state(pipeline, nullptr, nullptr, 60 * GST_SECOND),
                  GST_STATE_CHANGE_SUCCESS);
        ASSERT_EQ(gst_element_set_state(pipeline, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
    }
    gst_object_unref(pipeline);
}

} // namespace fovea::test
