// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>

namespace fovea::nn {

/**
 * \brief The classifier of the small networks: mean over rows, dropout 0.5 in training, FC
 * \param fc null of a network made without classes \param map [N, C, T', H', W'] \return [N, classes, 1]
 * \throw Error Settings without \a fc, naming the \a architecture
 */
at::Tensor classify_mean(torch::nn::Linear &fc, const at::Tensor &map, bool training,
                         const std::string &architecture);

} // namespace fovea::nn
