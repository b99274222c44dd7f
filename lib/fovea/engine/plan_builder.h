#pragma once

#include <memory>

#include "fovea/engine/plan.h"
#include "fovea/engine/plan_layout.h"
#include "fovea/engine/weight_store.h"

namespace fovea {

/**
 * \brief Compiles one step of a network for oneDNN
 *
 * Channels last throughout. ReLU and residual sums are post-ops of the convolution before them;
 * buffers share one arena by their lifetimes; what oneDNN has no fast implementation for becomes an
 * island, and is named.
 */
std::unique_ptr<Plan> build_plan(const PlanRequest &request, WeightStore &weights);

} // namespace fovea
