#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/train/recipe.h"

namespace fovea {

namespace {

TEST(Recipe, HeadsAreTrainedAsThePaperSays)
{
    const Recipe recipe = head_recipe();
    EXPECT_EQ(recipe.optimiser, OptimiserKind::Adam);
    EXPECT_DOUBLE_EQ(recipe.learning_rate, 1e-3);
    EXPECT_DOUBLE_EQ(recipe.epsilon, 1e-8);
    EXPECT_DOUBLE_EQ(recipe.weight_decay, 1e-5);
    EXPECT_EQ(recipe.epochs, 100);
    EXPECT_TRUE(recipe.keep_best);
    EXPECT_EQ(fine_tuning_recipe().batch_size, 4);
}

TEST(LearningRate, FallsByATenthAtTheSteps)
{
    Recipe recipe;
    recipe.schedule = Schedule::Step;
    recipe.learning_rate = 0.375; // spec B: /10 at 15 and 40
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

} // namespace

} // namespace fovea
