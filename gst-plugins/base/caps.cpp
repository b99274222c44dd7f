// SPDX-License-Identifier: MIT
#include "base/caps.h"

namespace fovea {

GstCaps *with_frame_rates_of(GstCaps *caps, GstCaps *pattern)
{
    if (gst_caps_is_any(caps))
        return gst_caps_ref(pattern);

    GstCaps *result = gst_caps_new_empty();
    for (guint i = 0; i < gst_caps_get_size(caps); ++i) {
        const GValue *rate = gst_structure_get_value(gst_caps_get_structure(caps, i), "framerate");
        GstCaps *rated = gst_caps_copy(pattern);
        if (rate != nullptr)
            gst_caps_set_value(rated, "framerate", rate);
        result = gst_caps_merge(result, rated);
    }
    return result;
}

} // namespace fovea
