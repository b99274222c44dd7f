// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/time.h"

namespace fovea {

/** \brief Frames a second of a file that does not say */
constexpr double assumed_fps = 25;

/** \brief The latest time that a file may state */
constexpr double longest_seconds = to_seconds(longest_time);

/** \brief Whether files state the same stretch of video: to a millisecond */
constexpr bool is_same_span(const TimeSpan &a, const TimeSpan &b)
{
    const auto near_by = [](Nanoseconds one, Nanoseconds other) {
        return (one > other ? one - other : other - one) <= nanoseconds_per_millisecond;
    };
    return near_by(a.start, b.start) && near_by(a.end, b.end);
}

} // namespace fovea
