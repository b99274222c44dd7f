#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/eval/metrics.h"

namespace fovea {

namespace {

Prediction prediction(int truth, std::vector<float> scores, const std::string &group = "")
{
    return {"clip", group, truth, std::move(scores), -1};
}

/* Class 0: 3 clips, 2 recognised; class 1: 1 clip, recognised; class 2: none. */
std::vector<Prediction> four_clips()
{
    return {prediction(0, {0.7F, 0.2F, 0.1F}, "x"), prediction(0, {0.5F, 0.3F, 0.2F}, "x"),
            prediction(0, {0.2F, 0.6F, 0.2F}, "y"), prediction(1, {0.4F, 0.5F, 0.1F}, "y")};
}

TEST(Evaluate, CountsByHand)
{
    const Evaluation result = evaluate(four_clips(), {"a", "b", "c"});
    EXPECT_EQ(result.top1.hits, 3);
    EXPECT_EQ(result.top1.total, 4);
    EXPECT_EQ(result.top5.hits, 4) << "there are only three classes";
    EXPECT_EQ(result.confusion,
              (std::vector<std::vector<std::int64_t>>{{2, 1, 0}, {0, 1, 0}, {0, 0, 0}}));
    EXPECT_DOUBLE_EQ(result.classes[0].recall.value(), 2.0 / 3);
    EXPECT_DOUBLE_EQ(result.classes[1].precision.value(), 1.0 / 2);
    EXPECT_DOUBLE_EQ(result.mean_class_accuracy, (2.0 / 3 + 1) / 2) << "class c has no clip";
    EXPECT_EQ(result.groups.at("x").hits, 2);
    EXPECT_EQ(result.groups.at("y").hits, 1);
}

TEST(Evaluate, AveragePrecisionIsTheMeanOfThePrecisionAtTheHits)
{
    // class a by score: .7 hit, .5 hit, .4 miss, .2 hit: (1/1 + 2/2 + 3/4) / 3
    // class b by score: .6 miss, .5 hit: (1/2) / 1
    const Evaluation result = evaluate(four_clips(), {"a", "b", "c"});
    EXPECT_DOUBLE_EQ(result.classes[0].average_precision, 2.75 / 3);
    EXPECT_DOUBLE_EQ(result.classes[1].average_precision, 0.5);
    EXPECT_DOUBLE_EQ(result.classes[2].average_precision, 0);
    EXPECT_DOUBLE_EQ(result.mean_average_precision, (2.75 / 3 + 0.5) / 2);
}

TEST(Evaluate, TopFiveTakesTheFiveBestOfSeven)
{
    const std::vector<std::string> labels = {"0", "1", "2", "3", "4", "5", "6"};
    const std::vector<float> scores = {0.25F, 0.2F, 0.18F, 0.15F, 0.12F, 0.07F, 0.03F};
    const Evaluation result = evaluate({prediction(4, scores), prediction(5, scores)}, labels);
    EXPECT_EQ(result.top5.hits, 1);
    EXPECT_EQ(result.top1.hits, 0);
}

TEST(Evaluate, ARuleMayDecideOtherThanTheBestScore)
{
    Prediction said = prediction(1, {0.6F, 0.4F});
    said.predicted = 1;
    EXPECT_EQ(evaluate({said}, {"normal", "event"}).top1.hits, 1);
}

TEST(Evaluate, RefusesScoresOfAnotherNumberOfClasses)
{
    EXPECT_THROW(evaluate({prediction(0, {0.5F, 0.5F})}, {"a", "b", "c"}), Error);
    EXPECT_THROW(evaluate({prediction(3, {0.5F, 0.3F, 0.2F})}, {"a", "b", "c"}), Error);
}

TEST(Wilson, IntervalsOfPublishedTables)
{
    // 8 of 10: 0.490 to 0.943 (Brown, Cai and DasGupta 2001's formula, z = 1.96)
    const Share eight = {8, 10};
    EXPECT_NEAR(eight.low(), 0.4902, 1e-4);
    EXPECT_NEAR(eight.high(), 0.9433, 1e-4);
    // 0 of n: upper end z^2 / (n + z^2)
    const Share none = {0, 20};
    EXPECT_DOUBLE_EQ(none.low(), 0);
    EXPECT_NEAR(none.high(), 3.841459 / 23.841459, 1e-6);
    const Share nothing = {};
    EXPECT_DOUBLE_EQ(nothing.low(), 0);
    EXPECT_DOUBLE_EQ(nothing.high(), 1);
}

} // namespace

} // namespace fovea
