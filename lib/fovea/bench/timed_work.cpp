// SPDX-License-Identifier: MIT
#include "fovea/bench/timed_work.h"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace fovea {

namespace {

double least_of(const std::vector<double> &times)
{
    return times.empty() ? 0 : *std::min_element(times.begin(), times.end());
}

double cpu_now()
{
    return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

} // namespace

double TimedWork::minimum() const
{
    return least_of(milliseconds);
}

double TimedWork::cpu_minimum() const
{
    return least_of(cpu_milliseconds);
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
            const double cpu_start = cpu_now();
            const auto start = Clock::now();
            one.work();
            one.milliseconds.push_back(
                std::chrono::duration<double, std::milli>(Clock::now() - start).count());
            one.cpu_milliseconds.push_back(cpu_now() - cpu_start);
        }
    }
}

} // namespace fovea
