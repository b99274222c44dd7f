// SPDX-License-Identifier: MIT
#include "service/store_writes.h"

#include <string>

#include "fovea/core/errors.h"
#include "fovea/core/utc.h"
#include "service/event_log.h"

namespace fovea {

namespace {

constexpr Nanoseconds told_every = 600 * nanoseconds_per_second;

} // namespace

void StoreWrites::attempt(const std::function<void()> &write)
{
    try {
        write();
    } catch (const Error &error) {
        ++failed_;
        if (const Nanoseconds now = now_utc(); now >= quiet_until_) {
            quiet_until_ = now + told_every;
            log_line(std::string("watching goes on, but what happens is not kept: ") +
                     error.what());
        }
    }
}

} // namespace fovea
