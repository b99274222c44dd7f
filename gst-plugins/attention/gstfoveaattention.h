// SPDX-License-Identifier: MIT
#pragma once

#include "base/gstfoveafilter.h"

G_BEGIN_DECLS

#define GST_TYPE_FOVEA_ATTENTION gst_fovea_attention_get_type()
G_DECLARE_FINAL_TYPE(GstFoveaAttention, gst_fovea_attention, GST, FOVEA_ATTENTION, GstFoveaFilter)

GST_ELEMENT_REGISTER_DECLARE(foveaattention)

G_END_DECLS
