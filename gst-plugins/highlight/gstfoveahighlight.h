// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_FOVEA_HIGHLIGHT gst_fovea_highlight_get_type()
G_DECLARE_FINAL_TYPE(GstFoveaHighlight, gst_fovea_highlight, GST, FOVEA_HIGHLIGHT, GstElement)

GST_ELEMENT_REGISTER_DECLARE(foveahighlight)

G_END_DECLS
