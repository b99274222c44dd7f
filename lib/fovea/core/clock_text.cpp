// SPDX-License-Identifier: MIT
#include "fovea/core/clock_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace fovea {

std::string clock_text(double seconds)
{
    const auto whole = static_cast<long>(std::floor(std::max(0.0, seconds)));
    std::array<char, 32> text{};
    if (whole >= 3600)
        std::snprintf(text.data(), text.size(), "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60,
                      whole % 60);
    else
        std::snprintf(text.data(), text.size(), "%ld:%02ld", whole / 60, whole % 60);
    return text.data();
}

} // namespace fovea
