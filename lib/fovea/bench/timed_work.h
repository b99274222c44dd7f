// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace fovea {

/** \brief One of several ways to do the same work, and what its rounds took */
struct TimedWork {
    std::string name;
    std::function<void()> work;
    std::vector<double> milliseconds = {};     ///< by round
    std::vector<double> cpu_milliseconds = {}; ///< by round, of all threads of the process

    double minimum() const;
    double median() const;

    /** \brief Of cpu_milliseconds: what is left where others use the machine too */
    double cpu_minimum() const;
};

/**
 * \brief Runs all once, untimed, then \a rounds times in turns
 *
 * So that a slow phase of the machine meets all of them: compare minima of one call.
 */
void time_in_turns(std::vector<TimedWork> &works, int rounds);

} // namespace fovea
