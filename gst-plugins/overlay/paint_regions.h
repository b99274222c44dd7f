// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "overlay/scene.h"
#include "overlay/style.h"
#include "overlay/tile.h"

namespace fovea {

/**
 * \brief The weights of the grid's regions as a heat, the weightiest region outlined
 *
 * Regions that overlap flow into each other. Weights that hardly differ give hardly any heat: a
 * frame all in one colour would tell nothing.
 */
void paint_regions(const Scene &scene, const Style &style, std::vector<Drawing> *drawings);

} // namespace fovea
