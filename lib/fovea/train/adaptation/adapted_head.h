// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <vector>

#include <ATen/ATen.h>

#include "fovea/core/array.h"

namespace fovea {

namespace nn {
class Head;
}

/** \brief What a head is moved by, and what it is held by */
struct HeadFit {
    at::Tensor anchors; ///< [anchors, R, T', C]: what the head says of them it goes on saying
    at::Tensor windows; ///< [windows, R, T', C]
    at::Tensor wanted;  ///< [windows, classes]: what it is to say of them, 1 in each row
    at::Tensor weights; ///< [windows], beside the anchors' 1 together; 0: nobody knows
};

/** \brief Windows of one shape, [R, T', C] each \throw Error Settings when one has another (expected and got) */
at::Tensor batch_of(const std::vector<const Array *> &windows);

/** \brief The head's scores by window and class \param rows [N, R, T', C] */
std::vector<std::vector<float>> scores_of(nn::Head &head, const at::Tensor &rows);

/**
 * \brief Moves a head down the loss: cross entropy of the windows with what is wanted, of the anchors with what the head
 * said of them before, and the distance it goes; recipe `adaptation`
 *
 * All windows are one batch, so that nothing is drawn. \param progress told the share done before each step; may throw
 * Source of the anchors' part: Li and Hoiem, Learning without Forgetting, ECCV 2016
 */
void fit_head(nn::Head &head, const HeadFit &fit, const std::function<void(double)> &progress);

} // namespace fovea
