// SPDX-License-Identifier: MIT
#include "fovea/core/percent.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace fovea {

std::string whole_percent(float share)
{
    return std::to_string(std::lround(share * 100)) + " %";
}

std::string percent_figure(double share)
{
    std::array<char, 32> text = {};
    std::snprintf(text.data(), text.size(), "%.1f", 100 * share);
    return text.data();
}

} // namespace fovea
