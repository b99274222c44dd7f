// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/core/heat_map.h"
#include "fovea/core/image.h"

namespace fovea {

/**
 * \brief A map of pixels made coarse: the mean over each cell, relative to the strongest cell
 * \param saliency of size.height rows of size.width values, >= 0
 * \param covers what the map covers, of the frame
 * \return cells x cells at most, fewer where the map is smaller; all 0 for a map of zeros
 */
HeatMap coarse_heat(const std::vector<float> &saliency, ImageSize size, const Box &covers,
                    int cells = 14);

} // namespace fovea
