#include "features/sampling.h"

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr std::array<std::pair<const char *, Sampling>, 4> plans = {
    {{"uniform", Sampling::Uniform},
     {"equal", Sampling::Equal},
     {"shuffled", Sampling::Shuffled},
     {"sliding", Sampling::Sliding}}};

constexpr std::uint64_t shuffle_seed = 1; // fixed: a run must be repeatable

Sampling card_plan(const CardSampling &card)
{
    for (const auto &[name, sampling] : plans)
        if (card.plan == name)
            return sampling;
    throw Error(Error::Kind::Settings, "sampling plan '" + card.plan +
                                           "' of the card is unknown; expected uniform, equal, "
                                           "shuffled or sliding");
}

Nanoseconds tick_of(const CardSampling &card)
{
    if (card.rate <= 0)
        throw Error(
            Error::Kind::Settings,
            "sampling=sliding needs a rate in the model's card, which has none; use another "
            "sampling");
    return static_cast<Nanoseconds>(std::llround(nanoseconds_per_second / card.rate));
}

/* Timesteps from time stamps: at the card's rate where it has one, else of consecutive frames. */
ClipSource stream_source(const SamplingSettings &settings, const CardSampling &card)
{
    StreamSchedule::Options options;
    options.length = card.frames;
    if (card.rate > 0) {
        options.frame_interval = tick_of(card);
        options.timestep_interval = options.frame_interval * card.hop;
    } else {
        options.timestep_interval =
            static_cast<Nanoseconds>(card.interval_ms * nanoseconds_per_millisecond);
    }
    if (settings.timestep_interval_ms > 0)
        options.timestep_interval = settings.timestep_interval_ms * nanoseconds_per_millisecond;

    // Consecutive frames with gaps between timesteps: the last ones span a gap, so pad instead.
    const bool gaps = options.frame_interval == 0;
    return {std::make_unique<StreamSchedule>(options),
            settings.tail == Tail::Align && gaps ? Tail::Pad : settings.tail, /*planned=*/false};
}

SamplingPlan plan_of(Sampling sampling, const CardSampling &card, std::int64_t frames, double fps)
{
    switch (sampling) {
    case Sampling::Equal:
        return equal_plan(frames, card.timesteps, card.frames);
    case Sampling::Shuffled:
        return shuffled_plan(frames, card.timesteps, card.frames, shuffle_seed);
    case Sampling::Sliding:
        tick_of(card); // refuses a card without a rate
        return sliding_plan(frames, fps, card.frames, card.rate, card.hop);
    default:
        return uniform_plan(frames, card.timesteps, card.frames);
    }
}

SamplingPlan as_one_clip(const SamplingPlan &plan)
{
    SamplingPlan whole;
    auto &frames = whole.timesteps.emplace_back();
    for (const auto &timestep : plan.timesteps)
        frames.insert(frames.end(), timestep.begin(), timestep.end());
    return whole;
}

} // namespace

ClipSource clip_source(const SamplingSettings &settings, const CardSampling &card, double fps)
{
    CardSampling wanted = card;
    if (settings.frames_per_timestep > 0)
        wanted.frames = settings.frames_per_timestep;
    if (settings.timesteps > 0)
        wanted.timesteps = settings.timesteps;

    const bool from_card = settings.sampling == Sampling::Card;
    const Sampling sampling = from_card ? card_plan(card) : settings.sampling;
    const bool fps_is_missing = sampling == Sampling::Sliding && fps <= 0;
    const bool planned =
        sampling != Sampling::Every && settings.total_frames > 0 && !fps_is_missing;

    if (!planned && !from_card && sampling != Sampling::Every && sampling != Sampling::Sliding)
        throw Error(Error::Kind::Settings,
                    "this sampling needs the number of frames, but total-frames is 0; set it, or "
                    "use sampling=every");
    if (!planned && settings.mode == FeatureMode::OneShot)
        throw Error(Error::Kind::Settings,
                    "mode=one-shot needs the number of frames, but total-frames is 0 or sampling "
                    "is every; set total-frames, or use mode=one-at-a-time");
    if (!planned)
        return stream_source(settings, wanted);

    SamplingPlan plan = plan_of(sampling, wanted, settings.total_frames, fps);
    if (settings.mode == FeatureMode::OneShot)
        plan = as_one_clip(plan);
    return {std::make_unique<PlannedSchedule>(plan),
            settings.tail == Tail::Drop ? Tail::Drop : Tail::Pad, /*planned=*/true};
}

} // namespace fovea
