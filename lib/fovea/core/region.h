// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/geometry.h"

namespace fovea {

enum class RegionKind {
    Full,
    Grid,
    Actor,
    Salient, ///< where the network looks, to be seen a second time
    Person   ///< one who is followed; in results alone: the networks do not look there by itself
};

/** \brief A part of the frame that the network looks at by itself (Ballan 2021) */
struct Region {
    RegionKind kind = RegionKind::Full;
    Box box = whole_frame;
};

/** \brief "full", "grid", "actor", "salient" or "person" */
const char *to_string(RegionKind kind);

} // namespace fovea
