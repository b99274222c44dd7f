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

/** \brief So many alarms, seen or wished for in the time seen, tell their rate to a third: 1 / sqrt(10) */
constexpr double known_from = 10;

/** \brief What quiet time gave of one class */
struct QuietClass {
    std::vector<QuietScore> scores;
    float threshold = 0; ///< it had, in (0, 1]
};

/**
 * \brief Thresholds at which quiet time gives at most \a wished alarms of all classes together
 *
 * None is lowered. All stay as they are before known_from alarms reach them, and while no more than wished do. Else
 * classes share what is wished evenly, and one that needs less leaves the rest to the others; one alarm of each is
 * always let pass, since a threshold above all that was seen would rest on nothing. \return by class, in (0, 1]: at 1
 * it may still be more than wished
 */
std::vector<float> thresholds_for(const std::vector<QuietClass> &classes, double wished);

} // namespace fovea
