#pragma once

#include <memory>
#include <vector>

#include "fovea/engine/graph_clock.h"
#include "fovea/engine/plan.h"
#include "fovea/engine/weight_store.h"
#include "fovea/nn/graph.h"

namespace fovea {

struct PlanRequest {
    const nn::Graph &graph; ///< must outlive the plan where it has islands
    const std::vector<MapShape> &shapes;
    const GraphStep &step;
    std::int64_t streams = 1; ///< N
    Element element = Element::Float32;
};

/**
 * \brief Compiles one step of a network for oneDNN
 *
 * Channels last throughout. ReLU and residual sums are post-ops of the convolution before them;
 * buffers share one arena by their lifetimes; what oneDNN has no fast implementation for becomes an
 * island, and is named.
 */
std::unique_ptr<Plan> build_plan(const PlanRequest &request, WeightStore &weights);

} // namespace fovea
