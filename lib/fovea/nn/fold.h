// SPDX-License-Identifier: MIT
#pragma once

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "fovea/nn/convolution.h"
#include "fovea/nn/graph.h"

namespace fovea::nn {

/**
 * \brief A convolution, the BatchNorm behind it (eval mode; null: none) and ReLU as one node
 *
 * Kernel, stride, padding and groups are the convolution's; dilation must be 1.
 */
Node folded(const torch::nn::Conv3d &conv, const torch::nn::BatchNorm3d &bn, bool relu);

/** \brief Likewise; flat weights become those of one frame */
Node folded(const Convolution &conv, const torch::nn::BatchNorm3d &bn, bool relu);

/** \brief A fully connected layer on a map of \a channels and exactly \a kernel, as one node */
Node connected(const torch::nn::Linear &layer, std::int64_t channels, const Size3 &kernel,
               bool relu);

} // namespace fovea::nn
