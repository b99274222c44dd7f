// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fovea/train/loop/recipe.h"

namespace fovea {

/** \brief What a user sets otherwise than the recipe says */
struct RecipeChanges {
    std::optional<std::string> optimiser; ///< adam, adamw, sgd
    std::optional<std::string> schedule;  ///< constant, step, one-cycle, cosine
    std::optional<std::string> joint;     ///< joint-mean, sum-of-means
    std::optional<int> patience;
    std::optional<double> learning_rate;
    std::optional<double> momentum;
    std::optional<double> weight_decay;
    std::optional<double> label_smoothing;
    std::optional<double> clip_norm;
    std::optional<double> mixup;
    std::optional<double> average_decay;
    std::optional<int> epochs;
    std::optional<int> batch_size;
    std::vector<int> steps;
    bool many_labels = false; ///< any number of labels a clip
    bool balance = false;     ///< classes count the same, however many clips they have
    bool keep_last = false;   ///< the last epoch instead of the best
    std::uint64_t seed = 0;
};

/**
 * \param clips_by_class for RecipeChanges::balance
 * \throw Error Settings for a name that is not known, listing those known
 */
Recipe changed(Recipe recipe, const RecipeChanges &changes,
               const std::vector<std::int64_t> &clips_by_class);

} // namespace fovea
