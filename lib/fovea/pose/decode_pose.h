// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/core/array.h"
#include "fovea/core/pose.h"

namespace fovea {

/**
 * \brief The person nearest the middle of a crop
 *
 * The centre is the cell of the highest probability over its distance to the middle + 1.8 cells; each
 * keypoint the cell of its highest probability over the distance to where the centre says it is + 1.8,
 * moved by its offset.
 * \param maps as PoseMap orders them, float [N, H, W, C], logits \param crop which of the N
 * \return keypoints in [0, 1] of the crop, or a little beyond
 * Source: the nodes behind the maps in MoveNet's published graph
 */
Pose decode_pose(const std::vector<Array> &maps, std::int64_t crop);

} // namespace fovea
