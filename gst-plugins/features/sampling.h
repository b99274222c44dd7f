// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "fovea/video/clip_assembler.h"
#include "fovea/video/feature_mode.h"
#include "fovea/video/sampling_plan.h"

namespace fovea {

/** \brief The sampling properties of foveafeatures; 0 means the card's */
struct SamplingSettings {
    Sampling sampling = Sampling::Card;
    FeatureMode mode = FeatureMode::OneAtATime;
    Tail tail = Tail::Align;
    int frames_per_timestep = 0;
    int timesteps = 0;
    int timestep_interval_ms = 0;
    std::int64_t total_frames = 0; ///< of the surveyed video; 0: not surveyed
    Nanoseconds total_time = 0; ///< measured in it, from its first frame to its end; 0: not known
};

/** \brief Where the timesteps of a stream come from */
struct TimestepSource {
    std::unique_ptr<ClipSchedule> schedule;
    Tail tail = Tail::Pad;
    bool planned = false; ///< made from a survey: frames are counted, time stamps do not matter
    Nanoseconds frame_interval = 0; ///< of streams on time stamps; 0: not known
    bool streams = false; ///< timesteps are the pieces of one stream, in order, one row each
};

/**
 * \brief The schedule that the settings, the card and the stream ask for
 *
 * A plan over the whole video needs total_frames. Without it, and for `every`, timesteps come from
 * time stamps.
 * \param fps frames a second as measured over the whole video; 0 when not known
 * \param frames_per_row of the network's streams; 0: it has none, and one-shot is one long clip
 * \throw Error Settings naming the property when they do not fit together
 */
TimestepSource timestep_source(const SamplingSettings &settings, const SamplingOptions &card,
                               double fps, std::int64_t frames_per_row = 0);

} // namespace fovea
