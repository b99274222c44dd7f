// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/engine/feature_extractor.h"
#include "fovea/engine/map_network.h"
#include "fovea/engine/onednn/graph_shapes.h"

namespace fovea {

/**
 * \brief A graph of single pictures on oneDNN, on the CPU
 * \param picture one frame
 * \throw Error Settings for a device other than the CPU, a precision that is not there, or a layer
 * that cannot take such pictures
 */
std::unique_ptr<MapNetwork> make_onednn_maps(nn::Graph graph, const MapShape &picture, int threads,
                                             const EngineOptions &options);

} // namespace fovea
