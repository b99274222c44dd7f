// SPDX-License-Identifier: MIT
#include "service/camera_pictures.h"

#include <utility>

#include "media/chain.h"
#include "service/camera_chains.h"

namespace fovea {

namespace {

constexpr gint64 picture_interval_us = 1'000'000;

} // namespace

GstElement *CameraPictures::add_to(GstBin *pipeline)
{
    const ChainEnds shown = add_chain(pipeline, picture_chain());
    g_autoptr(GstPad) pad = gst_element_get_static_pad(shown.first, "sink");
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, pass_some, this, nullptr);
    take_samples(shown.last, [this](GstSample *sample) {
        GstMapInfo map;
        if (gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ) == FALSE)
            return;
        RecentPictures::Jpeg picture(map.data, map.data + map.size);
        gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
        pictures_.add(static_cast<Nanoseconds>(GST_BUFFER_PTS(gst_sample_get_buffer(sample))),
                      std::move(picture));
    });
    return shown.first;
}

/* A picture a second is enough to look at. Runs on the streaming thread */
GstPadProbeReturn CameraPictures::pass_some(GstPad *, GstPadProbeInfo *, gpointer self)
{
    auto *pictures = static_cast<CameraPictures *>(self);
    const gint64 now = g_get_monotonic_time();
    pictures->last_frame_ = now;
    if (now - pictures->last_picture_ < picture_interval_us)
        return GST_PAD_PROBE_DROP;
    pictures->last_picture_ = now;
    return GST_PAD_PROBE_OK;
}

double CameraPictures::seconds_since_frame() const
{
    const gint64 last = last_frame_;
    return last != 0 ? static_cast<double>(g_get_monotonic_time() - last) / G_USEC_PER_SEC : -1;
}

} // namespace fovea
