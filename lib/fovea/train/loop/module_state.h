// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/bundle/weights.h"

namespace fovea {

/** \brief Copies of all parameters and buffers */
Weights copy_of(const torch::nn::Module &module);

/** \brief Puts them back, every one of them, to the bit */
void restore(torch::nn::Module &module, const Weights &weights);

/** \brief \a average = decay * average + (1 - decay) * module; counters are copied */
void update_average(Weights *average, const torch::nn::Module &module, double decay);

/** \brief All of them on one device; those that are there already are not copied */
Weights weights_on(at::Device device, const Weights &weights);

} // namespace fovea
