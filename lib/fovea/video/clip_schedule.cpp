#include "fovea/video/clip_schedule.h"

#include <algorithm>
#include <string>

#include "fovea/core/errors.h"

namespace fovea {

PlannedSchedule::PlannedSchedule(const SamplingPlan &plan)
{
    if (plan.timesteps.empty())
        throw Error(Error::Kind::Settings, "sampling plan has no timestep, expected at least 1");

    length_ = static_cast<int>(plan.timesteps.front().size());
    for (std::size_t timestep = 0; timestep < plan.timesteps.size(); ++timestep) {
        const auto &frames = plan.timesteps[timestep];
        if (static_cast<int>(frames.size()) != length_)
            throw Error(Error::Kind::Settings, "timestep " + std::to_string(timestep) + " has " +
                                                   std::to_string(frames.size()) +
                                                   " frames, expected " + std::to_string(length_));
        for (int slot = 0; slot < length_; ++slot)
            by_frame_.insert({frames[static_cast<std::size_t>(slot)],
                              {static_cast<std::int64_t>(timestep), slot}});
    }
}

std::vector<Placement> PlannedSchedule::place(Nanoseconds, Nanoseconds)
{
    std::vector<Placement> placements;
    const auto [begin, end] = by_frame_.equal_range(next_frame_++);
    for (auto entry = begin; entry != end; ++entry)
        placements.push_back(entry->second);
    return placements;
}

StreamSchedule::StreamSchedule(const Options &options) : options_(options)
{
    if (options.length < 1)
        throw Error(Error::Kind::Settings, "frames-per-timestep is " +
                                               std::to_string(options.length) +
                                               ", expected at least 1");
    if (options.timestep_interval < 1 || options.frame_interval < 0)
        throw Error(Error::Kind::Settings, "sampling intervals must be above 0 ms");
}

bool StreamSchedule::begins_timestep(Nanoseconds time, Nanoseconds duration)
{
    if (options_.back_to_back)
        return open_.empty();
    // Where frames are ticks the interval counts in ticks, so that no rounding adds up over days.
    if (options_.frame_interval > 0) {
        const std::int64_t hop =
            std::max<std::int64_t>(1, (options_.timestep_interval + options_.frame_interval / 2) /
                                          options_.frame_interval);
        return next_tick_ % hop == 0;
    }
    return time + duration / 2 >= start_ + begun_ * options_.timestep_interval;
}

std::vector<Placement> StreamSchedule::place(Nanoseconds time, Nanoseconds duration)
{
    if (start_ < 0)
        start_ = time;

    std::vector<Placement> placements;
    const auto tick_is_due = [&] {
        return time + duration / 2 >= start_ + next_tick_ * options_.frame_interval;
    };
    bool first = true; // without a frame interval each frame is one tick
    while (options_.frame_interval > 0 ? tick_is_due() : first) {
        first = false;
        if (begins_timestep(time, duration)) {
            open_.push_back({next_timestep_++, 0});
            ++begun_;
        }
        for (Open &open : open_)
            placements.push_back({open.timestep, open.filled++});
        open_.erase(
            std::remove_if(open_.begin(), open_.end(),
                           [&](const Open &open) { return open.filled == options_.length; }),
            open_.end());
        ++next_tick_;
    }
    return placements;
}

void StreamSchedule::restart()
{
    open_.clear();
    start_ = -1;
    next_tick_ = 0;
    begun_ = 0;
}

} // namespace fovea
