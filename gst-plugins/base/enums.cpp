// SPDX-License-Identifier: MIT
#include "base/enums.h"

#include "fovea/focus/region_grid.h"

GType gst_fovea_leaky_get_type()
{
    using fovea::Leaky;
    static const GEnumValue values[] = {
        {static_cast<gint>(Leaky::Auto), "Skip work when upstream is live", "auto"},
        {static_cast<gint>(Leaky::Never), "Never skip, the video waits", "never"},
        {static_cast<gint>(Leaky::Always), "Skip work, the video never waits", "always"},
        {0, nullptr, nullptr}};
    static const GType type = g_enum_register_static("GstFoveaLeaky", values);
    return type;
}

GType gst_fovea_area_get_type()
{
    using fovea::ViewArea;
    static const GEnumValue values[] = {
        {static_cast<gint>(ViewArea::Frame), "The whole frame", "frame"},
        {static_cast<gint>(ViewArea::Square), "The centred square", "square"},
        {0, nullptr, nullptr}};
    static const GType type = g_enum_register_static("GstFoveaArea", values);
    return type;
}
