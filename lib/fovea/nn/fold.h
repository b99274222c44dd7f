// SPDX-License-Identifier: MIT
#pragma once

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

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

} // namespace fovea::nn
