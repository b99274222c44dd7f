// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "overlay/scene.h"
#include "overlay/style.h"
#include "overlay/tile.h"

namespace fovea {

/** \brief Which parts of a scene are drawn */
struct Parts {
    bool label = true;
    bool persons = true;
    bool poses = true;
    bool actor = true;
    bool regions = true;
    bool saliency = true;
    bool timeline = true;
    bool highlight = true;
    bool alarms = true;
};

/**
 * \brief A scene as drawings, the last on top
 *
 * A part that does not fit the frame is left out.
 */
std::vector<Drawing> paint(const Scene &scene, const Parts &parts, const Style &style);

} // namespace fovea
