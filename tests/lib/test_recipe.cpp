// SPDX-License-Identifier: MIT
#include <cmath>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/core/errors.h"
#include "fovea/train/loop/learning_rate.h"
#include "fovea/train/loop/named_recipes.h"

namespace fovea {

namespace {

TEST(Recipe, HeadsAreTrainedAsThePaperSays)
{
    const Recipe recipe = recipe_named("heads", NamedRecipe::Trains::Head).recipe;
    EXPECT_EQ(recipe.optimiser, OptimiserKind::Adam);
    EXPECT_DOUBLE_EQ(recipe.learning_rate, 1e-3);
    EXPECT_DOUBLE_EQ(recipe.epsilon, 1e-8);
    EXPECT_DOUBLE_EQ(recipe.weight_decay, 1e-5);
    EXPECT_EQ(recipe.epochs, 100);
    EXPECT_TRUE(recipe.keep_best);
    EXPECT_EQ(recipe_named("fine-tuning", NamedRecipe::Trains::Backbone).recipe.batch_size, 4);
}

TEST(LearningRate, FallsByATenthAtTheSteps)
{
    Recipe recipe;
    recipe.schedule = Schedule::Step;
    recipe.learning_rate = 0.375; // Sydorov 2019: /10 at 15 and 40
    recipe.epochs = 50;
    recipe.steps = {15, 40};
    EXPECT_DOUBLE_EQ(learning_rate(recipe, 14 * 7 + 6, 7), 0.375);
    EXPECT_DOUBLE_EQ(learning_rate(recipe, 15 * 7, 7), 0.0375);
    EXPECT_NEAR(learning_rate(recipe, 40 * 7, 7), 0.00375, 1e-12);
}

TEST(LearningRate, CosineIsHalfWayDownInTheMiddle)
{
    Recipe recipe;
    recipe.schedule = Schedule::Cosine;
    recipe.learning_rate = 0.2;
    recipe.epochs = 10;
    EXPECT_DOUBLE_EQ(learning_rate(recipe, 0, 4), 0.2);
    EXPECT_NEAR(learning_rate(recipe, 20, 4), 0.1, 1e-12);
}

TEST(LearningRate, OneCycleIsThatOfPyTorch)
{
    // OneCycleLR(max_lr=3e-3, total_steps=20): 25th part, cosine up to step 5, cosine down to 19
    Recipe recipe;
    recipe.schedule = Schedule::OneCycle;
    recipe.learning_rate = 3e-3;
    recipe.epochs = 5;
    EXPECT_NEAR(learning_rate(recipe, 0, 4), 0.00012, 1e-9);
    EXPECT_NEAR(learning_rate(recipe, 1, 4), 0.000395015528, 1e-9);
    EXPECT_NEAR(learning_rate(recipe, 5, 4), 0.003, 1e-9);
    EXPECT_NEAR(learning_rate(recipe, 10, 4), 0.00215082901, 1e-9);
    EXPECT_NEAR(learning_rate(recipe, 19, 4), 1.2e-8, 1e-12);
}

std::vector<EpochRecord> epochs_of(const std::vector<double> &losses)
{
    std::vector<EpochRecord> history;
    for (const double loss : losses) {
        history.emplace_back();
        history.back().validation_loss = loss;
        history.back().validated = true;
    }
    return history;
}

TEST(LearningRate, OnAPlateauFallsAsThatOfPyTorch)
{
    // ReduceLROnPlateau(patience=2): the third epoch without a smaller loss is one too many, and again
    Recipe recipe;
    recipe.schedule = Schedule::Plateau;
    recipe.plateau = 2;
    EXPECT_DOUBLE_EQ(learning_rate(recipe, 3, 4), recipe.learning_rate);
    EXPECT_DOUBLE_EQ(plateau_factor(recipe, {}), 1);
    EXPECT_DOUBLE_EQ(plateau_factor(recipe, epochs_of({5, 4, 4.5, 4})), 1);
    EXPECT_DOUBLE_EQ(plateau_factor(recipe, epochs_of({5, 4, 4.5, 4, 3.9997})), 0.1)
        << "less by 0.00008 of it is not less";
    EXPECT_DOUBLE_EQ(plateau_factor(recipe, epochs_of({5, 4, 4.5, 4, 3.9, 4, 4})), 1);
    EXPECT_NEAR(plateau_factor(recipe, epochs_of({5, 6, 6, 6, 6, 6, 6})), 0.01, 1e-12);
    auto unseen = epochs_of({5, 6, 6, 6});
    unseen.back().validated = false;
    EXPECT_DOUBLE_EQ(plateau_factor(recipe, unseen), 1);
    recipe.schedule = Schedule::Constant;
    EXPECT_DOUBLE_EQ(plateau_factor(recipe, epochs_of({5, 6, 6, 6})), 1);
}

TEST(BalancedWeights, MakeEveryClassCountTheSame)
{
    EXPECT_EQ(balanced_weights({30, 10}), (std::vector<float>{40.0F / 60, 40.0F / 20}));
}

TEST(CheckRecipe, NamesWhatIsOutOfRange)
{
    Recipe recipe;
    recipe.class_weights = {1, 2};
    EXPECT_THROW(check(recipe, 3), Error);
    recipe.class_weights.clear();
    EXPECT_NO_THROW(check(recipe, 3));
    recipe.learning_rate = 0;
    EXPECT_THROW(check(recipe, 3), Error);
}

TEST(CheckRecipe, TellsWhatWasExpectedAndWhatCame)
{
    const auto told = [](const auto &change) {
        Recipe recipe;
        change(&recipe);
        return error_of([&] { check(recipe, 3); });
    };
    EXPECT_EQ(told([](Recipe *recipe) { recipe->learning_rate = -0.5; }),
              "training: expected a learning rate > 0, got -0.5");
    EXPECT_EQ(told([](Recipe *recipe) { recipe->batch_size = 0; }),
              "training: expected a batch of at least 1, got 0");
    EXPECT_EQ(told([](Recipe *recipe) { recipe->clip_norm = -1; }),
              "training: expected a largest norm of the gradient >= 0, got -1");
}

TEST(CheckRecipe, WhatMixupMixesIsToldOfOneThatMixes)
{
    Recipe recipe;
    recipe.mixup_of = MixupOf::PictureMaps;
    EXPECT_EQ(error_of([&] { check(recipe, 3); }),
              "training: expected --mixup above 0 where --mixup-of says what it mixes");
    recipe.mixup = 0.3;
    EXPECT_NO_THROW(check(recipe, 3));
    recipe.map_distance = MapDistance::Mse;
    EXPECT_EQ(error_of([&] { check(recipe, 3); }),
              "training: expected no --mixup-of where a teacher's map is learned");
}

/** \brief SGD by steps, as the papers of Charades and TSM have it */
void expect_steps(const Recipe &recipe, double rate, double decay, int epochs,
                  const std::vector<int> &steps)
{
    EXPECT_EQ(recipe.optimiser, OptimiserKind::Sgd);
    EXPECT_DOUBLE_EQ(recipe.momentum, 0.9);
    EXPECT_DOUBLE_EQ(recipe.learning_rate, rate);
    EXPECT_DOUBLE_EQ(recipe.weight_decay, decay);
    EXPECT_EQ(recipe.epochs, epochs);
    EXPECT_EQ(recipe.schedule, Schedule::Step);
    EXPECT_EQ(recipe.steps, steps);
    EXPECT_DOUBLE_EQ(recipe.step_factor, 0.1);
}

TEST(Recipes, OfCharadesAreThoseOfThePaper)
{
    const NamedRecipe base = recipe_named("charades-base", NamedRecipe::Trains::Backbone);
    expect_steps(base.recipe, 0.375, 1e-7, 50, {15, 40});
    EXPECT_EQ(base.recipe.batch_size, 12); // of 64 frames
    EXPECT_EQ(base.recipe.labelling, Labelling::Many);
    EXPECT_DOUBLE_EQ(base.augmentation.flip, 0.5);
    EXPECT_EQ(base.augmentation.sides, std::vector<double>{224.0 / 256});
    for (const char *name : {"charades-focus", "charades-focus-late"}) {
        const NamedRecipe focus = recipe_named(name, NamedRecipe::Trains::Backbone);
        expect_steps(focus.recipe, 0.02, 1e-7, 25, {15});
        EXPECT_EQ(focus.recipe.batch_size, 8);
        EXPECT_EQ(focus.focus.focus, Focus::Saliency);
        EXPECT_EQ(focus.focus.entropy, Entropy::Paper);
    }
}

/* mit-han-lab/temporal-shift-module: README (Something-Something), opts.py, models.py */
TEST(Recipes, OfW3TrainsTwiceAsTsmDoesOnce)
{
    const NamedRecipe w3 = recipe_named("w3", NamedRecipe::Trains::Backbone);
    const NamedRecipe tsm = recipe_named("tsm", NamedRecipe::Trains::Backbone);
    expect_steps(tsm.recipe, 0.01, 5e-4, 50, {20, 40});
    EXPECT_EQ(tsm.recipe.batch_size, 64);
    EXPECT_DOUBLE_EQ(tsm.recipe.clip_norm, 20);
    EXPECT_FALSE(tsm.recipe.decays_all);
    EXPECT_DOUBLE_EQ(tsm.recipe.bias_factor, 2);
    EXPECT_DOUBLE_EQ(tsm.recipe.classifier_factor, 5);
    EXPECT_DOUBLE_EQ(tsm.classifier_deviation, 0.001);
    EXPECT_EQ(tsm.augmentation.sides, (std::vector<double>{1, 0.875, 0.75, 0.66}));
    EXPECT_DOUBLE_EQ(tsm.augmentation.flip, 0);
    EXPECT_EQ(to_json(w3.recipe), to_json(tsm.recipe));
    EXPECT_EQ(tsm.student, MapDistance::None);
    EXPECT_EQ(w3.student, MapDistance::L2);
}

/* junmuzi/sta-mars: train.py, models/resnext_fa.py, finetuning-rgb-hmdb51-split1.sh */
TEST(Recipes, OfStaFineTunesSlowlyButForItsAttention)
{
    const NamedRecipe sta = recipe_named("sta", NamedRecipe::Trains::Backbone);
    EXPECT_EQ(sta.recipe.optimiser, OptimiserKind::Sgd);
    EXPECT_DOUBLE_EQ(sta.recipe.momentum, 0.9);
    EXPECT_DOUBLE_EQ(sta.recipe.dampening, 0.9);
    EXPECT_DOUBLE_EQ(sta.recipe.learning_rate, 1e-4);
    EXPECT_DOUBLE_EQ(sta.recipe.attention_factor, 10);
    EXPECT_DOUBLE_EQ(sta.recipe.weight_decay, 1e-5);
    EXPECT_EQ(sta.recipe.schedule, Schedule::Constant);
    EXPECT_EQ(sta.recipe.batch_size, 16);
}

/* zhengshou/scnn: experiments/THUMOS14_Res3D, solver_r2.prototxt and train_resnet18_r2.prototxt */
TEST(Recipes, OfWindowsAreThoseOfScnn)
{
    for (const auto &[name, half_after] :
         {std::pair<const char *, int>{"sta-detection", 3676}, {"sta-proposal", 6846}}) {
        const NamedRecipe windows = recipe_named(name, NamedRecipe::Trains::Backbone);
        const Recipe &recipe = windows.recipe;
        EXPECT_DOUBLE_EQ(recipe.momentum, 0.9);
        EXPECT_DOUBLE_EQ(recipe.dampening, 0);
        EXPECT_DOUBLE_EQ(recipe.weight_decay, 5e-5);
        EXPECT_EQ(recipe.batch_size, 8);
        EXPECT_FALSE(recipe.decays_all);
        EXPECT_DOUBLE_EQ(recipe.bias_factor, 2);
        EXPECT_DOUBLE_EQ(recipe.classifier_factor, 10);
        EXPECT_DOUBLE_EQ(windows.classifier_deviation, 0.01);
        EXPECT_DOUBLE_EQ(learning_rate(recipe, half_after - 1, 100), 1e-3);
        EXPECT_DOUBLE_EQ(learning_rate(recipe, half_after, 100), 5e-4);
        EXPECT_DOUBLE_EQ(learning_rate(recipe, 2 * half_after, 100), 2.5e-4);
    }
}

/* craston/MARS: opts.py (alpha), MARS_train.py (rate and decay of a pretrained network), README (batch) */
TEST(Recipes, OfMarsLearnsTheFeaturesOfANetworkOfFlow)
{
    const NamedRecipe mars = recipe_named("mars", NamedRecipe::Trains::Backbone);
    EXPECT_EQ(mars.student, MapDistance::Features);
    EXPECT_EQ(mars.teacher, Modality::Flow);
    EXPECT_EQ(mars.recipe.map_share, 50);
    EXPECT_EQ(mars.recipe.learning_rate, 1e-3);
    EXPECT_EQ(mars.recipe.attention_factor, 1);
    EXPECT_EQ(mars.recipe.weight_decay, 1e-5);
    EXPECT_EQ(mars.recipe.momentum, 0.9);
    EXPECT_EQ(mars.recipe.dampening, 0.9);
    EXPECT_EQ(mars.recipe.schedule, Schedule::Plateau);
    EXPECT_EQ(mars.recipe.plateau, 10);
    EXPECT_EQ(mars.recipe.batch_size, 16);
}

TEST(Recipes, OfTheAttentionLstmDecaysAfter2512Steps)
{
    const NamedRecipe alstm = recipe_named("alstm", NamedRecipe::Trains::Head);
    const Recipe &recipe = alstm.recipe;
    EXPECT_EQ(alstm.head, "alstm");
    EXPECT_EQ(recipe.batch_size, 200);
    EXPECT_EQ(recipe.crop_rows, 12);
    EXPECT_TRUE(recipe.best_by_loss);
    EXPECT_GT(recipe.patience, 0);
    EXPECT_DOUBLE_EQ(learning_rate(recipe, 2512 + 124, 10), 0.01);
    EXPECT_NEAR(learning_rate(recipe, 2512 + 125, 10), 0.01 * recipe.step_factor, 1e-12);
    EXPECT_NEAR(learning_rate(recipe, 2512 + 375, 10), 0.01 * std::pow(recipe.step_factor, 3),
                1e-12);
}

/* The study took 14 epochs of 3000 windows in batches of 64; a list's epoch is some 540 */
TEST(Recipes, OfPersonsTakesAsManyStepsAsTheStudy)
{
    const NamedRecipe persons = recipe_named("persons", NamedRecipe::Trains::Head);
    EXPECT_EQ(persons.head, "persons");
    EXPECT_EQ(persons.recipe.optimiser, OptimiserKind::AdamW);
    EXPECT_EQ(persons.recipe.schedule, Schedule::OneCycle);
    EXPECT_NEAR(persons.recipe.epochs * 540.0 / persons.recipe.batch_size, 14 * 3000.0 / 64, 30);
}

TEST(Recipes, AllAreInRange)
{
    for (const NamedRecipe &named : recipes())
        EXPECT_NO_THROW(check(named.recipe, 3)) << named.name;
}

TEST(Recipes, AWrongNameListsThoseOfItsKind)
{
    try {
        recipe_named("charades", NamedRecipe::Trains::Head);
        FAIL();
    } catch (const Error &error) {
        EXPECT_STREQ(error.what(), "recipe 'charades' is not known for a head; expected one of "
                                   "heads, alstm, persons, adaptation");
    }
}

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
    changes.mixup_of = MixupOf::PictureMaps;
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
    EXPECT_EQ(recipe.mixup_of, MixupOf::PictureMaps);
    EXPECT_EQ(recipe.average_decay, 0.9);
    EXPECT_EQ(recipe.epochs, 11);
    EXPECT_EQ(recipe.batch_size, 12);
    EXPECT_EQ(recipe.steps, (std::vector<int>{2, 4}));
    EXPECT_EQ(recipe.labelling, Labelling::Many);
    EXPECT_FALSE(recipe.keep_best);
    EXPECT_EQ(recipe.seed, 13U);
}

TEST(RecipeChanges, ThatMeanNothingWithTheRecipeAreRefused)
{
    const auto refused = [](const RecipeChanges &changes) {
        return error_of([&] { check_changes(Recipe(), changes); }); // adam, a constant rate
    };
    RecipeChanges steps;
    steps.steps = {20, 40};
    EXPECT_EQ(refused(steps), "--steps: expected the schedule step, got constant; add --schedule "
                              "step, or leave --steps out");
    RecipeChanges schedule;
    schedule.schedule = Schedule::Step;
    EXPECT_EQ(refused(schedule), "--schedule step: expected the epochs at which the rate falls, "
                                 "got none; give --steps");
    RecipeChanges momentum;
    momentum.momentum = 0.5;
    EXPECT_EQ(refused(momentum), "--momentum: expected the optimiser sgd, got adam; add "
                                 "--optimiser sgd, or leave --momentum out");
    RecipeChanges joint;
    joint.joint = nn::JointLoss::SumOfMeans;
    EXPECT_EQ(refused(joint), "--joint: expected any number of labels a clip, got one; add "
                              "--many-labels, or leave --joint out");
    steps.schedule = Schedule::Step;
    EXPECT_NO_THROW(check_changes(Recipe(), steps));
}

TEST(RecipeChanges, ToAScheduleOfStepsFallToATenthWhateverTheRecipesDecay)
{
    Recipe halved;
    halved.schedule = Schedule::Decay;
    halved.step_factor = 0.5;
    RecipeChanges changes;
    for (const Schedule asked : {Schedule::Step, Schedule::Plateau}) {
        changes.schedule = asked;
        EXPECT_DOUBLE_EQ(changed(halved, changes, {}).step_factor, 0.1);
    }
    changes.schedule.reset();
    EXPECT_DOUBLE_EQ(changed(halved, changes, {}).step_factor, 0.5);
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
    EXPECT_EQ(error_of(decay), "schedule 'decay' is not known; expected one of constant, step, "
                               "plateau, one-cycle, cosine");
}

} // namespace

} // namespace fovea
