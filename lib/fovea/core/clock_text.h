// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "fovea/core/time.h"

namespace fovea {

/** \brief "3:07", or "1:02:07" from an hour on */
std::string clock_text(double seconds);

/** \brief In milliseconds, half of one to the later */
constexpr std::int64_t to_milliseconds(Nanoseconds time)
{
    return (time + nanoseconds_per_millisecond / 2) / nanoseconds_per_millisecond;
}

/** \brief "00:03:07.250", rounded to milliseconds: WebVTT, whose hours take more digits where they need them */
std::string cue_clock_text(Nanoseconds time);

} // namespace fovea
