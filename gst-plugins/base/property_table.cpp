// SPDX-License-Identifier: MIT
#include "base/property_table.h"

namespace fovea {

void warn_property_is_fixed(GObject *object, const GParamSpec *spec)
{
    GST_ELEMENT_WARNING(
        object, RESOURCE, SETTINGS,
        ("property %s keeps its value: it is taken when the element starts; set the "
         "element to READY first",
         spec->name),
        (nullptr));
}

} // namespace fovea
