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

/** Frames that lie \a step apart, from \a start on */
std::vector<std::int64_t> stepping(std::int64_t start, int length, double step, std::int64_t frames,
                                   Fill fill)
{
    std::vector<std::int64_t> indices(static_cast<std::size_t>(length));
    for (std::size_t slot = 0; slot < indices.size(); ++slot) {
        const std::int64_t frame = start + frame_at(static_cast<std::int64_t>(slot), step);
        indices[slot] = fill == Fill::Last ? std::min(frame, frames - 1) : frame % frames;
    }
    return indices;
}

/** The last frame at which a clip may begin */
std::int64_t last_start(std::int64_t frames, int length, double step)
{
    return std::max<std::int64_t>(
        0, static_cast<std::int64_t>(std::floor(static_cast<double>(frames) - length * step)));
}

double step_of(const SamplingOptions &options, double fps)
{
    if (options.plan == Sampling::Clips || options.rate <= 0)
        return options.stride;
    require_positive("fps", fps);
    return fps / options.rate;
}

std::vector<std::int64_t> drawn_segments(std::int64_t frames, int length, Random *random)
{
    const std::int64_t part = frames / length;
    std::vector<std::int64_t> indices(static_cast<std::size_t>(length), 0);
    for (int i = 0; part > 0 && i < length; ++i)
        indices[static_cast<std::size_t>(i)] =
            i * part + static_cast<std::int64_t>(random->below(static_cast<std::uint64_t>(part)));
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

SamplingPlan segments_plan(std::int64_t frames, int timesteps, int length)
{
    require_positive("frames", frames);
    require_positive("timesteps", timesteps);
    require_positive("frames a timestep", length);

    SamplingPlan plan;
    for (int clip = 0; clip < timesteps; ++clip) {
        // Offset and parts of a tick as one fraction: (i + offset / of) * frames / length
        const std::int64_t of = timesteps == 1 ? 2 : timesteps;
        const std::int64_t offset = timesteps == 1 ? 1 : clip;
        std::vector<std::int64_t> indices;
        for (int i = 0; i < length; ++i)
            indices.push_back((i * of + offset) * frames / (of * length));
        plan.timesteps.push_back(std::move(indices));
    }
    return plan;
}

SamplingPlan spread_plan(std::int64_t frames, int timesteps, int length, double step, Fill fill)
{
    require_positive("frames", frames);
    require_positive("timesteps", timesteps);
    require_positive("frames a timestep", length);
    require_positive("step", step);

    const std::int64_t room = last_start(frames, length, step);
    SamplingPlan plan;
    for (int clip = 0; clip < timesteps; ++clip) {
        const std::int64_t start = timesteps == 1 ? room / 2 : clip * room / (timesteps - 1);
        plan.timesteps.push_back(stepping(start, length, step, frames, fill));
    }
    return plan;
}

SamplingPlan clips_plan(std::int64_t frames, int length, Fill fill, int stride)
{
    require_positive("frames", frames);
    require_positive("frames a clip", length);
    require_positive("stride", stride);

    const std::int64_t span = std::int64_t{length} * stride;
    SamplingPlan plan;
    for (std::int64_t start = 0; start < frames; start += span) {
        const std::int64_t left = std::min<std::int64_t>(span, frames - start);
        if (fill == Fill::Drop && left < span && start > 0)
            break;
        std::vector<std::int64_t> clip = stepping(0, length, stride, left, fill);
        for (std::int64_t &frame : clip)
            frame += start;
        plan.timesteps.push_back(std::move(clip));
    }
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
        return shuffled_plan(frames, options.timesteps, options.frames,
                             static_cast<std::uint64_t>(frames));
    case Sampling::Segments:
        return segments_plan(frames, options.timesteps, options.frames);
    case Sampling::Spread:
        return spread_plan(frames, options.timesteps, options.frames, step_of(options, fps),
                           options.fill);
    case Sampling::Clips:
        return clips_plan(frames, options.frames, options.fill, options.stride);
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

std::vector<std::int64_t> drawn_timestep(const SamplingOptions &options, std::int64_t frames,
                                         double fps, Random *random)
{
    require_positive("frames", frames);
    require_positive("frames a timestep", options.frames);
    switch (options.plan) {
    case Sampling::Segments:
        return drawn_segments(frames, options.frames, random);
    case Sampling::Spread:
    case Sampling::Clips: {
        const double step = step_of(options, fps);
        const std::int64_t starts = last_start(frames, options.frames, step) + 1;
        const auto start =
            static_cast<std::int64_t>(random->below(static_cast<std::uint64_t>(starts)));
        return stepping(start, options.frames, step, frames, options.fill);
    }
    default: {
        const auto timesteps = sampling_plan(options, frames, fps).timesteps;
        return timesteps[random->below(timesteps.size())];
    }
    }
}

} // namespace fovea
