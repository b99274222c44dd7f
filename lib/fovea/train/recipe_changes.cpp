// SPDX-License-Identifier: MIT
#include "fovea/train/recipe_changes.h"

#include "fovea/core/names.h"

namespace fovea {

namespace {

template <typename Value>
void take(Value *setting, const std::optional<Value> &change)
{
    if (change)
        *setting = *change;
}

constexpr Named<OptimiserKind> optimisers[] = {
    {OptimiserKind::Adam, "adam"}, {OptimiserKind::AdamW, "adamw"}, {OptimiserKind::Sgd, "sgd"}};

/* Schedule::Decay is a recipe's own: its numbers cannot be set. */
constexpr Named<Schedule> schedules[] = {{Schedule::Constant, "constant"},
                                         {Schedule::Step, "step"},
                                         {Schedule::OneCycle, "one-cycle"},
                                         {Schedule::Cosine, "cosine"}};

constexpr Named<nn::JointLoss> joints[] = {{nn::JointLoss::JointMean, "joint-mean"},
                                           {nn::JointLoss::SumOfMeans, "sum-of-means"}};

} // namespace

Recipe changed(Recipe recipe, const RecipeChanges &changes,
               const std::vector<std::int64_t> &clips_by_class)
{
    if (changes.optimiser)
        recipe.optimiser = value_named(optimisers, "optimiser", *changes.optimiser);
    if (changes.schedule)
        recipe.schedule = value_named(schedules, "schedule", *changes.schedule);
    if (changes.joint)
        recipe.joint = value_named(joints, "joint", *changes.joint);
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
