// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "fovea/core/array.h"
#include "fovea/engine/activity_head.h"

namespace fovea {

struct GateOptions {
    double threshold = 0; ///< share of an equal weight; 0: every region is looked at every time
    int interval = 4;     ///< timesteps from look to look at a region below it
};

/**
 * \brief Which regions are worth a look: those that attention passes over are seen less often
 *
 * Weights are those that the model's head gives the regions of a timestep, averaged over the last
 * few. They sum to 1, so that one region at least is at or above an equal weight.
 */
class AttentionGate
{
public:
    AttentionGate(std::unique_ptr<ActivityHead> head, const GateOptions &options);

    /** \brief Indices of those to look at in the next timestep; all where their number changed */
    std::vector<std::size_t> open(std::size_t regions);

    /** \brief Nothing is known of the regions, as before the first timestep */
    void reset();

    /** \param rows of all regions, those not looked at as they were last seen: [R, T', C] */
    void learn(const Array &rows);

private:
    std::unique_ptr<ActivityHead> head_;
    GateOptions options_;
    std::vector<double> weights_; ///< running, by region; 1: an equal weight
    std::size_t timestep_ = 0;
};

} // namespace fovea
