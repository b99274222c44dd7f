// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/engine/onednn/graph_clock.h"
#include "fovea/engine/onednn/graph_shapes.h"
#include "fovea/nn/backbone.h"
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

/** \brief valid_flops() of one clip of \a size x \a size pixels, 1e9 operations */
double gflop_of_clip(const nn::Graph &graph, std::int64_t frames, std::int64_t size);

/** \brief The least clip that a network takes, of 8 frames, 16, ... 64 */
std::int64_t few_frames(const nn::Backbone &backbone);

} // namespace fovea
