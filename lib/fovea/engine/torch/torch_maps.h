// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/engine/feature_extractor.h"
#include "fovea/engine/map_network.h"
#include "fovea/engine/onednn/graph_shapes.h"

namespace fovea {

/**
 * \brief A graph of single pictures in LibTorch, node by node, on the CPU or a GPU
 * \param picture one frame \param threads on the CPU
 * \throw Error Settings for a device or precision that is not there, Init when the device does not
 * start
 */
std::unique_ptr<MapNetwork> make_torch_maps(const nn::Graph &graph, const MapShape &picture,
                                            int threads, const EngineOptions &options);

} // namespace fovea
