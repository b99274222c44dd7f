// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "overlay/scene.h"
#include "overlay/style.h"
#include "overlay/tile.h"

namespace fovea {

/**
 * \brief A banner for each alarm that goes on, with its id, label and confidence
 *
 * They stand at the upper right, filled in the colour of their class where labels stand on a dark panel; those
 * that would reach into the lower half of the frame are left out.
 */
void paint_alarms(const Scene &scene, const Style &style, std::vector<Drawing> *drawings);

} // namespace fovea
