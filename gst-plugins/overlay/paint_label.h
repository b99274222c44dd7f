// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "overlay/scene.h"
#include "overlay/style.h"
#include "overlay/tile.h"

namespace fovea {

/** \brief What is done, with its confidence; under it, small, what the whole video is */
void paint_label(const Scene &scene, const Style &style, std::vector<Drawing> *drawings);

} // namespace fovea
