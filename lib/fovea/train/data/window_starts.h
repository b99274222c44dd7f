// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/lists/clip_list.h"

namespace fovea {

/** \brief Starts of the windows over \a rows rows: every hop, the last moved to end with them */
std::vector<std::int64_t> window_starts(std::int64_t rows, std::int64_t window, std::int64_t hop);

/**
 * \brief Of window_starts() those whose windows lie in the stretch that \a clip lists, and end after
 * what it says they end after; a quarter of a second more or less does not matter
 * \param file the rows of the whole video \param window rows; 0: all
 * \return empty: no window fits
 */
std::vector<std::int64_t> starts_in_stretch(const ListedClip &clip, const FeatureFile &file,
                                            std::int64_t window, std::int64_t hop);

} // namespace fovea
