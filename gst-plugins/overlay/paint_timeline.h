// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "overlay/scene.h"
#include "overlay/style.h"
#include "overlay/tile.h"

namespace fovea {

/** \brief Salience over time at the bottom: events coloured, the moment played marked */
void paint_timeline(const Scene &scene, const Style &style, std::vector<Drawing> *drawings);

} // namespace fovea
