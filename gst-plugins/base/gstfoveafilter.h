// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <gst/base/gstbasetransform.h>

#include "base/frame_worker.h"

#define GST_TYPE_FOVEA_FILTER gst_fovea_filter_get_type()
G_DECLARE_DERIVABLE_TYPE(GstFoveaFilter, gst_fovea_filter, GST, FOVEA_FILTER, GstBaseTransform)

/*
 * Base of the elements: video passes in place, the buffer's memory is never copied; what is learned
 * goes into its FoveaMeta. An element says what it is made of by fovea::FilterClass (filter_class.h);
 * one that puts out frames of its own gives output_caps too.
 */
struct _GstFoveaFilterClass {
    GstBaseTransformClass parent_class;

    /* Makes what the element holds as long as it lives: its options and readings. */
    std::shared_ptr<void> (*make_state)();

    /* Builds the worker from the element's properties, in READY to PAUSED. May throw. */
    std::unique_ptr<fovea::FrameWorker> (*make_worker)(GstFoveaFilter *self);

    /* Hands the worker the properties that changed since it took them; before each frame. May throw. */
    void (*update_worker)(GstFoveaFilter *self, fovea::FrameWorker *worker);

    /* The worker is deleted, or could not be made: any property may be set again. */
    void (*worker_is_gone)(GstFoveaFilter *self);

    /*
     * (nullable) (transfer full): caps without a frame rate of the frames that the worker renders,
     * from the element's properties; NULL, and no function at all, where video passes in place.
     */
    GstCaps *(*output_caps)(GstFoveaFilter *self);
};

/* What make_state of the element's class made; the element owns it. */
gpointer gst_fovea_filter_get_state(GstFoveaFilter *self);

/* Formats the analysing elements read, for pad templates */
#define FOVEA_VIDEO_FORMATS "{ I420, NV12, YUY2, RGB, BGR, RGBx, BGRx, RGBA, BGRA, GRAY8 }"

/* Adds sink and src templates of all formats that are read; access: GST_MAP_READ also takes frames in
 * a GPU's memory where Fovea is built for it, GST_MAP_WRITE is for elements that draw on the frame */
void gst_fovea_filter_class_add_templates(GstFoveaFilterClass *klass, GstMapFlags access);
