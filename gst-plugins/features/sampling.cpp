// SPDX-License-Identifier: MIT
#include "features/sampling.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "fovea/core/errors.h"
#include "fovea/decide/sliding_windows.h"

namespace fovea {

namespace {

Nanoseconds tick_of(const SamplingOptions &card)
{
    if (card.rate <= 0)
        throw Error(
            Error::Kind::Settings,
            "sampling=sliding needs a rate in the model's card, which has none; use another "
            "sampling");
    return static_cast<Nanoseconds>(std::llround(nanoseconds_per_second / card.rate));
}

/* Timesteps from time stamps: at the card's rate where it has one, else of frames a stride apart. */
TimestepSource stream_source(const SamplingSettings &settings, const SamplingOptions &card)
{
    StreamSchedule::Options options;
    options.length = card.frames;
    options.timestep_interval =
        static_cast<Nanoseconds>(card.interval_ms * nanoseconds_per_millisecond);
    if (card.rate > 0)
        options.frame_interval = tick_of(card);
    else if (card.plan == Sampling::Segments) // the frames of each timestep lie over all of it
        options.frame_interval = options.timestep_interval / card.frames;
    options.stride = card.stride;
    if (card.hop > 0)
        options.timestep_interval = options.frame_interval * card.hop;
    if (settings.timestep_interval_ms > 0)
        options.timestep_interval = settings.timestep_interval_ms * nanoseconds_per_millisecond;

    // Frames that are counted, with gaps between timesteps: the last ones span a gap, so pad instead.
    const bool gaps = options.frame_interval == 0;
    return {std::make_unique<StreamSchedule>(options),
            settings.tail == Tail::Align && gaps ? Tail::Pad : settings.tail, /*planned=*/false};
}

/* Windows of several lengths, in the order of their last frames: so they are complete in order. */
SamplingPlan window_plan(std::int64_t frames, std::int64_t length)
{
    SamplingPlan plan;
    for (const PlannedWindow &window : plan_windows(frames))
        plan.timesteps.push_back(window_frames(window, length));
    if (plan.timesteps.empty()) // a video shorter than the shortest window is one
        plan.timesteps.push_back(window_frames({0, frames, 0}, length));
    std::stable_sort(plan.timesteps.begin(), plan.timesteps.end(),
                     [](const auto &a, const auto &b) { return a.back() < b.back(); });
    return plan;
}

SamplingPlan plan_of(const SamplingOptions &sampling, std::int64_t frames, double fps)
{
    if (sampling.plan == Sampling::Windows)
        return window_plan(frames, sampling.frames);
    if (sampling.plan == Sampling::Sliding)
        tick_of(sampling); // refuses a card without a rate
    return sampling_plan(sampling, frames, fps);
}

/* Frames that follow each other without a gap, in timesteps of one row. */
TimestepSource row_source(const SamplingSettings &settings, const SamplingOptions &card,
                          std::int64_t frames_per_row)
{
    if (settings.frames_per_timestep > 0 && settings.frames_per_timestep != frames_per_row)
        throw Error(Error::Kind::Settings,
                    "frames-per-timestep is " + std::to_string(settings.frames_per_timestep) +
                        ", but with mode=streaming this model makes a row of every " +
                        std::to_string(frames_per_row) + " frames; leave it at 0");
    StreamSchedule::Options options;
    options.length = static_cast<int>(frames_per_row);
    options.back_to_back = true;
    if (settings.timestep_interval_ms > 0)
        options.frame_interval =
            settings.timestep_interval_ms * nanoseconds_per_millisecond / frames_per_row;
    else if (card.rate > 0)
        options.frame_interval = tick_of(card);
    else if (card.stride > 1)
        throw Error(Error::Kind::Settings,
                    "mode=streaming makes rows of frames that follow each other, but the model's "
                    "card has a stride of " +
                        std::to_string(card.stride) + "; set mode=one-at-a-time");
    TimestepSource source;
    source.schedule = std::make_unique<StreamSchedule>(options);
    source.tail = settings.tail == Tail::Drop ? Tail::Drop : Tail::Pad;
    source.streams = true;
    source.frame_interval = options.frame_interval;
    return source;
}

/** \param once what two clips that overlap share is taken once: time goes forwards */
std::vector<std::int64_t> frames_of(const SamplingPlan &plan, bool once)
{
    std::vector<std::int64_t> frames;
    for (const auto &timestep : plan.timesteps) {
        const auto from = once && !frames.empty()
                              ? std::upper_bound(timestep.begin(), timestep.end(), frames.back())
                              : timestep.begin();
        frames.insert(frames.end(), from, timestep.end());
    }
    return frames;
}

/* All frames as one clip, or, where the network streams, as its pieces: memory stays that of one. */
TimestepSource whole_source(const std::vector<std::int64_t> &frames, Tail tail,
                            std::int64_t frames_per_row)
{
    const auto all = static_cast<std::int64_t>(frames.size());
    const bool streams = frames_per_row > 0 && all % frames_per_row == 0;
    SamplingPlan pieces;
    const std::int64_t piece = streams ? frames_per_row : all;
    for (auto at = frames.begin(); at != frames.end(); at += piece)
        pieces.timesteps.emplace_back(at, at + piece);
    TimestepSource source;
    source.schedule = std::make_unique<PlannedSchedule>(pieces);
    source.tail = tail;
    source.planned = true;
    source.streams = streams;
    return source;
}

} // namespace

TimestepSource timestep_source(const SamplingSettings &settings, const SamplingOptions &card,
                               double fps, std::int64_t frames_per_row)
{
    if (settings.mode == FeatureMode::Streaming && frames_per_row == 0)
        throw Error(Error::Kind::Settings,
                    "mode=streaming is not there with this engine and model: LibTorch computes the "
                    "network or a part of it (attention), of whole clips only; use "
                    "mode=one-at-a-time, or device=cpu where the network is without attention");

    SamplingOptions wanted = card;
    if (settings.frames_per_timestep > 0)
        wanted.frames = settings.frames_per_timestep;
    if (settings.timesteps > 0)
        wanted.timesteps = settings.timesteps;

    const bool from_card = settings.sampling == Sampling::Card;
    const Sampling sampling = from_card ? card.plan : settings.sampling;
    wanted.plan = sampling;
    const bool slides = sampling == Sampling::Sliding;
    const bool by_rate = slides || (sampling == Sampling::Spread && wanted.rate > 0);
    const bool fps_is_missing = by_rate && fps <= 0;
    const bool planned =
        sampling != Sampling::Every && settings.total_frames > 0 && !fps_is_missing;

    const bool streams = sampling == Sampling::Every || slides;
    if (!planned && !streams && (!from_card || sampling == Sampling::Windows))
        throw Error(Error::Kind::Settings,
                    settings.total_frames == 0
                        ? "this sampling needs the number of frames, but total-frames is 0; set "
                          "it, or use sampling=every"
                        : "sampling=spread at the card's rate needs that of the video, but "
                          "total-time is 0; set it, or use sampling=every");
    if (sampling == Sampling::Windows && settings.mode != FeatureMode::OneAtATime)
        throw Error(Error::Kind::Settings,
                    "sampling windows judges windows that overlap, each by itself, but mode joins "
                    "all timesteps to one clip; use mode=one-at-a-time");
    if (!planned && settings.mode == FeatureMode::OneShot)
        throw Error(Error::Kind::Settings,
                    "mode=one-shot needs the number of frames, but total-frames is 0 or sampling "
                    "is every; set total-frames, or use mode=one-at-a-time");
    if (!planned && settings.mode == FeatureMode::Streaming)
        return row_source(settings, wanted, frames_per_row);
    if (!planned)
        return stream_source(settings, wanted);

    if (settings.mode == FeatureMode::OneShot && sampling != Sampling::Sliding &&
        !is_one_whole(sampling))
        throw Error(Error::Kind::Settings,
                    std::string("sampling ") + name_of(samplings, sampling) +
                        " takes clips that are judged by themselves, but mode joins all timesteps "
                        "to one clip; use mode=one-at-a-time");

    const SamplingPlan plan = plan_of(wanted, settings.total_frames, fps);
    const Tail tail = settings.tail == Tail::Drop ? Tail::Drop : Tail::Pad;
    if (settings.mode != FeatureMode::OneAtATime)
        return whole_source(frames_of(plan, /*once=*/slides), tail, frames_per_row);
    return {std::make_unique<PlannedSchedule>(plan), tail, /*planned=*/true};
}

} // namespace fovea
