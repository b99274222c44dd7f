// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/engine/activity_head.h"
#include "fovea/store/tensors/feature_file.h"

namespace fovea {

/**
 * \brief Starts of \a count windows at random places, the same for the same \a seed; one where all
 * windows are the same
 */
std::vector<std::int64_t> random_starts(std::int64_t rows, std::int64_t window, int count,
                                        std::uint64_t seed);

/**
 * \brief Mean scores of \a crops windows at random places, the same in every call, and of the same
 * windows of the mirrored rows where the file has them: nn::test_crops()
 * \param window rows; 0: all, and no more than there are
 */
std::vector<float> mean_of_crops(ActivityHead &head, const FeatureFile &file, int window,
                                 int crops);

} // namespace fovea
