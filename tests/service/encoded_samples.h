// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <gst/app/gstappsink.h>

namespace fovea::test {

inline constexpr int frame_rate = 10;

/** \brief All that a pipeline gives as appsink `sink` */
inline std::vector<GstSample *> samples_of(const std::string &line)
{
    std::vector<GstSample *> samples;
    GstElement *pipeline = gst_parse_launch(line.c_str(), nullptr);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
    while (GstSample *sample = gst_app_sink_pull_sample(GST_APP_SINK(sink)))
        samples.push_back(sample);
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
    return samples;
}

/** \brief An encoded stream: \a seconds at 10 frames a second, a key frame each second */
inline std::vector<GstSample *> encoded(const std::string &encoder, int seconds)
{
    std::vector<GstSample *> samples;
    for (GstSample *sample :
         samples_of("videotestsrc num-buffers=" + std::to_string(seconds * frame_rate) +
                    " ! video/x-raw,format=I420,width=64,height=48,framerate=10/1 ! " + encoder +
                    " ! appsink name=sink sync=false")) {
        GstBuffer *buffer = gst_buffer_copy(gst_sample_get_buffer(sample));
        const auto time = static_cast<GstClockTime>(samples.size()) * GST_SECOND / frame_rate;
        GST_BUFFER_PTS(buffer) = time;
        GST_BUFFER_DTS(buffer) = time;
        samples.push_back(gst_sample_new(buffer, gst_sample_get_caps(sample), nullptr, nullptr));
        gst_buffer_unref(buffer);
        gst_sample_unref(sample);
    }
    return samples;
}

} // namespace fovea::test
