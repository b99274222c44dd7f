// SPDX-License-Identifier: MIT
#include "service/store_writes.h"

#include <string>
#include <utility>

#include "fovea/core/errors.h"
#include "service/event_log.h"

namespace fovea {

namespace {

constexpr std::chrono::minutes told_every(10);
constexpr std::chrono::milliseconds long_wait(500); // alarms and the page wait as long
constexpr std::chrono::seconds rest(10);

} // namespace

bool StoreWrites::attempt(const std::function<void()> &write)
{
    const bool is_done = attempt_again(write);
    failed_ += is_done ? 0 : 1;
    return is_done;
}

bool StoreWrites::attempt_again(const std::function<void()> &write)
{
    const auto begun = std::chrono::steady_clock::now();
    if (begun < rests_until_)
        return false;
    try {
        write();
        return true;
    } catch (const Error &error) {
        reason_ = error.what();
        const auto now = std::chrono::steady_clock::now();
        if (now - begun >= long_wait)
            rests_until_ = now + rest;
        if (now < quiet_until_)
            return false;
        quiet_until_ = now + told_every;
        is_told_ = true;
        log_line(std::string("watching goes on, but what happens is not kept: ") + error.what());
        return false;
    }
}

void StoreWrites::tell_kept()
{
    if (std::exchange(is_told_, false))
        log_line("what happens is kept again");
}

} // namespace fovea
