// SPDX-License-Identifier: MIT
#include "fovea/core/clock_text.h"

#include <algorithm>
#include <array>
#include <cinttypes>
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

std::string cue_clock_text(Nanoseconds time)
{
    const Nanoseconds ms = (std::max<Nanoseconds>(time, 0) + nanoseconds_per_millisecond / 2) /
                           nanoseconds_per_millisecond;
    std::array<char, 48> text = {};
    std::snprintf(text.data(), text.size(), "%02" PRId64 ":%02d:%02d.%03d", ms / 3'600'000,
                  static_cast<int>(ms / 60'000 % 60), static_cast<int>(ms / 1000 % 60),
                  static_cast<int>(ms % 1000));
    return text.data();
}

} // namespace fovea
