// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "fovea/core/image.h"

namespace fovea {

constexpr int least_flow_side = 16; ///< pixels: of smaller ones OpenCV reads what is behind them
constexpr std::int64_t flow_channels = 2; ///< x and y

/**
 * \brief How far each pixel has moved from each frame to the next, as networks see it
 *
 * Dense inverse search (Kroeger et al., ECCV 2016; OpenCV's, preset fast, down to half the picture's size, 5 steps of
 * refinement), cut off at 15 pixels and times 0.2, so that it spreads as images do. On the processor; the same
 * with any number of threads.
 * \param size from least_flow_side on
 * \param frames float [steps + 1, height, width, channels] in [-1, 1]; what is looked for is their mean over channels
 * \param flow float [steps, height, width, 2]: x, to the right, then y, down
 */
void find_frame_flow(const float *frames, std::int64_t steps, ImageSize size, std::int64_t channels,
                     float *flow);

} // namespace fovea
