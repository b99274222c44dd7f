// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_FOVEA_CAMERA gst_fovea_camera_get_type()
G_DECLARE_FINAL_TYPE(GstFoveaCamera, gst_fovea_camera, GST, FOVEA_CAMERA, GstBin)

GST_ELEMENT_REGISTER_DECLARE(foveacamera)

G_END_DECLS
