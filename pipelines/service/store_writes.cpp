// SPDX-License-Identifier: MIT
#include "service/store_writes.h"

#include <string>
#include <utility>

#include "fovea/core/errors.h"
#include "service/event_log.h"

namespace fovea {

namespace {

constexpr std::chrono::milliseconds long_wait(500); // alarms and the page wait as long
constexpr std::chrono::seconds rest(10);

} // namespace

bool StoreWrites::attempt(const std::function<void()> &write)
{
    const bool is_tried = !rests();
    if (is_tried && is_done(write))
        return true;
    ++failed_;
    if (is_tried && !is_told_) // which says as much
        tell("a write failed, watching goes on: ", &told_);
    return false;
}

bool StoreWrites::attempt_event(const std::function<void()> &write)
{
    if (attempt_again(write))
        return true;
    ++failed_;
    return false;
}

bool StoreWrites::attempt_again(const std::function<void()> &write)
{
    if (!rests() && is_done(write))
        return true;
    if (tell("watching goes on, but what happens is not kept: ", &events_told_))
        is_told_ = true;
    return false;
}

bool StoreWrites::is_done(const std::function<void()> &write)
{
    const auto begun = std::chrono::steady_clock::now();
    try {
        write();
        return true;
    } catch (const Error &error) {
        reason_ = error.what();
        const auto now = std::chrono::steady_clock::now();
        if (now - begun >= long_wait)
            rests_until_ = now + rest;
        return false;
    }
}

/* \return whether it was told now */
bool StoreWrites::tell(const char *what, SeldomTold *told) const
{
    const bool is_due = told->is_due();
    if (is_due)
        log_line(what + reason_);
    return is_due;
}

void StoreWrites::tell_kept()
{
    if (std::exchange(is_told_, false))
        log_line("what happens is kept again");
}

} // namespace fovea
