// SPDX-License-Identifier: MIT
#include "fovea/train/recipe_changes.h"

namespace fovea {

namespace {

template <typename Value>
void take(Value *setting, const std::optional<Value> &change)
{
    if (change)
        *setting = *change;
}

} // namespace

Recipe changed(Recipe recipe, const RecipeChanges &changes,
               const std::vector<std::int64_t> &clips_by_class)
{
    take(&recipe.optimiser, changes.optimiser);
    take(&recipe.schedule, changes.schedule);
    take(&recipe.joint, changes.joint);
    take(&recipe.patience, changes.patience);
    if (changes.many_labels)
        recipe.labelling = Labelling::Many;
    take(&recipe.learning_rate, changes.learning_rate);
    take(&recipe.momentum, changes.momentum);
    take(&recipe.weight_decay, changes.weight_decay);
    take(&recipe.label_smoothing, changes.label_smoothing);
    take(&recipe.clip_norm, changes.clip_norm);
    take(&recipe.mixup, changes.mixup);
    take(&recipe.average_decay, changes.average_decay);
    take(&recipe.epochs, changes.epochs);
    take(&recipe.batch_size, changes.batch_size);
    if (!changes.steps.empty())
        recipe.steps = changes.steps;
    if (changes.balance)
        recipe.class_weights = balanced_weights(clips_by_class);
    if (changes.keep_last)
        recipe.keep_best = false;
    recipe.seed = changes.seed;
    return recipe;
}

} // namespace fovea
