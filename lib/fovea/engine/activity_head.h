// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/core/array.h"

namespace fovea {

/** \brief What a head makes of the rows of a window */
struct HeadScores {
    std::vector<float> scores;         ///< by class: softmax, sum 1; of many labels sigmoids
    std::vector<float> region_weights; ///< by region, sum 1: the head's attention, see below
    std::vector<float> time_weights;   ///< by row, sum 1: likewise
    /* By person of a MotionLayout, sum 1, or 0 where nobody speaks for the winner; empty: sees none */
    std::vector<float> person_weights = {};
    bool too_far = false; ///< all who are followed are smaller than it can judge
};

/**
 * \brief Rows of a window -> class scores and where the evidence lies
 *
 * A head without attention over regions (or time) has no weights of its own there; its place takes
 * the score of the winning class from that region (row) alone, made to sum to 1.
 */
class ActivityHead
{
public:
    virtual ~ActivityHead() = default;

    /**
     * \param rows float [R, T', C]
     * \throw Error Settings when C differs from channels() (expected and got)
     */
    virtual HeadScores run(const Array &rows) = 0;

    virtual std::int64_t channels() const = 0;
};

} // namespace fovea
