// SPDX-License-Identifier: MIT
#include "fovea/decide/time_interval.h"

#include <algorithm>

namespace fovea {

double interval_overlap(const TimeInterval &a, const TimeInterval &b)
{
    const double common = std::min(a.end, b.end) - std::max(a.start, b.start);
    if (common <= 0)
        return 0;
    return common / (a.length() + b.length() - common);
}

} // namespace fovea
