// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "fovea/core/shared_array.h"
#include "fovea/engine/onednn/graph_shapes.h"

namespace fovea {

// Convolutions of floats on tiles of bf16: each number is the sum of two of bf16, x = high + low but
// for 2^-17 of it, and of the four products of two such sums the three larger ones are taken. That
// is one convolution of three times the channels, whose sums are kept in float.
// Source: Henry, Tang and Heinecke, Leveraging the bfloat16 Artificial Intelligence Datatype for
// Higher-Precision Computations, ARITH 2019

/** \brief Bytes of a number that is split */
constexpr std::int64_t split_bytes = std::int64_t{3} * 2;

/** \brief True where three products in bf16 take less time than one in float: AMX */
bool cpu_prefers_bf16x3();

/** \brief Whether three products in bf16 save a convolution more time than it takes to split what it reads (measured) */
bool is_worth_splitting(const nn::Node &convolution, const MapShape &in, const MapShape &out);

/** \brief Channels of each pixel to [high, low, high], bf16 */
void split_channels(std::uint16_t *to, const float *from, std::int64_t pixels,
                    std::int64_t channels);

/** \brief [O, I, ...] to [O, 3 I, ...]: what meets high, low and high, still in float */
SharedArray split_weights(const SharedArray &weight);

} // namespace fovea
