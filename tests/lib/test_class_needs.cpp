// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/decide/window_scores.h"

namespace {

using fovea::HeadScores;
using fovea::PersonsNeed;
using fovea::PersonsNeeds;
using fovea::PersonsSeen;

PersonsNeeds needs(float least_person = 0)
{
    PersonsNeeds made;
    made.classes = {std::nullopt, fovea::ClassNeed{PersonsNeed::TwoTouch, 0.5F},
                    fovea::ClassNeed{PersonsNeed::GoesDown, 0.25F}};
    made.normal = 0;
    made.least_person = least_person;
    return made;
}

/** \brief Of normal 0.1, fight 0.6, fall 0.3 */
HeadScores held(const PersonsSeen &seen, const PersonsNeeds &of = needs())
{
    HeadScores said = {{0.1F, 0.6F, 0.3F}, {1}, {1}};
    hold_against(of, seen, &said);
    return said;
}

void expect_scores(const HeadScores &said, float normal, float fight, float fall)
{
    ASSERT_EQ(said.scores.size(), 3U);
    EXPECT_NEAR(said.scores[0], normal, 1e-6);
    EXPECT_NEAR(said.scores[1], fight, 1e-6);
    EXPECT_NEAR(said.scores[2], fall, 1e-6);
}

TEST(ClassNeeds, OfNobodyNothingIsAsked)
{
    const HeadScores said = held({}, needs(0.5F));
    expect_scores(said, 0.1F, 0.6F, 0.3F);
    EXPECT_FALSE(said.too_far);
}

TEST(ClassNeeds, SomebodyAloneWhoStandsNeitherFightsNorFalls)
{
    // fight 0.6 * 0.5, fall 0.3 * 0.25; normal gets 0.3 and 0.225
    expect_scores(held({1, false, false, 0.5F}), 0.625F, 0.3F, 0.075F);
}

TEST(ClassNeeds, WhatIsMetStays)
{
    expect_scores(held({2, true, false, 0.5F}), 0.325F, 0.6F, 0.075F);
    expect_scores(held({1, false, true, 0.5F}), 0.4F, 0.3F, 0.3F);
    expect_scores(held({2, true, true, 0.5F}), 0.1F, 0.6F, 0.3F);
}

TEST(ClassNeeds, WhereAllAreTooSmallNoEventIsTold)
{
    const HeadScores far = held({2, true, true, 0.09F}, needs(0.1F));
    EXPECT_TRUE(far.too_far);
    expect_scores(far, 1, 0, 0);
    const HeadScores near = held({2, true, true, 0.1F}, needs(0.1F));
    EXPECT_FALSE(near.too_far);
    expect_scores(near, 0.1F, 0.6F, 0.3F);
}

TEST(ClassNeeds, WithoutANormalClassWhatIsLostIsLost)
{
    PersonsNeeds of = needs();
    of.normal = -1;
    expect_scores(held({1, false, false, 0.5F}, of), 0.1F, 0.3F, 0.075F);
}

TEST(ClassNeeds, AreOfAllClipsOfAWindow)
{
    /** Says the same of every window */
    class FixedHead final : public fovea::ActivityHead
    {
    public:
        HeadScores run(const fovea::Array & /*rows*/) override
        {
            return {{0.1F, 0.6F, 0.3F}, {1}, {0.5F, 0.5F}};
        }

        std::int64_t channels() const override { return 1; }
    };

    fovea::WindowScores windows(std::make_shared<FixedHead>(), /*window=*/2, /*hop=*/2, needs());
    const fovea::Array features({1, 6, 1});
    const std::vector<PersonsSeen> persons = {{1, false, false, 0.5F}, {0, false, false, 0},
                                              {1, false, true, 0.5F},  {2, true, false, 0.5F},
                                              {0, false, false, 0},    {0, false, false, 0}};
    std::vector<HeadScores> said;
    const std::vector<fovea::TimeSpan> times(6);
    for (const fovea::FeatureRow &row : fovea::rows_of(features, times, {}, persons)) {
        if (const auto window = windows.add(row))
            said.push_back(window->output);
    }
    ASSERT_EQ(said.size(), 3U);
    expect_scores(said[0], 0.625F, 0.3F, 0.075F);
    expect_scores(said[1], 0.1F, 0.6F, 0.3F);
    expect_scores(said[2], 0.1F, 0.6F, 0.3F);
    EXPECT_THROW(fovea::rows_of(features, times, {}, {{}, {}}), fovea::Error);
}

} // namespace
