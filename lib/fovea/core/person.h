// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "fovea/core/geometry.h"
#include "fovea/core/pose.h"

namespace fovea {

/** \brief One person in one frame */
struct Person {
    Box box;
    float confidence = 0;          ///< detector score, in [0, 1]
    int id = -1;                   ///< track id, >= 0; -1 when not tracked
    bool detected = true;          ///< false: carried over from the last frame the detector saw
    std::optional<Pose> pose = {}; ///< keypoints; none where nobody looked for them
};

} // namespace fovea
