// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

namespace fovea {

/** \brief A place of the body */
struct Keypoint {
    float x = 0; ///< of the frame's width, as boxes; a little beyond [0, 1] where it lies outside
    float y = 0; ///< of its height
    float confidence = 0; ///< in [0, 1]
};

/** \brief COCO's keypoints, in its order */
inline constexpr std::array<const char *, 17> keypoint_names = {
    "nose",           "left_eye",   "right_eye",   "left_ear",   "right_ear",   "left_shoulder",
    "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip",
    "right_hip",      "left_knee",  "right_knee",  "left_ankle", "right_ankle"};

using Pose = std::array<Keypoint, keypoint_names.size()>;

} // namespace fovea
