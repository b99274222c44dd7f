// SPDX-License-Identifier: MIT
#pragma once

#include "base/gstfoveafilter.h"

G_BEGIN_DECLS

#define GST_TYPE_FOVEA_PUBLISH gst_fovea_publish_get_type()
G_DECLARE_FINAL_TYPE(GstFoveaPublish, gst_fovea_publish, GST, FOVEA_PUBLISH, GstFoveaFilter)

GST_ELEMENT_REGISTER_DECLARE(foveapublish)

G_END_DECLS
