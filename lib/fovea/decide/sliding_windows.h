// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

namespace fovea {

/** \brief Windows of several lengths over a video, each length at its own stride */
struct WindowPlanOptions {
    std::vector<std::int64_t> lengths = {16, 32, 64, 128, 256, 512}; ///< frames
    double stride = 0.25;                                            ///< share of the length
    std::int64_t samples = 16;                                       ///< frames taken of a window
};

struct PlannedWindow {
    std::int64_t start = 0;  ///< frame
    std::int64_t length = 0; ///< frames
    std::size_t scale = 0;   ///< which of the lengths
};

/**
 * \brief All windows that lie inside the video, shortest first, then by time; of a video shorter
 * than a length none of that length
 *
 * \throw Error Settings when a length is under 1 or the stride outside (0, 1]
 * Source: Li et al., Spatio-Temporal Attention Networks, section IV; Shou et al., S-CNN, CVPR 2016
 */
std::vector<PlannedWindow> plan_windows(const WindowPlanOptions &options, std::int64_t frames);

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
 * \param labels, lengths of the training stretches, in frames
 */
std::vector<std::vector<double>> window_priors(const std::vector<int> &labels,
                                               const std::vector<double> &lengths, int classes,
                                               const WindowPlanOptions &options);

} // namespace fovea
