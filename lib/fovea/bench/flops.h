// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/engine/onednn/graph_clock.h"
#include "fovea/engine/onednn/graph_shapes.h"
#include "fovea/nn/graph.h"

namespace fovea {

/**
 * \brief Multiplications and additions of the convolutions of one step, for one stream
 *
 * Taps that lie in the padding are not counted: no engine need compute them, and on short clips
 * they are a fourth of the nominal number.
 */
double valid_flops(const nn::Graph &graph, const std::vector<MapShape> &shapes,
                   const GraphStep &step);

} // namespace fovea
