// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

namespace fovea {

/** \brief A score that quiet time gave, and of how many windows (or alarms) it speaks */
struct QuietScore {
    float score = 0;       ///< of one class, in [0, 1]
    double stands_for = 1; ///< itself included
};

/** \brief How many reach a threshold, each counted as often as it stands for */
double count_reaching(const std::vector<QuietScore> &scores, float threshold);

/**
 * \brief The lowest threshold, \a floor or above, that at most \a most of quiet time's windows reach
 *
 * An alarm is one window or more, so that there are at most as many alarms. \return above 1: even a score of 1
 * is reached by more
 */
float threshold_for(std::vector<QuietScore> scores, double most, float floor);

} // namespace fovea
