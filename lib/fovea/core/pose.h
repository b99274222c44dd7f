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

/** \brief Which map is which of those that a network for keypoints makes of a picture */
enum PoseMap : std::size_t {
    heatmap_map, ///< [17]: logits of each keypoint
    centre_map,  ///< [1]: logits of the person's centre
    regress_map, ///< [34]: from the centre to each keypoint, y and x in cells
    offset_map,  ///< [34]: from the cell to the keypoint in it, y and x in cells
    pose_maps
};

inline constexpr std::array<int, pose_maps> pose_map_channels = {17, 1, 34, 34};

} // namespace fovea
