// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/train/loop/recipes.h"
#include "fovea/train/recipe_changes.h"

namespace fovea {

namespace {

TEST(RecipeChanges, WithoutAnyTheRecipeIsAsItWasButForTheSeed)
{
    for (const NamedRecipe &named : recipes()) {
        RecipeChanges changes;
        changes.seed = named.recipe.seed;
        EXPECT_EQ(to_json(changed(named.recipe, changes, {})), to_json(named.recipe)) << named.name;
    }
}

TEST(RecipeChanges, EachIsTaken)
{
    RecipeChanges changes;
    changes.optimiser = OptimiserKind::Sgd;
    changes.schedule = Schedule::Step;
    changes.joint = nn::JointLoss::SumOfMeans;
    changes.patience = 3;
    changes.learning_rate = 0.5;
    changes.momentum = 0.25;
    changes.weight_decay = 0.125;
    changes.label_smoothing = 0.0625;
    changes.clip_norm = 7;
    changes.mixup = 0.2;
    changes.average_decay = 0.9;
    changes.epochs = 11;
    changes.batch_size = 12;
    changes.steps = {2, 4};
    changes.many_labels = true;
    changes.keep_last = true;
    changes.seed = 13;
    const Recipe recipe = changed({}, changes, {});
    EXPECT_EQ(recipe.optimiser, OptimiserKind::Sgd);
    EXPECT_EQ(recipe.schedule, Schedule::Step);
    EXPECT_EQ(recipe.joint, nn::JointLoss::SumOfMeans);
    EXPECT_EQ(recipe.patience, 3);
    EXPECT_EQ(recipe.learning_rate, 0.5);
    EXPECT_EQ(recipe.momentum, 0.25);
    EXPECT_EQ(recipe.weight_decay, 0.125);
    EXPECT_EQ(recipe.label_smoothing, 0.0625);
    EXPECT_EQ(recipe.clip_norm, 7);
    EXPECT_EQ(recipe.mixup, 0.2);
    EXPECT_EQ(recipe.average_decay, 0.9);
    EXPECT_EQ(recipe.epochs, 11);
    EXPECT_EQ(recipe.batch_size, 12);
    EXPECT_EQ(recipe.steps, (std::vector<int>{2, 4}));
    EXPECT_EQ(recipe.labelling, Labelling::Many);
    EXPECT_FALSE(recipe.keep_best);
    EXPECT_EQ(recipe.seed, 13U);
}

TEST(RecipeChanges, BalanceMakesClassesCountTheSame)
{
    RecipeChanges changes;
    changes.balance = true;
    // 12 clips of 2 classes: 12 / (2 * 9) and 12 / (2 * 3)
    EXPECT_EQ(changed({}, changes, {9, 3}).class_weights, (std::vector<float>{2.0F / 3, 2}));
}

TEST(RecipeChanges, AnUnknownNameListsThoseThereAre)
{
    const auto decay = [] { value_named(schedules, "schedule", "decay"); }; // a recipe's own
    EXPECT_EQ(error_of(decay),
              "schedule 'decay' is not known; expected one of constant, step, one-cycle, cosine");
}

} // namespace

} // namespace fovea
