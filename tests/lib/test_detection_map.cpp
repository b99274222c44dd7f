// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/eval/detection_map.h"

namespace {

using fovea::ActionInterval;
using fovea::ambiguous_label;
using fovea::DetectionProtocol;
using Intervals = std::vector<ActionInterval>;

double thumos(const Intervals &found, const Intervals &truths, double overlap = 0.5)
{
    return fovea::thumos_average_precision(found, truths, 0, overlap);
}

double activity_net(const Intervals &found, const Intervals &truths, double overlap = 0.5)
{
    return fovea::activity_net_average_precision(found, truths, 0, overlap);
}

TEST(DetectionMap, SumsThePrecisionAtHits)
{
    // By score: hit (1/1), miss, hit (2/3); three truths, one is never found
    const Intervals truths = {{"a", 0, 0, 10}, {"a", 0, 20, 30}, {"b", 0, 0, 10}};
    const Intervals found = {{"a", 0, 0, 10, 0.9}, {"a", 0, 50, 60, 0.8}, {"a", 0, 21, 31, 0.7}};
    EXPECT_NEAR(thumos(found, truths), (1 + 2.0 / 3) / 3, 1e-12);
    // Made non-increasing it is the same here: 1/3 at 1, 1/3 at 2/3
    EXPECT_NEAR(activity_net(found, truths), (1 + 2.0 / 3) / 3, 1e-12);
}

TEST(DetectionMap, InterpolatesPrecisionOnlyForActivityNet)
{
    // Miss, hit (1/2), hit (2/3): ActivityNet raises the first hit's precision to 2/3
    const Intervals truths = {{"a", 0, 0, 10}, {"a", 0, 20, 30}};
    const Intervals found = {{"a", 0, 50, 60, 0.9}, {"a", 0, 0, 10, 0.8}, {"a", 0, 20, 30, 0.7}};
    EXPECT_NEAR(thumos(found, truths), (0.5 + 2.0 / 3) / 2, 1e-12);
    EXPECT_NEAR(activity_net(found, truths), 2.0 / 3, 1e-12);
}

TEST(DetectionMap, AnOverlapEqualToTheLimitIsAHitForActivityNetAlone)
{
    const Intervals truths = {{"a", 0, 0, 10}};
    const Intervals found = {{"a", 0, 0, 5, 0.9}}; // 5 / 10
    EXPECT_EQ(thumos(found, truths, 0.5), 0);
    EXPECT_EQ(activity_net(found, truths, 0.5), 1);
    EXPECT_EQ(thumos(found, truths, 0.4), 1);
}

TEST(DetectionMap, ADuplicateIsWrong)
{
    const Intervals truths = {{"a", 0, 0, 10}, {"a", 0, 20, 30}};
    const Intervals found = {{"a", 0, 0, 10, 0.9}, {"a", 0, 0, 9, 0.8}, {"a", 0, 20, 30, 0.7}};
    EXPECT_NEAR(thumos(found, truths), (1 + 2.0 / 3) / 2, 1e-12);
    EXPECT_NEAR(activity_net(found, truths), (1 + 2.0 / 3) / 2, 1e-12);
}

TEST(DetectionMap, ThumosGivesATruthTheDetectionThatOverlapsItMostNotTheStrongest)
{
    // Of two, the weaker fits better and is the hit: miss, hit 1/2. ActivityNet: hit, miss.
    const Intervals truths = {{"a", 0, 0, 10}};
    const Intervals found = {{"a", 0, 0, 8, 0.9}, {"a", 0, 0, 10, 0.5}};
    EXPECT_NEAR(thumos(found, truths), 0.5, 1e-12);
    EXPECT_NEAR(activity_net(found, truths), 1, 1e-12);
}

TEST(DetectionMap, ThumosServesTruthsInTheOrderOfTheFile)
{
    // Both truths want [4, 14] most; the first in the file takes it, the second the other
    const Intervals found = {{"a", 0, 4, 14, 0.9}, {"a", 0, 7, 17, 0.8}};
    const Intervals truths = {{"a", 0, 5, 15}, {"a", 0, 4, 14}};
    EXPECT_NEAR(thumos(found, truths, 0.5), 1, 1e-12); // the second overlaps [7, 17] by 7/13
    EXPECT_NEAR(thumos(found, truths, 0.6), 0.5, 1e-12);
    // The other way round nothing is left that fits worse: [5, 15] takes [7, 17], 8/12
    EXPECT_NEAR(thumos(found, {truths[1], truths[0]}, 0.6), 1, 1e-12);
}

TEST(DetectionMap, EqualOverlapsGoToTheStrongerDetection)
{
    const Intervals truths = {{"a", 0, 0, 10}};
    const Intervals found = {{"a", 0, 2, 10, 0.5}, {"a", 0, 0, 8, 0.9}}; // 0.8 both
    EXPECT_NEAR(thumos(found, truths), 1, 1e-12);
}

TEST(DetectionMap, EqualScoresKeepTheirOrderInThumosAndTurnItInActivityNet)
{
    const Intervals truths = {{"a", 0, 0, 10}};
    const Intervals found = {{"a", 0, 50, 60, 0.5}, {"a", 0, 0, 10, 0.5}};
    EXPECT_NEAR(thumos(found, truths), 0.5, 1e-12);
    EXPECT_NEAR(activity_net(found, truths), 1, 1e-12);
    // Over videos: by name
    const Intervals two = {{"b", 0, 0, 10, 0.5}, {"a", 0, 50, 60, 0.5}};
    EXPECT_NEAR(thumos(two, {{"b", 0, 0, 10}}), 0.5, 1e-12);
}

TEST(DetectionMap, WhatTouchesAnAmbiguousTruthIsLeftOutUnlessItIsAHit)
{
    const Intervals truths = {{"a", 0, 0, 10}, {"a", ambiguous_label, 9, 40}};
    const Intervals found = {{"a", 0, 30, 41, 0.9}, // touches the ambiguous one: not counted
                             {"a", 0, 0, 10, 0.8},  // touches it too, but is a hit: 1 / 1
                             {"b", 0, 30, 41, 0.7}};
    EXPECT_NEAR(thumos(found, truths), 1, 1e-12);
    // Without it the first is a miss
    EXPECT_NEAR(thumos(found, {truths[0]}), 0.5, 1e-12);
}

TEST(DetectionMap, IsTheMeanOverClassesThatHaveTruths)
{
    // Class 0: found; class 1: nothing found; class 2: no truth, so not counted; class 3: wrong video
    const Intervals truths = {{"a", 0, 0, 10}, {"a", 1, 0, 10}, {"a", 3, 0, 10}};
    const Intervals found = {{"a", 0, 0, 10, 0.9}, {"a", 2, 0, 10, 0.9}, {"b", 3, 0, 10, 0.9}};
    for (const auto protocol : {DetectionProtocol::Thumos14, DetectionProtocol::ActivityNet}) {
        const auto map = fovea::detection_map(found, truths, 4, 0.5, protocol);
        EXPECT_NEAR(map.mean, 1.0 / 3, 1e-12);
        EXPECT_EQ(map.by_class, (std::vector<double>{1, 0, 0, 0}));
        EXPECT_EQ(map.has_truths, (std::vector<bool>{true, true, false, true}));
    }
    EXPECT_EQ(fovea::detection_map({}, {}, 2, 0.5, DetectionProtocol::Thumos14).mean, 0);
}

TEST(DetectionMap, RefusesLabelsThatDoNotExist)
{
    try {
        fovea::detection_map({{"a", 4, 0, 1, 0.5}}, {}, 4, 0.5, DetectionProtocol::Thumos14);
        FAIL();
    } catch (const fovea::Error &error) {
        EXPECT_EQ(std::string(error.what()), "detection: video 'a' has label 4, expected 0 to 3");
    }
}

TEST(DetectionMap, HasTheThresholdsOfTheTools)
{
    EXPECT_EQ(fovea::protocol_overlaps(DetectionProtocol::Thumos14).size(), 5U);
    EXPECT_EQ(fovea::protocol_overlaps(DetectionProtocol::ActivityNet).size(), 10U);
}

} // namespace
