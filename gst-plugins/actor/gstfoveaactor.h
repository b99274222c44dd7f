// SPDX-License-Identifier: MIT
#pragma once

#include "base/gstfoveafilter.h"

G_BEGIN_DECLS

#define GST_TYPE_FOVEA_ACTOR gst_fovea_actor_get_type()
G_DECLARE_FINAL_TYPE(GstFoveaActor, gst_fovea_actor, GST, FOVEA_ACTOR, GstFoveaFilter)

GST_ELEMENT_REGISTER_DECLARE(foveaactor)

G_END_DECLS
