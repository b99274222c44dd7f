// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "decision_rules.h"
#include "fovea/decide/label_decision.h"

namespace {

using fovea::best_labels;
using fovea::decide;
using fovea::DecisionRule;

TEST(Decide, AnEventAtItsThresholdBeatsNormal)
{
    EXPECT_EQ(decide({0.4F, 0.5F, 0.1F}, events)->label, 1);
    EXPECT_FLOAT_EQ(decide({0.4F, 0.5F, 0.1F}, events)->confidence, 0.5F);
}

TEST(Decide, BelowTheThresholdItIsNormalEvenWhereTheEventIsStrongest)
{
    const auto decision = decide({0.3F, 0.45F, 0.25F}, events);
    EXPECT_EQ(decision->label, 0);
    EXPECT_FLOAT_EQ(decision->confidence, 0.55F); // no event is surer than 0.45
}

TEST(Decide, WithoutANormalClassAWeakWinnerIsNoLabel)
{
    EXPECT_EQ(decide({0.3F, 0.4F, 0.3F}, activities)->label, 1);
    EXPECT_FALSE(decide({0.25F, 0.25F, 0.25F, 0.25F}, activities).has_value());
}

TEST(BestLabels, AreBestFirstAndOfEqualsTheFirst)
{
    const auto best = best_labels({0.25F, 0.5F, 0.25F}, {"a", "b", "c"}, 2);
    ASSERT_EQ(best.size(), 2U);
    EXPECT_EQ(best[0].label, "b");
    EXPECT_EQ(best[0].label_id, 1);
    EXPECT_FLOAT_EQ(best[0].confidence, 0.5F);
    EXPECT_EQ(best[1].label, "a");
    EXPECT_EQ(best_labels({0.5F, 0.5F}, {"a", "b"}, 5).size(), 2U) << "there are no more";
}

} // namespace
