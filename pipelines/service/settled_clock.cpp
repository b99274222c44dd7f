// SPDX-License-Identifier: MIT
#include "service/settled_clock.h"

#include <cstdlib>
#include <ctime>
#include <utility>

#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/core/utc.h"
#include "fovea/store/atomic_file.h"

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

SettledClock::SettledClock(std::filesystem::path file) : file_(std::move(file))
{
    std::error_code none;
    if (file_.empty() || !std::filesystem::exists(file_, none))
        return;
    try {
        const JsonReader kept(read_json(file_), file_.string());
        since_ = kept.integer("since", 0, longest_time);
        boot_ = kept.integer("boot_utc", -longest_time, longest_time);
        is_kept_ = true;
    } catch (const Error &) { // damaged, as by a power cut
    }
}

/* Once each time that it is set; where there is no room it is tried again */
void SettledClock::keep()
{
    if (file_.empty() || is_kept_)
        return;
    try {
        write_whole(file_, file_text({{"boot_utc", *boot_}, {"since", since_}}));
        is_kept_ = true;
    } catch (const Error &) {
    }
}

std::optional<Nanoseconds> SettledClock::now()
{
    return now(now_utc(), time_since_boot());
}

std::optional<Nanoseconds> SettledClock::now(Nanoseconds utc, Nanoseconds since_boot)
{
    const Nanoseconds boot = utc - since_boot;
    if (!boot_ || std::abs(boot - *boot_) > in_step || since_ > since_boot) { // or of another boot
        boot_ = boot;
        since_ = since_boot;
        is_kept_ = false;
    }
    keep();
    if (since_boot - since_ < settles_in)
        return std::nullopt;
    return utc;
}

} // namespace fovea
