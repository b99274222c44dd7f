// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fovea/core/array.h"
#include "fovea/core/time.h"
#include "fovea/store/events/event.h"

namespace fovea {

/** \brief The feature rows of one window of a camera, kept to learn from */
struct KeptWindow {
    std::int64_t alarm = 0; ///< whose window it is, by its id in the store; 0: of quiet time
    std::string label;      ///< the alarm's; empty: of quiet time
    std::optional<Verdict> verdict; ///< on the alarm
    Nanoseconds utc = 0;            ///< of its begin, since 1970
    float score = 0;                ///< the highest of its events, in [0, 1]
    double stands_for = 1;          ///< of quiet time: so many windows, itself included
    Array rows;                     ///< float [R, T', C]
};

/** \brief What a camera was watched with, and for how long */
struct WatchedCamera {
    std::string model;   ///< name or folder of its bundle
    std::string weights; ///< SHA-256 of those that made the rows
    double seconds = 0;  ///< of windows since the first that may be kept
};

} // namespace fovea
