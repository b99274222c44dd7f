// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <random>

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

TEST(Evaluate, TheOrderOfTheListSaysNothingWhereScoresAreEqual)
{
    // One of four is of class a: called so at the one score there is, a quarter is right
    std::vector<Prediction> clips = {prediction(0, {0.5F, 0.5F}), prediction(1, {0.5F, 0.5F}),
                                     prediction(1, {0.5F, 0.5F}), prediction(1, {0.5F, 0.5F})};
    EXPECT_DOUBLE_EQ(average_precision(clips, 0), 0.25);
    std::reverse(clips.begin(), clips.end());
    EXPECT_DOUBLE_EQ(average_precision(clips, 0), 0.25);
    // .9 hit; two at .8, one of them a hit; .7 hit: (1/1 + 2/3 + 3/4) / 3
    const std::vector<Prediction> some = {prediction(0, {0.9F, 0.1F}), prediction(0, {0.8F, 0.2F}),
                                          prediction(1, {0.8F, 0.2F}), prediction(0, {0.7F, 0.3F})};
    EXPECT_DOUBLE_EQ(average_precision(some, 0), (1 + 2.0 / 3 + 3.0 / 4) / 3);
}

TEST(Evaluate, TopFiveOfEqualScoresAreTheFirstFive)
{
    const std::vector<std::string> labels = {"0", "1", "2", "3", "4", "5", "6"};
    const std::vector<float> scores(7, 0.25F);
    const Evaluation result = evaluate({prediction(4, scores), prediction(5, scores)}, labels);
    EXPECT_EQ(result.top5.hits, 1);
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

/** \brief A clip of any number of classes */
Prediction showing(std::vector<int> truths, std::vector<float> scores)
{
    return {"clip", "", -1, std::move(scores), -1, std::move(truths)};
}

TEST(Evaluate, OfManyLabelsIsTheMeanAveragePrecision)
{
    // class 0 by score: .9 hit, .8 miss, .3 hit, .1 miss: (1 + 2/3) / 2
    // class 1: .7 hit, .6 hit, .5 hit, .2 miss: 1; class 2 is in no clip and does not count
    const Evaluation result =
        evaluate({showing({0, 1}, {0.9F, 0.5F, 0.9F}), showing({1}, {0.8F, 0.7F, 0.1F}),
                  showing({0, 1}, {0.3F, 0.6F, 0.2F}), showing({}, {0.1F, 0.2F, 0.1F})},
                 {"a", "b", "c"});
    EXPECT_TRUE(result.many_labels);
    EXPECT_DOUBLE_EQ(result.classes[0].average_precision, (1 + 2.0 / 3) / 2);
    EXPECT_DOUBLE_EQ(result.classes[1].average_precision, 1);
    EXPECT_EQ(result.classes[2].positives, 0);
    EXPECT_DOUBLE_EQ(result.mean_average_precision, ((1 + 2.0 / 3) / 2 + 1) / 2);
}

TEST(Evaluate, OneLabelAndManyAreNotMixed)
{
    EXPECT_THROW(evaluate({showing({0}, {1, 0}), prediction(1, {0, 1})}, {"a", "b"}), Error);
    EXPECT_THROW(evaluate({showing({2}, {1, 0})}, {"a", "b"}), Error) << "there is no class 2";
}

/* PyVideoResearch's map() by its own steps: sort, cumulated hits and misses, sum at the hits */
double naive_map(const std::vector<Prediction> &clips, int classes)
{
    double sum = 0;
    int counted = 0;
    for (int c = 0; c < classes; ++c) {
        std::vector<std::pair<float, bool>> ranked;
        for (const Prediction &clip : clips) {
            bool has = false;
            for (const int truth : clip.truths)
                has = has || truth == c;
            ranked.emplace_back(-clip.scores[static_cast<std::size_t>(c)], has);
        }
        std::sort(ranked.begin(), ranked.end());
        double hits = 0;
        double misses = 0;
        double precision = 0;
        for (const auto &[score, has] : ranked) {
            (has ? hits : misses) += 1;
            precision += has ? hits / (hits + misses) : 0;
        }
        if (hits > 0) {
            sum += precision / hits;
            ++counted;
        }
    }
    return sum / counted;
}

TEST(Evaluate, OfManyLabelsIsThatOfANaiveLoop)
{
    std::mt19937 random(7);
    std::uniform_real_distribution<float> uniform;
    std::vector<Prediction> clips;
    for (int i = 0; i < 60; ++i) {
        std::vector<int> truths;
        std::vector<float> scores;
        for (int c = 0; c < 9; ++c) {
            if (c != 4 && uniform(random) < 0.2F) // class 4 is in no clip
                truths.push_back(c);
            scores.push_back(uniform(random));
        }
        clips.push_back(showing(truths, scores));
    }
    const std::vector<std::string> labels = {"0", "1", "2", "3", "4", "5", "6", "7", "8"};
    EXPECT_NEAR(evaluate(clips, labels).mean_average_precision, naive_map(clips, 9), 1e-12);
    EXPECT_NEAR(mean_average_precision(clips, 9), naive_map(clips, 9), 1e-12);
}

TEST(Rate, IntervalsAreThoseOfATableOfPoissonCounts)
{
    // Garwood 1936: exact 95 % limits of a Poisson mean
    struct Row {
        std::int64_t events;
        double low, high;
    };

    for (const Row &row : {Row{0, 0, 3.6889}, Row{1, 0.0253, 5.5716}, Row{5, 1.6235, 11.6683},
                           Row{10, 4.7954, 18.3904}, Row{100, 81.3640, 121.6270}}) {
        const Rate rate = {row.events, 1};
        EXPECT_NEAR(rate.low(), row.low, 5e-4) << row.events;
        EXPECT_NEAR(rate.high(), row.high, 5e-4) << row.events;
    }
}

TEST(Rate, IsAnHour)
{
    const Rate rate = {3, 0.5};
    EXPECT_DOUBLE_EQ(rate.value(), 6);
    EXPECT_NEAR(rate.high(), 2 * 8.7673, 1e-3); // of 3
    EXPECT_EQ(Rate().value(), 0);
    EXPECT_TRUE(std::isinf(Rate().high())) << "no time says nothing";
}

} // namespace

} // namespace fovea
