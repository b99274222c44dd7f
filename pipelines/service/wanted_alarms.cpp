// SPDX-License-Identifier: MIT
#include "service/wanted_alarms.h"

#include <algorithm>

namespace fovea {

namespace {

constexpr int windows_to_go_on = 2; // the first one may be that with which an alarm ends

/* What lay before the hours is not of it, but for how strong it was, and where */
void begin_at(AlarmEvent *alarm, Nanoseconds start)
{
    alarm->time.start = std::max(alarm->time.start, start);
    alarm->best = std::max(alarm->best, start);
}

} // namespace

std::optional<AlarmEvent> WantedAlarms::take(AlarmEvent alarm, bool wanted)
{
    const bool ends = alarm.kind == AlarmEvent::Kind::End;
    if (alarm.kind == AlarmEvent::Kind::Begin && !wanted) {
        windows_ = 0;
        held_[alarm.id] = alarm;
        return std::nullopt;
    }
    if (const auto held = held_.find(alarm.id); held != held_.end()) {
        if (ends)
            held_.erase(held);
        else
            held->second = alarm;
        return std::nullopt;
    }
    if (const auto late = late_.find(alarm.id); late != late_.end()) {
        begin_at(&alarm, late->second);
        if (ends)
            late_.erase(late);
    }
    return alarm;
}

std::vector<AlarmEvent> WantedAlarms::take_window(TimeSpan time)
{
    std::vector<AlarmEvent> begun;
    if (held_.empty())
        return begun;
    if (++windows_ == 1)
        first_ = time.start;
    if (windows_ < windows_to_go_on)
        return begun;
    for (auto &[id, alarm] : held_) {
        alarm.kind = AlarmEvent::Kind::Begin;
        alarm.time.end = std::max(alarm.time.end, time.end);
        begin_at(&alarm, first_);
        late_[id] = first_;
        begun.push_back(alarm);
    }
    held_.clear();
    return begun;
}

} // namespace fovea
