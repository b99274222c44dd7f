// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/engine/onednn/plan.h"
#include "fovea/engine/onednn/plan_layout.h"
#include "fovea/engine/onednn/weight_store.h"

namespace fovea {

/**
 * \brief Compiles one step of a network for oneDNN
 *
 * Channels last throughout. ReLU and residual sums are post-ops of the convolution before them;
 * buffers share one arena by their lifetimes; what oneDNN has no fast implementation for becomes an
 * LibTorch layer, and is named.
 */
std::unique_ptr<Plan> build_plan(const PlanRequest &request, WeightStore &weights);

} // namespace fovea
