// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "fovea/core/time.h"

namespace fovea {

/** \brief How much of a stream windows cover, each moment counted once however they overlap */
class WatchedTime
{
public:
    /** \brief It lies before the last one: the pipeline began anew */
    bool begins_anew(TimeSpan window) const { return window.end <= reached_; }

    /** \return s that no window before covered */
    double add(TimeSpan window)
    {
        const Nanoseconds since = begins_anew(window) ? window.start : reached_;
        reached_ = window.end;
        return to_seconds(window.end - std::max(since, window.start));
    }

    Nanoseconds reached() const { return reached_; } ///< end of the last window

private:
    Nanoseconds reached_ = 0;
};

} // namespace fovea
