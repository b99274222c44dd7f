// SPDX-License-Identifier: MIT
#include "fovea/bench/timed_work.h"

#include <algorithm>
#include <chrono>

namespace fovea {

double TimedWork::minimum() const
{
    return milliseconds.empty() ? 0 : *std::min_element(milliseconds.begin(), milliseconds.end());
}

double TimedWork::median() const
{
    if (milliseconds.empty())
        return 0;
    std::vector<double> sorted = milliseconds;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
}

void time_in_turns(std::vector<TimedWork> &works, int rounds)
{
    using Clock = std::chrono::steady_clock;
    for (TimedWork &one : works)
        one.work(); // plans, caches, pages
    for (int round = 0; round < rounds; ++round) {
        for (TimedWork &one : works) {
            const auto start = Clock::now();
            one.work();
            one.milliseconds.push_back(
                std::chrono::duration<double, std::milli>(Clock::now() - start).count());
        }
    }
}

} // namespace fovea
