// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "fovea/bundle/load_networks.h"
#include "fovea/engine/map_network.h"

namespace fovea {

/** \brief What a network for keypoints makes of pictures before it looks for keypoints */
struct PictureView {
    ImageSize input;                     ///< pixels
    std::unique_ptr<MapNetwork> network; ///< RGB in [-1, 1] to one map, a 16th as wide and high
};

/**
 * \brief Of a model of kind pose: its layers down to a 16th, where MoveNet has 96 channels and `keypoints` 64
 * \throw Error as load_pose_estimator(); Settings for a network that ends no level there
 */
PictureView load_picture_view(const std::string &name, const PictureEngine &settings);

} // namespace fovea
