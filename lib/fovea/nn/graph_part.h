// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "fovea/nn/graph.h"

namespace fovea::nn {

/** \brief Of a picture's sides, until the map that eco goes on with in time, and that its teachers are asked for */
inline constexpr int picture_halvings = 4;

/** \brief A picture's sides are so many times those of that map */
inline constexpr std::int64_t picture_stride = 1 << picture_halvings;

/** \brief A graph up to one of its values, which is all that the part makes */
Graph part_until(const Graph &graph, Graph::Value value);

/**
 * \brief Where a network of inverted residuals ends a level (Sandler et al. 2018): the last sum before height and
 * width, halved so often already, are halved once more
 * \throw Error Settings where there is none
 */
Graph::Value last_sum_of_level(const Graph &graph, int halvings);

} // namespace fovea::nn
