// SPDX-License-Identifier: MIT
#include "media/transport_seams.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

namespace fovea {

namespace {

constexpr GstClockTime out_of_order = GST_SECOND / 4; // back by less is no seam
constexpr GstClockTime longest_frame = GST_SECOND;

using SharedTime = std::shared_ptr<std::atomic<GstClockTime>>;

/** \brief Of one pad; of its thread */
struct Seam {
    explicit Seam(SharedTime shared) : most_added(std::move(shared)), added(*most_added) {}

    SharedTime most_added; ///< of the demuxer: where tracks change, new pads go on with it
    GstClockTime added;    ///< to what comes
    GstClockTime latest = GST_CLOCK_TIME_NONE; ///< time of the buffer before, \a added to it
    GstClockTime step = 0;                     ///< from the one before that to it
    GstClockTime step_before = 0; ///< and to that: where data is lost one of the two is a gap
};

GstPadProbeReturn on_buffer(GstPad *, GstPadProbeInfo *info, gpointer data)
{
    auto *seam = static_cast<Seam *>(data);
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER(info);
    const GstClockTime stated = GST_BUFFER_DTS_OR_PTS(buffer);
    if (!GST_CLOCK_TIME_IS_VALID(stated))
        return GST_PAD_PROBE_OK;
    GstClockTime time = stated + seam->added;
    if (GST_CLOCK_TIME_IS_VALID(seam->latest)) {
        if (time + out_of_order < seam->latest) {
            const GstClockTime step = std::min(seam->step, seam->step_before);
            seam->added += seam->latest + step - time;
            *seam->most_added = std::max<GstClockTime>(*seam->most_added, seam->added);
            time = seam->latest + step;
        }
        if (time > seam->latest) {
            seam->step_before = seam->step;
            seam->step = std::min(time - seam->latest, longest_frame);
        }
    }
    seam->latest = time;
    if (seam->added == 0)
        return GST_PAD_PROBE_OK;
    buffer = gst_buffer_make_writable(buffer);
    if (GST_BUFFER_PTS_IS_VALID(buffer))
        GST_BUFFER_PTS(buffer) += seam->added;
    if (GST_BUFFER_DTS_IS_VALID(buffer))
        GST_BUFFER_DTS(buffer) += seam->added;
    info->data = buffer;
    return GST_PAD_PROBE_OK;
}

void on_pad(GstElement *, GstPad *pad, gpointer most_added)
{
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer,
                      new Seam(*static_cast<SharedTime *>(most_added)),
                      [](gpointer seam) { delete static_cast<Seam *>(seam); });
}

void on_element(GstBin *, GstBin *, GstElement *element, gpointer)
{
    GstElementFactory *factory = gst_element_get_factory(element);
    if (factory != nullptr && g_str_equal(GST_OBJECT_NAME(factory), "tsdemux") != FALSE)
        g_signal_connect_data(
            element, "pad-added", G_CALLBACK(on_pad),
            new SharedTime(std::make_shared<std::atomic<GstClockTime>>(0)),
            [](gpointer most_added, GClosure *) { delete static_cast<SharedTime *>(most_added); },
            static_cast<GConnectFlags>(0));
}

} // namespace

void join_transport_seams(GstElement *decoder)
{
    g_signal_connect(decoder, "deep-element-added", G_CALLBACK(on_element), nullptr);
}

} // namespace fovea
