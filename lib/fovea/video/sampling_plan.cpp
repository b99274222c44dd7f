// SPDX-License-Identifier: MIT
#include "fovea/video/sampling_plan.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr std::uint64_t shuffle_seed = 1;

template <typename T>
void require_positive(const char *name, T value)
{
    if (!(value > 0) || !std::isfinite(static_cast<double>(value)))
        throw Error(Error::Kind::Settings, std::string("sampling plan: ") + name +
                                               " must be above 0, got " + std::to_string(value));
}

std::vector<std::int64_t> consecutive(std::int64_t start, int length, std::int64_t frames)
{
    std::vector<std::int64_t> indices;
    indices.reserve(static_cast<std::size_t>(length));
    for (int slot = 0; slot < length; ++slot)
        indices.push_back(std::min(start + slot, frames - 1));
    return indices;
}

/** The frame nearest to tick \a tick; a tie goes to the earlier one, which a stream has first */
std::int64_t frame_at(std::int64_t tick, double frames_per_tick)
{
    return static_cast<std::int64_t>(std::ceil(static_cast<double>(tick) * frames_per_tick - 0.5));
}

std::int64_t ticks_within(std::int64_t frames, double frames_per_tick)
{
    auto ticks = static_cast<std::int64_t>((static_cast<double>(frames) - 0.5) /
                                           frames_per_tick); // to within one, by rounding
    while (ticks > 0 && frame_at(ticks, frames_per_tick) >= frames)
        --ticks;
    return ticks + 1;
}

std::vector<std::int64_t> stretched(std::int64_t frames, std::int64_t length)
{
    std::vector<std::int64_t> indices(static_cast<std::size_t>(length));
    const std::int64_t steps = length - 1;
    for (std::int64_t slot = 0; slot < length; ++slot) // round(a / b) = floor((2a + b) / 2b)
        indices[static_cast<std::size_t>(slot)] = (2 * slot * (frames - 1) + steps) / (2 * steps);
    return indices;
}

/** \a length frames from tick \a start on */
std::vector<std::int64_t> clip_at(std::int64_t start, int length, double frames_per_tick)
{
    std::vector<std::int64_t> indices(static_cast<std::size_t>(length));
    for (std::int64_t &index : indices)
        index = frame_at(start++, frames_per_tick);
    return indices;
}

/** The first clip's steps, counted back from the last frame */
std::vector<std::int64_t> clip_at_end(std::int64_t frames, int length, double frames_per_tick)
{
    std::vector<std::int64_t> indices = clip_at(0, length, frames_per_tick);
    for (std::int64_t &index : indices)
        index = frames - 1 - index;
    std::reverse(indices.begin(), indices.end());
    return indices;
}

} // namespace

SamplingPlan uniform_plan(std::int64_t frames, int timesteps, int length)
{
    require_positive("frames", frames);
    require_positive("timesteps", timesteps);
    require_positive("frames a timestep", length);

    const std::int64_t all = std::int64_t{timesteps} * length;
    const std::int64_t room = frames >= all ? frames : std::max<std::int64_t>(0, frames - length);
    SamplingPlan plan;
    for (int i = 0; i < timesteps; ++i)
        plan.timesteps.push_back(consecutive(i * room / timesteps, length, frames));
    return plan;
}

SamplingPlan equal_plan(std::int64_t frames, int timesteps, int length)
{
    require_positive("frames", frames);
    require_positive("timesteps", timesteps);
    require_positive("frames a timestep", length);

    const std::int64_t count = std::int64_t{timesteps} * length;
    SamplingPlan plan;
    plan.timesteps.resize(static_cast<std::size_t>(timesteps));
    for (std::int64_t j = 0; j < count; ++j)
        plan.timesteps[static_cast<std::size_t>(j / length)].push_back(j * frames / count);
    return plan;
}

SamplingPlan shuffled_plan(std::int64_t frames, int timesteps, int length, std::uint64_t seed)
{
    SamplingPlan plan = uniform_plan(frames, timesteps, length);

    // std::shuffle and the distributions differ between standard libraries; a seed should not
    std::mt19937_64 random(seed);
    for (std::size_t i = plan.timesteps.size(); i > 1; --i)
        std::swap(plan.timesteps[i - 1], plan.timesteps[random() % i]);
    return plan;
}

SamplingPlan sliding_plan(std::int64_t frames, double fps, int length, double rate, int hop)
{
    require_positive("frames", frames);
    require_positive("fps", fps);
    require_positive("frames a clip", length);
    require_positive("rate", rate);
    require_positive("hop", hop);

    const double frames_per_tick = fps / rate;
    const std::int64_t ticks = ticks_within(frames, frames_per_tick);
    if (ticks < length)
        return {{stretched(frames, length)}};

    SamplingPlan plan;
    std::int64_t end = 0;
    for (std::int64_t start = 0; start + length <= ticks; start += hop) {
        plan.timesteps.push_back(clip_at(start, length, frames_per_tick));
        end = start + length;
    }
    if (end < ticks)
        plan.timesteps.push_back(clip_at_end(frames, length, frames_per_tick));
    return plan;
}

SamplingPlan sampling_plan(const SamplingOptions &options, std::int64_t frames, double fps)
{
    switch (options.plan) {
    case Sampling::Uniform:
        return uniform_plan(frames, options.timesteps, options.frames);
    case Sampling::Equal:
        return equal_plan(frames, options.timesteps, options.frames);
    case Sampling::Shuffled:
        return shuffled_plan(frames, options.timesteps, options.frames, shuffle_seed);
    case Sampling::Sliding:
        return sliding_plan(frames, fps, options.frames, options.rate, options.hop);
    case Sampling::Windows:
        return equal_plan(frames, /*timesteps=*/1, options.frames);
    case Sampling::Card:
    case Sampling::Every:
        break;
    }
    throw Error(Error::Kind::Settings, "sampling plan: expected one of " +
                                           joined(stored_names(samplings)) + ", got " +
                                           name_of(samplings, options.plan));
}

} // namespace fovea
