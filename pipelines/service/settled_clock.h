// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>

#include "fovea/core/time.h"

namespace fovea {

/**
 * \brief The machine's clock once it was seen to run for an hour in step with the time since boot
 *
 * Until NTP sets it it may be years off: what would be deleted for its age waits. A file keeps since when it does, for
 * a process that is started anew more often than that.
 */
class SettledClock
{
public:
    static constexpr Nanoseconds settles_in = 3600 * nanoseconds_per_second;

    /** \param file that need not be there; where it cannot be read or written, this run's hour counts. Empty: none */
    explicit SettledClock(std::filesystem::path file = {});

    /** \return UTC; none: it was first asked for, or was set, within the last hour */
    std::optional<Nanoseconds> now();

    /** \brief As now(). \param utc as the clock says \param since_boot CLOCK_BOOTTIME */
    std::optional<Nanoseconds> now(Nanoseconds utc, Nanoseconds since_boot);

private:
    void keep();

    std::filesystem::path file_;
    bool is_kept_ = false;            ///< in the file, as it is by now
    std::optional<Nanoseconds> boot_; ///< UTC, as the clock had it when it was set last
    Nanoseconds since_ = 0;           ///< then, since boot
};

} // namespace fovea
