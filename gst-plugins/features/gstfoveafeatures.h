// SPDX-License-Identifier: MIT
#pragma once

#include "base/gstfoveafilter.h"

G_BEGIN_DECLS

#define GST_TYPE_FOVEA_FEATURES gst_fovea_features_get_type()
G_DECLARE_FINAL_TYPE(GstFoveaFeatures, gst_fovea_features, GST, FOVEA_FEATURES, GstFoveaFilter)

GST_ELEMENT_REGISTER_DECLARE(foveafeatures)

G_END_DECLS
