// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/detect/darknet_cfg.h"
#include "fovea/nn/graph.h"

namespace fovea {

/** \brief Why no graph says what a darknet network computes: a layer with its line; empty: one does */
std::string why_no_graph(const DarknetNetwork &network);

/**
 * \brief A darknet network as a graph of single pictures, BatchNorm folded into its convolutions
 *
 * Its outputs are what the [yolo] layers read, in their order.
 * \param network one of which why_no_graph() says nothing
 * \param weights its numbers, as of read_darknet_weights()
 */
nn::Graph darknet_graph(const DarknetNetwork &network, const std::vector<float> &weights);

} // namespace fovea
