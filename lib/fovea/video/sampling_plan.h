#pragma once

#include <cstdint>
#include <vector>

namespace fovea {

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

} // namespace fovea
