// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "fovea/nn/activation.h"

namespace fovea {

/** \brief What becomes of the products of a row */
struct RowEnd {
    const float *bias = nullptr;   ///< by channel
    const float *addend = nullptr; ///< a row of the output's shape; or null
    nn::Activation activation;     ///< behind both; its slope at most 1
};

/** \brief Rows of a map that one output row is made of */
struct RowTaps {
    std::array<const float *, 3> rows = {}; ///< where the first output pixel's numbers begin
    int count = 1;                          ///< of rows
    int taps = 0;                           ///< numbers of each that an output pixel sees
    int step = 0;                           ///< numbers from one output pixel to the next
};

/** \brief Whether the machine has the instructions that these kernels are made of (AVX-512) */
bool has_row_kernels();

/** \brief What multiply_row() can make: 8, or a multiple of 16 */
bool fits_multiply_row(int channels);

/** \brief What filter_row() can: a multiple of 16 */
bool fits_filter_row(int channels);

/**
 * \brief A row of a convolution: every output channel sees every number
 * \param weights [count][taps][channels] \param out [pixels][channels]; at least 16 pixels
 */
void multiply_row(const RowTaps &from, const float *weights, const RowEnd &end, int pixels,
                  int channels, float *out);

/**
 * \brief A row of a depthwise convolution, 3x3
 * \param from taps: 3 channels; step: the channels times the stride
 * \param weights [3][3][channels] \param out [pixels][channels]
 */
void filter_row(const RowTaps &from, const float *weights, const RowEnd &end, int pixels,
                int channels, float *out);

} // namespace fovea
