// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/core/geometry.h"

namespace fovea {

/** \brief Where a network looked: a coarse map over a part of the frame */
struct HeatMap {
    Box box = whole_frame; ///< what the map covers
    int columns = 0;       ///< 0: there is no map
    int rows = 0;
    std::vector<std::uint8_t> values; ///< [rows][columns], relative to the strongest cell: 255

    bool empty() const { return values.empty(); }
};

} // namespace fovea
