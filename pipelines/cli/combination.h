#pragma once

#include <string>
#include <vector>

#include "fovea/bundle/bundle.h"
#include "fovea/engine/decision.h"
#include "fovea/store/result.h"

namespace fovea {

/**
 * \brief The activity models of "a,b": usually one
 * \throw Error as open_activity_model; Settings naming the labels that not all of them have
 */
std::vector<Bundle> open_models(const std::string &names);

/**
 * \brief What several models say of one video, by the mean of their scores
 *
 * The video's label, and those of windows that all models judged, at the same times; other windows
 * are left out. Persons, regions and salience are those of the first model. Every result must tell
 * all scores (top_k of every class). Source: Torabi and Sigal, Action Classification and
 * Highlighting in Videos, section 4 (models combined)
 * \param labels the classes, of the first model \param name told as the model's
 */
std::vector<Result> combined(const std::vector<std::vector<Result>> &of_models,
                             const std::vector<std::string> &labels, const DecisionRule &rule,
                             std::size_t top_k, const std::string &name);

/** \brief Scores of a model in the order of the first one's labels */
std::vector<float> in_order_of(const std::vector<std::string> &labels,
                               const std::vector<std::string> &own,
                               const std::vector<float> &scores);

} // namespace fovea
