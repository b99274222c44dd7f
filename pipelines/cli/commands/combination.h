#pragma once

#include <string>
#include <vector>

#include "fovea/bundle/combination.h"
#include "fovea/decide/decision.h"
#include "fovea/store/result.h"

namespace fovea {

/**
 * \brief The activity models of "a,b", usually one, with equal weights; those of a combination share
 * its weight as its card says
 * \throw Error as open_activity_model and models_of; Settings naming the labels that not all of them
 * have
 */
std::vector<WeightedModel> open_models(const std::string &names);

/** \brief All that one model says of a video */
struct SaidByModel {
    std::vector<Result> results;
    float weight = 1; ///< share of the mean
};

/**
 * \brief What several models say of one video, by the weighted mean of their scores
 *
 * The video's label, and those of windows that all models judged, at the same times; other windows
 * are left out. Persons, regions and salience are those of the first model. Every result must tell
 * all scores (top_k of every class). Source: Torabi and Sigal, Action Classification and
 * Highlighting in Videos, section 4 (models combined)
 * \param labels the classes, of the first model \param name told as the model's
 */
std::vector<Result> combined(const std::vector<SaidByModel> &of_models,
                             const std::vector<std::string> &labels, const DecisionRule &rule,
                             std::size_t top_k, const std::string &name);

/** \brief Scores of a model in the order of the first one's labels */
std::vector<float> in_order_of(const std::vector<std::string> &labels,
                               const std::vector<std::string> &own,
                               const std::vector<float> &scores);

} // namespace fovea
