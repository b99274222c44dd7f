// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/decide/time_interval.h"

namespace fovea {

/**
 * \brief Non-maximum suppression in time: the strongest of each class, those of the same class that overlap it more than \a overlap
 * dropped, and so on; sorted by falling score, equals in the order given
 * \param found of one video
 */
std::vector<FoundInterval> suppressed(std::vector<FoundInterval> found, double overlap);

} // namespace fovea
