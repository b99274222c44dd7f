// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/engine/activation_ranges.h"
#include "fovea/engine/onednn/value_format.h"
#include "fovea/nn/graph.h"

namespace fovea {

/** \brief Each node's: \a element, but float for an input of which only differences are taken */
std::vector<ValueFormat> float_formats(const nn::Graph &graph, Element element);

/**
 * \brief Each node's: 8 bits, unsigned behind a ReLU
 *
 * A pool and a concatenation keep numbers as they are, so that they and what they read share one
 * format: the widest range, signed if one of them is.
 * \throw Error Settings naming a layer without a range
 */
std::vector<ValueFormat> int8_formats(const nn::Graph &graph, const ActivationRanges &ranges);

} // namespace fovea
