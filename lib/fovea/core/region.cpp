// SPDX-License-Identifier: MIT
#include "fovea/core/region.h"

namespace fovea {

const char *to_string(RegionKind kind)
{
    switch (kind) {
    case RegionKind::Full:
        return "full";
    case RegionKind::Grid:
        return "grid";
    case RegionKind::Actor:
        return "actor";
    case RegionKind::Salient:
        return "salient";
    case RegionKind::Person:
        return "person";
    }
    return "unknown";
}

} // namespace fovea
