#pragma once

#include <glib-object.h>

namespace fovea {

/** \brief When an element that infers may skip work instead of holding up the video */
enum class Leaky {
    Auto,  ///< when upstream is live
    Never, ///< file pipelines: every frame is seen
    Always
};

} // namespace fovea

/* The `leaky` property: values of fovea::Leaky */
#define GST_TYPE_FOVEA_LEAKY gst_fovea_leaky_get_type()
GType gst_fovea_leaky_get_type();

/* The `area` property: values of fovea::ViewArea */
#define GST_TYPE_FOVEA_AREA gst_fovea_area_get_type()
GType gst_fovea_area_get_type();
