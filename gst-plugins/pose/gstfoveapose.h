// SPDX-License-Identifier: MIT
#pragma once

#include "base/gstfoveafilter.h"

G_BEGIN_DECLS

#define GST_TYPE_FOVEA_POSE gst_fovea_pose_get_type()
G_DECLARE_FINAL_TYPE(GstFoveaPose, gst_fovea_pose, GST, FOVEA_POSE, GstFoveaFilter)

GST_ELEMENT_REGISTER_DECLARE(foveapose)

G_END_DECLS
