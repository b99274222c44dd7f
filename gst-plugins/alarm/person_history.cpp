// SPDX-License-Identifier: MIT
#include "alarm/person_history.h"

#include <set>
#include <utility>

namespace fovea {

void PersonHistory::add(Nanoseconds time, std::vector<Person> persons)
{
    if (!frames_.empty() && time < frames_.back().time)
        frames_.clear();
    if (!persons.empty())
        frames_.push_back({time, std::move(persons)});
    while (!frames_.empty() && frames_.front().time < time - kept)
        frames_.pop_front();
}

std::vector<Person> PersonHistory::during(TimeSpan time) const
{
    std::vector<Person> seen;
    std::set<int> ids;
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
        if (frame->time < time.start || frame->time >= time.end)
            continue;
        const bool is_last = seen.empty();
        for (const Person &person : frame->persons) {
            const bool is_new = person.id < 0 ? is_last : ids.insert(person.id).second;
            if (is_new)
                seen.push_back(person);
        }
    }
    return seen;
}

} // namespace fovea
