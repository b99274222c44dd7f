// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/nn/graph.h"

namespace fovea::nn {

/** \brief A graph up to one of its values, which is all that the part makes */
Graph part_until(const Graph &graph, Graph::Value value);

/**
 * \brief Where a network of inverted residuals ends a level (Sandler et al. 2018): the last sum before height and
 * width, halved so often already, are halved once more
 * \throw Error Settings where there is none
 */
Graph::Value last_sum_of_level(const Graph &graph, int halvings);

} // namespace fovea::nn
