// SPDX-License-Identifier: MIT
#include "base/enums.h"

#include "fovea/focus/region_grid.h"

GType gst_fovea_leaky_get_type()
{
    return fovea::enum_type("GstFoveaLeaky", fovea::leaky_choices);
}

GType gst_fovea_area_get_type()
{
    return fovea::enum_type("GstFoveaArea", fovea::view_areas);
}
