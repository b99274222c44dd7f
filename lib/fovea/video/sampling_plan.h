// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/core/names.h"
#include "fovea/core/random.h"
#include "fovea/video/feature_mode.h"

namespace fovea {

/** \brief How the frames of timesteps are chosen */
enum class Sampling {
    Card, ///< only asked for: as the model's card says
    Uniform,
    Equal,
    Shuffled,
    Segments,
    Spread,
    Clips,
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
    {Sampling::Segments, "segments", "A frame of each of as many equal parts of the video"},
    {Sampling::Spread, "spread", "Clips from the video's beginning to its end, evenly"},
    {Sampling::Clips, "clips", "All frames, in clips one behind the other"},
    {Sampling::Sliding, "sliding", "Overlapping clips at the card's rate"},
    {Sampling::Windows, "windows",
     "Windows of 16 to 512 frames, the card's number of frames out of each"},
    {Sampling::Every, "every", "A timestep each timestep-interval, no survey needed",
     NameUse::Asked}};

/** \brief What fills a clip where the video ends before it */
enum class Fill {
    Last, ///< its last frame, again and again
    Loop, ///< its frames from the first on, again and again
    Drop  ///< Clips: nothing, the clip is left out; the only one of a video as Loop
};

constexpr Named<Fill> fills[] = {{Fill::Last, "last"}, {Fill::Loop, "loop"}, {Fill::Drop, "drop"}};

/** \brief How clips are taken from video */
struct SamplingOptions {
    Sampling plan = Sampling::Uniform; ///< one that is not only asked for
    int frames = 8;                    ///< a timestep
    int timesteps = 64;                ///< of a whole video; see has_timesteps()
    double rate = 0;                   ///< Sliding, Spread: frames a second; Spread, 0: by stride
    int hop = 0;                       ///< Sliding: frames from clip to clip
    double interval_ms = 1000;         ///< streams: from timestep to timestep (not Sliding)
    int stride = 1;                    ///< Spread, Clips: from a frame of a clip to the next
    Fill fill = Fill::Last;            ///< Spread, Clips
    FeatureMode mode =
        FeatureMode::OneAtATime; ///< of the rows that a head was trained on; not Streaming
};

/** \brief Whether a plan has as many timesteps as it is asked for, however long the video is */
constexpr bool has_timesteps(Sampling plan)
{
    return plan != Sampling::Sliding && plan != Sampling::Windows && plan != Sampling::Clips;
}

/** \brief Whether all timesteps of a plan may be one clip: they are parts of one whole */
constexpr bool is_one_whole(Sampling plan)
{
    return plan == Sampling::Uniform || plan == Sampling::Equal || plan == Sampling::Shuffled;
}

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
 * \brief \a timesteps clips, each of one frame of each of \a length equal parts of the video
 *
 * With parts of tick = frames / length, the one clip has the frames floor(tick / 2 + tick * i), of
 * each part the middle. Clip k of K has floor(tick * k / K + tick * i): of two the one more begins
 * at the first frame. Source: mit-han-lab/temporal-shift-module, ops/dataset.py (TSN, Wang 2016);
 * more than two clips are our own
 */
SamplingPlan segments_plan(std::int64_t frames, int timesteps, int length);

/**
 * \brief \a timesteps clips of \a length frames whose beginnings lie evenly from the first frame to
 * the last that leaves room for a clip; the only one lies in the middle
 * \param step from a frame of a clip to the next, in frames; need not be whole
 * \param fill where the video is shorter than a clip; not Drop
 * Source: the same file, dense sampling, with 10 clips; Sydorov 2019, 5.3
 */
SamplingPlan spread_plan(std::int64_t frames, int timesteps, int length, double step, Fill fill);

/**
 * \brief Clips of \a length frames, \a stride from each to the next, each clip beginning that far
 * behind the one before
 * Source: SlidingWindow of kenshohara/3D-ResNets-PyTorch (Fill::Loop); test_single_stream.py of
 * craston/MARS (Fill::Drop)
 */
SamplingPlan clips_plan(std::int64_t frames, int length, Fill fill, int stride = 1);

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
 * Of Windows the frames given are one window. Shuffled has a seed of the number of frames: a run
 * must be repeatable, and videos are shuffled differently.
 * \throw Error Settings for Card and Every, which are no plans over a video
 */
SamplingPlan sampling_plan(const SamplingOptions &options, std::int64_t frames, double fps);

/**
 * \brief A clip as it is drawn in training, anew in every epoch
 *
 * Segments: with d = frames / length whole frames, frame i d + random(d) of each part; where there
 * are fewer frames than parts the first one throughout, as in the public code. Spread and Clips: a clip
 * that begins at any frame which leaves room for it. Others: a timestep of the plan, of Shuffled as
 * of Uniform.
 * \throw Error Settings for Card and Every
 */
std::vector<std::int64_t> drawn_timestep(const SamplingOptions &options, std::int64_t frames,
                                         double fps, Random *random);

} // namespace fovea
