#include <gtest/gtest.h>

#include "fovea/decide/decision.h"

namespace {

using fovea::decide;
using fovea::DecisionRule;
using fovea::VideoDecision;

constexpr DecisionRule events = {/*normal=*/0, /*threshold=*/0.5F};
constexpr DecisionRule activities = {/*normal=*/-1, /*threshold=*/0.3F};

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

TEST(VideoDecision, OneStrongEventDecides)
{
    VideoDecision video(events);
    EXPECT_TRUE(video.empty());
    EXPECT_TRUE(video.add({0, 10}, {0.9F, 0.1F, 0.0F}));
    EXPECT_TRUE(video.add({10, 20}, {0.2F, 0.1F, 0.7F}));
    EXPECT_FALSE(video.add({20, 30}, {0.4F, 0.6F, 0.0F}));
    EXPECT_EQ(video.decision()->label, 2);
    EXPECT_FLOAT_EQ(video.decision()->confidence, 0.7F);
    EXPECT_EQ(video.time().start, 0);
    EXPECT_EQ(video.time().end, 30);
    ASSERT_EQ(video.moments().size(), 3U);
    EXPECT_FLOAT_EQ(video.moments()[0].weight, 0.1F);
}

TEST(VideoDecision, WithoutEventsItIsNormal)
{
    VideoDecision video(events);
    video.add({0, 10}, {0.9F, 0.1F, 0.0F});
    video.add({10, 20}, {0.6F, 0.4F, 0.0F});
    EXPECT_EQ(video.decision()->label, 0);
    EXPECT_FLOAT_EQ(video.decision()->confidence, 0.6F);
}

TEST(VideoDecision, OfManyLabelsTheGreatestScoresCount)
{
    VideoDecision video({/*normal=*/-1, /*threshold=*/0.3F, /*many_labels=*/true});
    video.add({0, 10}, {0.9F, 0.1F});
    video.add({10, 20}, {0.2F, 0.8F});
    EXPECT_EQ(video.scores(), (std::vector<float>{0.9F, 0.8F}));
}

TEST(VideoDecision, ActivitiesAreAveraged)
{
    VideoDecision video(activities);
    video.add({0, 10}, {0.9F, 0.1F});
    video.add({10, 20}, {0.3F, 0.7F});
    video.add({20, 30}, {0.2F, 0.8F});
    // (0.9 + 0.3 + 0.2) / 3 = 0.4667, (0.1 + 0.7 + 0.8) / 3 = 0.5333
    EXPECT_EQ(video.decision()->label, 1);
    EXPECT_NEAR(video.decision()->confidence, 0.53333F, 1e-5);
}

TEST(VideoDecision, MemoryIsConstantAndThePeakSurvives)
{
    VideoDecision video(events);
    const auto windows = static_cast<fovea::Nanoseconds>(3 * VideoDecision::max_moments + 1);
    for (fovea::Nanoseconds i = 0; i < windows; ++i)
        video.add({i, i + 1}, {0.9F, i == 1234 ? 0.8F : 0.1F});
    EXPECT_LE(video.moments().size(), VideoDecision::max_moments);
    EXPECT_EQ(video.moments().front().time.start, 0);
    EXPECT_EQ(video.moments().back().time.end, windows);
    float peak = 0;
    for (const auto &moment : video.moments())
        peak = std::max(peak, moment.weight);
    EXPECT_FLOAT_EQ(peak, 0.8F);
}

} // namespace
