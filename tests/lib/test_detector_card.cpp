// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "card_test.h"

namespace {

using fovea::Card;
using fovea::Json;
using fovea_test::CardFileTest;
using fovea_test::detector_card;

TEST_F(CardFileTest, ADetectorCardIsReadWhole)
{
    const Card card = read(detector_card());
    EXPECT_EQ(card.kind, Card::Kind::Detector);
    EXPECT_STREQ(card.detector.layout->name, "darknet-yolo");
    EXPECT_EQ(card.detector.network, "eyes.cfg");
    EXPECT_EQ(card.detector.weights, "eyes.weights");
    EXPECT_EQ(card.detector.input.width, 320);
    EXPECT_EQ(card.detector.input.height, 256);
    EXPECT_TRUE(card.detector.bgr);
    EXPECT_EQ(card.detector.person_class, 14);
    EXPECT_FLOAT_EQ(card.detector.nms_threshold, 0.4F);
}

TEST_F(CardFileTest, ADetectorsFilesMustBeListed)
{
    Json card = detector_card();
    card["weights"] = "nose.weights";
    EXPECT_EQ(
        error_of(card),
        "': entry 'weights' is \"nose.weights\", expected the name of one of the card's files");
}

} // namespace
