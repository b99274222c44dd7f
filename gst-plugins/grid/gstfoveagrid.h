// SPDX-License-Identifier: MIT
#pragma once

#include "base/gstfoveafilter.h"

G_BEGIN_DECLS

#define GST_TYPE_FOVEA_GRID gst_fovea_grid_get_type()
G_DECLARE_FINAL_TYPE(GstFoveaGrid, gst_fovea_grid, GST, FOVEA_GRID, GstFoveaFilter)

GST_ELEMENT_REGISTER_DECLARE(foveagrid)

G_END_DECLS
