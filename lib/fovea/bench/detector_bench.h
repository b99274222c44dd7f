// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/core/json.h"

namespace fovea {

/**
 * \brief What a person detector takes for a camera's picture of 854 x 480: min_ms, median_ms
 * \param detector "hog", or the name or path of a detector bundle \param threads 0: OpenCV's choice
 * \throw Error as load_detector()
 */
Json bench_detector(const std::string &detector, int rounds, int threads);

} // namespace fovea
