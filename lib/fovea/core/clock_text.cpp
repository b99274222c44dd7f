// SPDX-License-Identifier: MIT
#include "fovea/core/clock_text.h"

#include <algorithm>
#include <cinttypes>
#include <cmath>

#include "fovea/core/formatted.h"

namespace fovea {

std::string clock_text(double seconds)
{
    const auto whole = static_cast<long>(std::floor(std::max(0.0, seconds)));
    if (whole >= 3600)
        return formatted("%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    return formatted("%ld:%02ld", whole / 60, whole % 60);
}

std::string cue_clock_text(Nanoseconds time)
{
    const std::int64_t ms = to_milliseconds(std::max<Nanoseconds>(time, 0));
    return formatted("%02" PRId64 ":%02d:%02d.%03d", ms / 3'600'000,
                     static_cast<int>(ms / 60'000 % 60), static_cast<int>(ms / 1000 % 60),
                     static_cast<int>(ms % 1000));
}

} // namespace fovea
