// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

namespace fovea {

/** \brief Of the windows over a video, frames */
inline const std::vector<std::int64_t> window_lengths = {16, 32, 64, 128, 256, 512};

struct PlannedWindow {
    std::int64_t start = 0;  ///< frame
    std::int64_t length = 0; ///< frames
    std::size_t scale = 0;   ///< which of the lengths
};

/**
 * \brief All windows that lie inside the video, shortest first, then by time, each length every quarter of it; of a
 * video shorter than a length none of that length
 *
 * Source: Li et al., Spatio-Temporal Attention Networks, section IV; Shou et al., S-CNN, CVPR 2016
 */
std::vector<PlannedWindow> plan_windows(std::int64_t frames,
                                        const std::vector<std::int64_t> &lengths = window_lengths);

/** \brief Which of \a lengths is nearest: the largest min / max of the two, the shorter of equals */
std::size_t nearest_scale(double length, const std::vector<std::int64_t> &lengths);

/** \brief The frames sampled from a window, evenly: start + floor(i length / samples) */
std::vector<std::int64_t> window_frames(const PlannedWindow &window, std::int64_t samples);

/**
 * \brief How often each class has each window length: priors[label][scale], rows that sum to 1
 *
 * A stretch counts for each length of half to twice its own, or where there is none for the
 * nearest_scale() (ours). A class without stretches has every length as likely. Source: zhengshou/scnn,
 * window_weight/cal_weight.m, which takes lengths in seconds, (frames - 1) / 25; ours are in frames, at the
 * video's own rate
 * \param labels, lengths of the training stretches, in frames \param windows lengths of those, likewise
 */
std::vector<std::vector<double>> window_priors(
    const std::vector<int> &labels, const std::vector<double> &lengths, int classes,
    const std::vector<std::int64_t> &windows = window_lengths);

} // namespace fovea
