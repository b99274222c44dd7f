// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "fovea/train/loop/recipe.h"

namespace fovea {

/** \brief What a user sets otherwise than the recipe says */
struct RecipeChanges {
    std::optional<OptimiserKind> optimiser;
    std::optional<Schedule> schedule;
    std::optional<nn::JointLoss> joint;
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

/** \param clips_by_class for RecipeChanges::balance */
Recipe changed(Recipe recipe, const RecipeChanges &changes,
               const std::vector<std::int64_t> &clips_by_class);

} // namespace fovea
