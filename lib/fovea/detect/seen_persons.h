// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/core/persons_seen.h"
#include "fovea/detect/person_motion.h"

namespace fovea {

/**
 * \brief What the tracks of a clip say, of those seen in a quarter of its frames
 *
 * Two touch whose boxes overlap in a frame, or lie within a tenth of the smaller size, and whose sizes
 * differ by 2.5 times at most. Somebody goes down who, after some frame, is a quarter of a size lower in the picture, or less high
 * by as much, or whose logarithm of width over height has grown by a half. A size is the longer side of the
 * box, its 80th percentile in the clip. The limits are choices of this project, from no paper.
 * \param clip pictures are not needed \param aspect width over height of the frames, pixels, > 0
 */
PersonsSeen seen_persons(const std::vector<MotionFrame> &clip, float aspect);

} // namespace fovea
