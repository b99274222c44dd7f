// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/store/tensors/feature_file.h"

namespace fovea {

/**
 * \brief The rows of a stretch of the video: those that lie in it, to a quarter of a second; where none
 * does, the one that shows most of it
 * \param start, end s
 */
FeatureFile rows_between(const FeatureFile &file, double start, double end);

} // namespace fovea
