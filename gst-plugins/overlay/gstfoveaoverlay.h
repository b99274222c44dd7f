// SPDX-License-Identifier: MIT
#pragma once

#include "base/gstfoveafilter.h"

G_BEGIN_DECLS

#define GST_TYPE_FOVEA_OVERLAY gst_fovea_overlay_get_type()
G_DECLARE_FINAL_TYPE(GstFoveaOverlay, gst_fovea_overlay, GST, FOVEA_OVERLAY, GstFoveaFilter)

GST_ELEMENT_REGISTER_DECLARE(foveaoverlay)

G_END_DECLS
