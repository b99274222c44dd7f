// SPDX-License-Identifier: MIT
#include "standing_tasks.h"

#include <algorithm>
#include <utility>

#include "fovea/core/formatted.h"

namespace fovea {

void StandingTasks::begin(std::size_t task, std::string name)
{
    tasks_[task] = {std::move(name), std::nullopt, Clock::duration(0), false};
}

void StandingTasks::set(std::size_t task, double share)
{
    const auto known = tasks_.find(task);
    if (known == tasks_.end() || known->second.share == share)
        return;
    known->second = {known->second.name, share, Clock::duration(0), false};
}

void StandingTasks::end(std::size_t task)
{
    tasks_.erase(task);
}

std::vector<std::string> StandingTasks::look(Clock::time_point now)
{
    const Clock::duration since =
        std::min<Clock::duration>(now - std::exchange(looked_, now), std::chrono::seconds(1));
    std::vector<std::string> lines;
    for (auto &[number, task] : tasks_) {
        if (!task.share)
            continue; // what comes before, as a download, has a patience of its own
        task.stood += since;
        if (task.is_told || task.stood < patience || tasks_.size() < 2)
            continue;
        task.is_told = true;
        lines.push_back("'" + task.name + "' " +
                        formatted("has come no further than %.0f %% for %d s: it takes long, or "
                                  "stands still",
                                  100 * *task.share, static_cast<int>(patience.count())));
    }
    return lines;
}

} // namespace fovea
