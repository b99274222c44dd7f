// SPDX-License-Identifier: MIT
#include "fovea/decide/alarm_rate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace fovea {

double count_reaching(const std::vector<QuietScore> &scores, float threshold)
{
    double count = 0;
    for (const QuietScore &one : scores)
        count += one.score >= threshold ? one.stands_for : 0;
    return count;
}

float threshold_for(std::vector<QuietScore> scores, double most, float floor)
{
    std::sort(scores.begin(), scores.end(),
              [](const QuietScore &a, const QuietScore &b) { return a.score > b.score; });
    double count = 0;
    for (const QuietScore &one : scores) {
        if (one.score < floor)
            break;
        count += one.stands_for;
        if (count > most)
            return std::nextafter(one.score, std::numeric_limits<float>::max());
    }
    return floor;
}

std::vector<float> thresholds_for(const std::vector<QuietClass> &classes, double wished)
{
    std::vector<float> thresholds;
    std::vector<double> counts;
    for (const QuietClass &one : classes) {
        thresholds.push_back(one.threshold);
        counts.push_back(count_reaching(one.scores, one.threshold));
    }
    const double seen = std::accumulate(counts.begin(), counts.end(), 0.0);
    if (seen < known_from || seen <= wished)
        return thresholds;

    std::vector<std::size_t> order(classes.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return counts[a] < counts[b]; });
    double left = wished;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const QuietClass &one = classes[order[i]];
        const double share = std::max(1.0, left / static_cast<double>(order.size() - i));
        const float threshold = std::min(1.0F, threshold_for(one.scores, share, one.threshold));
        thresholds[order[i]] = threshold;
        left = std::max(0.0, left - count_reaching(one.scores, threshold));
    }
    return thresholds;
}

} // namespace fovea
