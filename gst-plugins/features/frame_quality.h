// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "features/region_clips.h"

namespace fovea {

/** \brief Of frames \a first to \a end of a clip; each is held against the one before it */
FoveaFrameCounts counts_of(const std::vector<HeldFrame> &clip, std::size_t first, std::size_t end);

} // namespace fovea
