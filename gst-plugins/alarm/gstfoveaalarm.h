// SPDX-License-Identifier: MIT
#pragma once

#include "base/gstfoveafilter.h"

G_BEGIN_DECLS

#define GST_TYPE_FOVEA_ALARM gst_fovea_alarm_get_type()
G_DECLARE_FINAL_TYPE(GstFoveaAlarm, gst_fovea_alarm, GST, FOVEA_ALARM, GstFoveaFilter)

GST_ELEMENT_REGISTER_DECLARE(foveaalarm)

G_END_DECLS
