// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/train/loop/history.h"
#include "fovea/train/loop/recipe.h"

namespace fovea {

/** \brief The rate that the recipe's schedule gives one optimiser step; steps count from 0 */
double learning_rate(const Recipe &recipe, std::int64_t step, std::int64_t steps_per_epoch);

/**
 * \brief What that rate is multiplied by behind these epochs; 1 but for a schedule Plateau
 *
 * Less than the smallest loss is what is below it by more than 1e-4 of it. Epochs without validation
 * do not count. As torch.optim.lr_scheduler.ReduceLROnPlateau
 */
double plateau_factor(const Recipe &recipe, const std::vector<EpochRecord> &history);

} // namespace fovea
