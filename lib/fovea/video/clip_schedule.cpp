// SPDX-License-Identifier: MIT
#include "fovea/video/clip_schedule.h"

#include <algorithm>
#include <limits>
#include <string>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

/* Of consecutive frames: beyond it the interval between two frames says nothing of the next. */
constexpr Nanoseconds slowest_interval = 3600 * nanoseconds_per_second;

} // namespace

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
    if (options.stride < 1)
        throw Error(Error::Kind::Settings,
                    "stride is " + std::to_string(options.stride) + ", expected at least 1");
    if (options.timestep_interval < 1 || options.frame_interval < 0)
        throw Error(Error::Kind::Settings, "sampling intervals must be above 0 ms");
}

/** \brief The length of a timestep; of consecutive frames, by their measured interval */
Nanoseconds StreamSchedule::longest_step() const
{
    if (options_.frame_interval > 0)
        return options_.length * options_.frame_interval;
    const Nanoseconds frames = options_.length * std::min(clock_.interval(), slowest_interval);
    constexpr Nanoseconds longest = std::numeric_limits<Nanoseconds>::max() / 2;
    return std::max(options_.timestep_interval,
                    std::min(frames, longest / options_.stride) * options_.stride);
}

/** \brief A duration of more than a timestep is none of a frame: the measured interval is */
Nanoseconds StreamSchedule::half_of(Nanoseconds duration) const
{
    const Nanoseconds longest = longest_step();
    return (duration > 0 && duration <= longest ? duration : std::min(clock_.interval(), longest)) /
           2;
}

bool StreamSchedule::is_jump(Nanoseconds time) const
{
    return clock_.step(time, longest_step()) == FrameClock::Step::Jump;
}

/** \param reached time that the frame in hand stands for, half its duration included */
bool StreamSchedule::begins_timestep(Nanoseconds reached) const
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
    return reached - start_ >= next_begin_ * options_.timestep_interval;
}

std::vector<Placement> StreamSchedule::place(Nanoseconds time, Nanoseconds duration)
{
    if (is_jump(time))
        restart();
    const FrameClock::Step step = clock_.step(time, longest_step());
    if (step == FrameClock::Step::Late)
        return {};
    if (step == FrameClock::Step::Begin)
        start_ = time;
    const Nanoseconds reached = time + half_of(duration);
    clock_.see(time);

    std::vector<Placement> placements;
    const auto tick_is_due = [&] {
        return reached - start_ >= next_tick_ * options_.frame_interval;
    };
    bool first = true; // without a frame interval each frame is one tick
    while (options_.frame_interval > 0 ? tick_is_due() : first) {
        first = false;
        if (begins_timestep(reached)) {
            open_.push_back({next_timestep_++, 0});
            next_begin_ = (reached - start_) / options_.timestep_interval + 1;
        }
        for (Open &open : open_) {
            if (open.wait-- > 0)
                continue;
            placements.push_back({open.timestep, open.filled++});
            open.wait = options_.frame_interval > 0 ? 0 : options_.stride - 1;
        }
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
    clock_.restart();
    open_.clear();
    next_tick_ = 0;
    next_begin_ = 0;
}

} // namespace fovea
