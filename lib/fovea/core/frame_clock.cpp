// SPDX-License-Identifier: MIT
#include "fovea/core/frame_clock.h"

#include <algorithm>

namespace fovea {

namespace {

/* Decoders hand frames out in order; what comes out of it comes back by a few frames. */
constexpr Nanoseconds late_share = 4;

constexpr Nanoseconds longest_sum = longest_time / 2; // two of them do not overflow

} // namespace

FrameClock::Step FrameClock::step(Nanoseconds time, Nanoseconds longest) const
{
    if (latest_ < 0)
        return Step::Begin;
    if (time >= latest_)
        return time - latest_ > longest ? Step::Jump : Step::Ahead;
    return latest_ - time > longest / late_share ? Step::Jump : Step::Late;
}

void FrameClock::see(Nanoseconds time)
{
    if (latest_ >= 0) {
        const Nanoseconds ahead = time - latest_;
        if (ahead < 0)
            return;
        if (ahead > 0)
            interval_ = ahead;
        ++steps_;
        sum_ = std::min(sum_ + ahead, longest_sum);
    }
    latest_ = time;
}

} // namespace fovea
