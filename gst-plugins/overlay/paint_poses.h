// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "overlay/scene.h"
#include "overlay/style.h"
#include "overlay/tile.h"

namespace fovea {

/** \brief Limbs between the keypoints of each person, of those that the network is sure enough of */
void paint_poses(const Scene &scene, const Style &style, std::vector<Drawing> *drawings);

} // namespace fovea
