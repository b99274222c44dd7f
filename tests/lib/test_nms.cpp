// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/detect/nms.h"

using fovea::Person;
using fovea::suppress_overlaps;

namespace {

Person person(float x, float confidence)
{
    return {{x, 0, 0.2F, 0.5F}, confidence};
}

} // namespace

TEST(Nms, OfOverlappingBoxesTheBestStays)
{
    // Shifted by a quarter of the width: IoU 0.75 / 1.25 = 0.6
    const auto kept = suppress_overlaps({person(0.05F, 0.6F), person(0, 0.9F)}, 0.45F);
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_FLOAT_EQ(kept[0].confidence, 0.9F);
    EXPECT_FLOAT_EQ(kept[0].box.x, 0);
}

TEST(Nms, OverlapUpToTheThresholdIsAnotherPerson)
{
    EXPECT_EQ(suppress_overlaps({person(0.05F, 0.6F), person(0, 0.9F)}, 0.61F).size(), 2U);
    EXPECT_EQ(suppress_overlaps({person(0.05F, 0.6F), person(0, 0.9F)}, 0.59F).size(), 1U);
}

TEST(Nms, ASuppressedBoxSuppressesNoOther)
{
    // 0 hides 0.08 (IoU 0.12 / 0.28 = 0.43), which alone would hide 0.16; 0 and 0.16: 0.04 / 0.36
    const auto kept =
        suppress_overlaps({person(0, 0.9F), person(0.08F, 0.8F), person(0.16F, 0.7F)}, 0.4F);
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_FLOAT_EQ(kept[1].box.x, 0.16F);
}

TEST(Nms, BestScoreComesFirstAndEqualScoresKeepTheirOrder)
{
    const auto kept =
        suppress_overlaps({person(0, 0.5F), person(0.3F, 0.7F), person(0.6F, 0.7F)}, 0.45F);
    ASSERT_EQ(kept.size(), 3U);
    EXPECT_FLOAT_EQ(kept[0].box.x, 0.3F);
    EXPECT_FLOAT_EQ(kept[1].box.x, 0.6F);
    EXPECT_FLOAT_EQ(kept[2].box.x, 0);
}

TEST(Nms, NothingGivesNothing)
{
    EXPECT_TRUE(suppress_overlaps({}, 0.45F).empty());
}
