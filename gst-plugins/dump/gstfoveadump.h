// SPDX-License-Identifier: MIT
#pragma once

#include "base/gstfoveafilter.h"

G_BEGIN_DECLS

#define GST_TYPE_FOVEA_DUMP gst_fovea_dump_get_type()
G_DECLARE_FINAL_TYPE(GstFoveaDump, gst_fovea_dump, GST, FOVEA_DUMP, GstFoveaFilter)

GST_ELEMENT_REGISTER_DECLARE(foveadump)

G_END_DECLS
