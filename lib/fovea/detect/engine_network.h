// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/detect/darknet_cfg.h"
#include "fovea/detect/dnn_network.h"

namespace fovea {

/**
 * \brief A darknet network on Fovea's own engine: oneDNN on a CPU, LibTorch on a GPU
 * \param network one of which why_no_graph() says nothing
 * \param weights its numbers \param person_class of what it gives
 * \throw Error Settings for an engine, device or precision that is not there
 */
std::unique_ptr<DnnNetwork> make_engine_network(const DnnDetectorOptions &options,
                                                DarknetNetwork network,
                                                const std::vector<float> &weights,
                                                int person_class);

} // namespace fovea
