// SPDX-License-Identifier: MIT
#include "media/transport_seams.h"

#include <algorithm>

namespace fovea {

namespace {

constexpr GstClockTime out_of_order = GST_SECOND / 4; // back by less is no seam
constexpr GstClockTime longest_frame = GST_SECOND;

/** \brief Of one pad; of its thread */
struct Seam {
    GstClockTime added = 0;                    ///< to what comes
    GstClockTime latest = GST_CLOCK_TIME_NONE; ///< time of the buffer before, \a added to it
    GstClockTime step = 0;                     ///< from the one before that to it
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
            seam->added += seam->latest + seam->step - time;
            time = seam->latest + seam->step;
        }
        if (time > seam->latest)
            seam->step = std::min(time - seam->latest, longest_frame);
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

void on_pad(GstElement *, GstPad *pad, gpointer)
{
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, new Seam,
                      [](gpointer seam) { delete static_cast<Seam *>(seam); });
}

void on_element(GstBin *, GstBin *, GstElement *element, gpointer)
{
    GstElementFactory *factory = gst_element_get_factory(element);
    if (factory != nullptr && g_str_equal(GST_OBJECT_NAME(factory), "tsdemux") != FALSE)
        g_signal_connect(element, "pad-added", G_CALLBACK(on_pad), nullptr);
}

} // namespace

void join_transport_seams(GstElement *decoder)
{
    g_signal_connect(decoder, "deep-element-added", G_CALLBACK(on_element), nullptr);
}

} // namespace fovea
