// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/video/frame_to_tensor.h"

namespace fovea {

/**
 * \brief How pixels of one axis are mixed from source pixels
 *
 * Target pixel i is first_weight * source[first] + middle_weight * (the sum of the pixels strictly
 * between) + last_weight * source[last]. The weights add up to 1. Where first == last, last_weight
 * is 0.
 */
struct AxisTable {
    int source = 0; ///< pixels
    bool has_middle = false;
    float middle_weight = 0; ///< the same for every target pixel
    std::vector<int> first;
    std::vector<int> last;
    std::vector<float> first_weight;
    std::vector<float> last_weight;
};

/**
 * \param source, target pixels, >= 1
 * \param interpolation Area: means over what a target pixel covers, where the axis shrinks; else bilinear between
 * pixel centres
 */
AxisTable make_axis_table(int source, int target, Interpolation interpolation);

} // namespace fovea
