// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "fovea/train/loop/recipe.h"

namespace fovea {

/** \brief The rate that the recipe's schedule gives one optimiser step; steps count from 0 */
double learning_rate(const Recipe &recipe, std::int64_t step, std::int64_t steps_per_epoch);

} // namespace fovea
