// SPDX-License-Identifier: MIT
#include "fovea/core/percent.h"

#include <cmath>

#include "fovea/core/formatted.h"

namespace fovea {

std::string whole_percent(float share)
{
    return std::to_string(std::lround(share * 100)) + " %";
}

std::string percent_figure(double share)
{
    return formatted("%.1f", 100 * share);
}

} // namespace fovea
