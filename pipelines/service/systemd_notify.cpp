// SPDX-License-Identifier: MIT
#include "service/systemd_notify.h"

#include <cstdint>

#ifdef FOVEA_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

namespace fovea {

#ifdef FOVEA_SYSTEMD

void tell_ready()
{
    sd_notify(0, "READY=1");
}

void tell_alive()
{
    sd_notify(0, "WATCHDOG=1");
}

void tell_stopping()
{
    sd_notify(0, "STOPPING=1");
}

unsigned alive_interval()
{
    constexpr std::uint64_t us_per_second = 1'000'000;
    std::uint64_t timeout_us = 0;
    if (sd_watchdog_enabled(0, &timeout_us) <= 0)
        return 0;
    const std::uint64_t half = timeout_us / us_per_second / 2;
    return half > 0 ? static_cast<unsigned>(half) : 1;
}

#else

void tell_ready() {}

void tell_alive() {}

void tell_stopping() {}

unsigned alive_interval()
{
    return 0;
}

#endif

} // namespace fovea
