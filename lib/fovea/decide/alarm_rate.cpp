// SPDX-License-Identifier: MIT
#include "fovea/decide/alarm_rate.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

} // namespace fovea
