// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/frame_worker.h"
#include "features/region_clips.h"

namespace fovea {

/**
 * \brief A number that frames with the same picture share, from 32 of its rows; 0: not known, the
 * frame is in a GPU's memory
 */
std::uint64_t picture_of(const Frame &frame);

/** \brief Of frames \a first to \a end of a clip; each is held against the one before it */
FoveaFrameCounts counts_of(const std::vector<HeldFrame> &clip, std::size_t first, std::size_t end);

} // namespace fovea
