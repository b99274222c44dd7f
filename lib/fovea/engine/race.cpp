#include "fovea/engine/race.h"

#include <algorithm>
#include <chrono>

namespace fovea {

double Contender::minimum() const
{
    return milliseconds.empty() ? 0 : *std::min_element(milliseconds.begin(), milliseconds.end());
}

double Contender::median() const
{
    if (milliseconds.empty())
        return 0;
    std::vector<double> sorted = milliseconds;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
}

void race(std::vector<Contender> &contenders, int rounds)
{
    using Clock = std::chrono::steady_clock;
    for (Contender &one : contenders)
        one.work(); // plans, caches, pages
    for (int round = 0; round < rounds; ++round) {
        for (Contender &one : contenders) {
            const auto start = Clock::now();
            one.work();
            one.milliseconds.push_back(
                std::chrono::duration<double, std::milli>(Clock::now() - start).count());
        }
    }
}

} // namespace fovea
