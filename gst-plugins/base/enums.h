// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <glib-object.h>

#include "fovea/core/names.h"

namespace fovea {

/** \brief When an element that infers may skip work instead of holding up the video */
enum class Leaky {
    Auto,  ///< when upstream is live
    Never, ///< file pipelines: every frame is seen
    Always
};

constexpr Named<Leaky> leaky_choices[] = {
    {Leaky::Auto, "auto", "Skip work when upstream is live"},
    {Leaky::Never, "never", "Never skip, the video waits"},
    {Leaky::Always, "always", "Skip work, the video never waits"}};

/** \brief The GEnum \a type_name of a table of names, which lives as long as the process */
template <typename Value, std::size_t count>
GType enum_type(const char *type_name, const Named<Value> (&table)[count])
{
    static GEnumValue values[count + 1]; // the last one stays empty, as GObject wants it
    static const GType type = [&] {
        for (std::size_t i = 0; i < count; ++i)
            values[i] = {static_cast<gint>(table[i].value), table[i].meaning, table[i].name};
        return g_enum_register_static(type_name, values);
    }();
    return type;
}

} // namespace fovea

/* The `leaky` property: values of fovea::Leaky */
#define GST_TYPE_FOVEA_LEAKY gst_fovea_leaky_get_type()
GType gst_fovea_leaky_get_type();

/* The `area` property: values of fovea::ViewArea */
#define GST_TYPE_FOVEA_AREA gst_fovea_area_get_type()
GType gst_fovea_area_get_type();
