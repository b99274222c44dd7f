// SPDX-License-Identifier: MIT
#pragma once

#include "base/gstfoveafilter.h"

G_BEGIN_DECLS

#define GST_TYPE_FOVEA_DETECT gst_fovea_detect_get_type()
G_DECLARE_FINAL_TYPE(GstFoveaDetect, gst_fovea_detect, GST, FOVEA_DETECT, GstFoveaFilter)

GST_ELEMENT_REGISTER_DECLARE(foveadetect)

G_END_DECLS
