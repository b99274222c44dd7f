// SPDX-License-Identifier: MIT
#include "service/settled_clock.h"

#include <cstdlib>
#include <ctime>

#include "fovea/core/utc.h"

namespace fovea {

namespace {

constexpr Nanoseconds in_step = 60 * nanoseconds_per_second; ///< NTP's own corrections are smaller

Nanoseconds time_since_boot()
{
    std::timespec time = {};
    clock_gettime(CLOCK_BOOTTIME, &time); // with the time asleep
    return time.tv_sec * nanoseconds_per_second + time.tv_nsec;
}

} // namespace

std::optional<Nanoseconds> SettledClock::now()
{
    return now(now_utc(), time_since_boot());
}

std::optional<Nanoseconds> SettledClock::now(Nanoseconds utc, Nanoseconds since_boot)
{
    const Nanoseconds boot = utc - since_boot;
    if (!boot_ || std::abs(boot - *boot_) > in_step) {
        boot_ = boot;
        since_ = since_boot;
    }
    if (since_boot - since_ < settles_in)
        return std::nullopt;
    return utc;
}

} // namespace fovea
