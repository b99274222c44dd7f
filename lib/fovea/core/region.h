#pragma once

#include "fovea/core/geometry.h"

namespace fovea {

enum class RegionKind { Full, Grid, Actor };

/** \brief A part of the frame that the network looks at by itself (Ballan 2021) */
struct Region {
    RegionKind kind = RegionKind::Full;
    Box box = whole_frame;
};

/** \brief "full", "grid" or "actor" */
const char *to_string(RegionKind kind);

} // namespace fovea
