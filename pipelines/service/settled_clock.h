// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "fovea/core/time.h"

namespace fovea {

/**
 * \brief The machine's clock once it was seen to run for an hour in step with the time since boot
 *
 * Until NTP sets it it may be years off: what would be deleted for its age waits.
 */
class SettledClock
{
public:
    static constexpr Nanoseconds settles_in = 3600 * nanoseconds_per_second;

    /** \return UTC; none: it was first asked for, or was set, within the last hour */
    std::optional<Nanoseconds> now();

    /** \brief As now(). \param utc as the clock says \param since_boot CLOCK_BOOTTIME */
    std::optional<Nanoseconds> now(Nanoseconds utc, Nanoseconds since_boot);

private:
    std::optional<Nanoseconds> boot_; ///< UTC, as the clock had it when it was set last
    Nanoseconds since_ = 0;           ///< then, since boot
};

} // namespace fovea
