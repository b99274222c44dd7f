#pragma once

#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

#include "fovea/train/random.h"

namespace fovea {

/** \brief Targets as shares: 1 for the class, smoothed: (1 - s) and s / classes for all */
at::Tensor soft_targets(const at::Tensor &targets, std::int64_t classes, double smoothing);

/**
 * \brief Cross entropy of each sample, weighted by class
 * \param logits [N, classes]
 * \param targets shares [N, classes]
 * \param class_weights [classes], or undefined
 * \return [N]: -sum_c w_c t_c log softmax(z)_c
 */
at::Tensor cross_entropy(const at::Tensor &logits, const at::Tensor &targets,
                         const at::Tensor &class_weights);

/** \brief Inputs and their targets as shares, mixed */
struct Mixed {
    at::Tensor inputs;
    at::Tensor targets;
};

/**
 * \brief x = l x + (1 - l) x', with l of beta(alpha, alpha) and x' another sample of the batch
 *
 * Source: Zhang et al., mixup, ICLR 2018
 */
Mixed mix_up(const at::Tensor &inputs, const at::Tensor &targets, double alpha, Random *random);

} // namespace fovea
