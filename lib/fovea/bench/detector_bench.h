// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/bundle/load_networks.h"
#include "fovea/core/json.h"

namespace fovea {

/**
 * \brief What a person detector takes for a camera's picture of 854 x 480: min_ms, median_ms,
 * min_cpu_ms, runtime; where OpenCV is not what runs it those of OpenCV in turns with it in fp32, and
 * by how many times it is as fast
 *
 * \param detector "hog", or the name or path of a detector bundle
 * \throw Error as load_detector()
 */
Json bench_detector(const std::string &detector, int rounds, PictureEngine settings);

} // namespace fovea
