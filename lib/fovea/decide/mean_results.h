// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/decide/activity_stream.h"

namespace fovea {

/** \brief All that one model says of a video */
struct WeightedResults {
    std::vector<Result> results;
    float weight = 1; ///< share of the mean
};

/**
 * \brief What several models say of one video, by the weighted mean of their scores
 *
 * The video's label, and those of windows that all models scored, at the same times; other windows
 * are left out. With alarms, which are those of these windows, a line for each event stands behind its window's
 * and the video's label is the strongest. Persons, regions and salience are those of the first model. Every result must tell
 * all scores (top_k of every class). Source: Torabi and Sigal, Action Classification and
 * Highlighting in Videos, section 4 (models combined)
 * \param labels the classes, of the first model, whose settings these are \param name told as the
 * model's
 */
std::vector<Result> mean_results(const std::vector<WeightedResults> &of_models,
                                 const std::vector<std::string> &labels,
                                 const WindowSettings &settings, const std::string &name);

/**
 * \brief Gives \a result what a line of the same run says of the source, the size of the frames, the
 * run and, by the difference of their timestamps, the time on the wall
 */
void take_origin(const Result &like, Result *result);

} // namespace fovea
