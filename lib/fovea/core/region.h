// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/geometry.h"
#include "fovea/core/names.h"

namespace fovea {

enum class RegionKind {
    Full,
    Grid,
    Actor,
    Salient, ///< where the network looks, to be seen a second time
    Person   ///< one who is followed; in results alone: the networks do not look there by itself
};

constexpr Named<RegionKind> region_kinds[] = {{RegionKind::Full, "full"},
                                              {RegionKind::Grid, "grid"},
                                              {RegionKind::Actor, "actor"},
                                              {RegionKind::Salient, "salient"},
                                              {RegionKind::Person, "person"}};

/** \brief A part of the frame that the network looks at by itself (Ballan 2021) */
struct Region {
    RegionKind kind = RegionKind::Full;
    Box box = whole_frame;
};

} // namespace fovea
