// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/core/names.h"

namespace fovea {

/** \brief How the frames of timesteps are chosen */
enum class Sampling {
    Card, ///< only asked for: as the model's card says
    Uniform,
    Equal,
    Shuffled,
    Sliding,
    Windows,
    Every ///< only asked for: from time stamps, see StreamSchedule
};

constexpr Named<Sampling> samplings[] = {
    {Sampling::Card, "card", "The card's plan; without total-frames, from time stamps",
     NameUse::Asked},
    {Sampling::Uniform, "uniform", "Timesteps spread over the video"},
    {Sampling::Equal, "equal", "Frames equally spaced over the video"},
    {Sampling::Shuffled, "shuffled", "Uniform, the timesteps permuted"},
    {Sampling::Sliding, "sliding", "Overlapping clips at the card's rate"},
    {Sampling::Windows, "windows",
     "Windows of 16 to 512 frames, the card's number of frames out of each"},
    {Sampling::Every, "every", "A timestep each timestep-interval, no survey needed",
     NameUse::Asked}};

/** \brief How clips are taken from video */
struct SamplingOptions {
    Sampling plan = Sampling::Uniform; ///< one that is not only asked for
    int frames = 8;                    ///< a timestep
    int timesteps = 64;                ///< of a whole video; not for Sliding and Windows
    double rate = 0;                   ///< Sliding: frames a second
    int hop = 0;                       ///< Sliding: frames from clip to clip
    double interval_ms = 1000;         ///< streams: from timestep to timestep (not Sliding)
};

/**
 * \brief Which frames make up which timestep: timesteps[t][slot] is a frame index, from 0
 *
 * Every timestep has the same number of slots. Indices may repeat and timesteps may overlap.
 * Source: Ballan 2021, 3.1. All functions throw Error (Settings) when a count is < 1.
 */
struct SamplingPlan {
    std::vector<std::vector<std::int64_t>> timesteps;
};

/**
 * \brief \a timesteps segments of \a length consecutive frames, spread over the video
 *
 * frames >= timesteps * length: start_i = floor(i * frames / timesteps); fewer: segments overlap,
 * start_i = floor(i * (frames - length) / timesteps); frames <= length: the last frame repeats.
 */
SamplingPlan uniform_plan(std::int64_t frames, int timesteps = 64, int length = 8);

/** \brief timesteps * length frames equally spaced: index floor(j * frames / count) */
SamplingPlan equal_plan(std::int64_t frames, int timesteps = 64, int length = 8);

/** \brief uniform_plan with its timesteps permuted, the order inside each kept */
SamplingPlan shuffled_plan(std::int64_t frames, int timesteps, int length, std::uint64_t seed);

/**
 * \brief Clips of \a length frames taken at \a rate a second, a new one every \a hop such frames
 *
 * Where frames of that rate remain after the last clip, one more is moved back to end with the
 * video's last frame, so its end is seen. A clip is stretched over a video shorter than it (index
 * round(i * (frames - 1) / (length - 1))).
 * \param fps frames a second of the video; \a rate above it repeats frames
 * Source: the compact network's sampling
 */
SamplingPlan sliding_plan(std::int64_t frames, double fps, int length, double rate, int hop);

/**
 * \brief The plan that \a options name, over a video or a stretch of one
 *
 * Of Windows the frames given are one window. Shuffled has one seed: a run must be repeatable.
 * \throw Error Settings for Card and Every, which are no plans over a video
 */
SamplingPlan sampling_plan(const SamplingOptions &options, std::int64_t frames, double fps);

} // namespace fovea
