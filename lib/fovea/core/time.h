// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>

namespace fovea {

/** \brief Stream time in nanoseconds, as GStreamer counts it */
using Nanoseconds = std::int64_t;

constexpr Nanoseconds nanoseconds_per_second = 1'000'000'000;
constexpr Nanoseconds nanoseconds_per_millisecond = 1'000'000;
constexpr Nanoseconds nanoseconds_per_microsecond = 1'000;

struct TimeSpan {
    Nanoseconds start = 0; ///< of the first frame
    Nanoseconds end = 0;   ///< of the last frame, its duration included
};

/** \brief A time whose magnitude is beyond it is an error, not 146 years: int64 holds the sum of two, and the difference */
constexpr Nanoseconds longest_time = 4'600'000'000 * nanoseconds_per_second;

constexpr double to_seconds(Nanoseconds time)
{
    return static_cast<double>(time) / nanoseconds_per_second;
}

/** \brief The nearest */
inline Nanoseconds to_nanoseconds(double seconds)
{
    return std::llround(seconds * nanoseconds_per_second);
}

} // namespace fovea
