// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "decision_rules.h"
#include "fovea/decide/video_scores.h"

namespace {

using fovea::DecisionRule;
using fovea::VideoScores;

TEST(VideoScores, OneStrongEventDecides)
{
    VideoScores video(events);
    EXPECT_TRUE(video.empty());
    EXPECT_TRUE(video.add({0, 10}, {0.9F, 0.1F, 0.0F}));
    EXPECT_TRUE(video.add({10, 20}, {0.2F, 0.1F, 0.7F}));
    EXPECT_FALSE(video.add({20, 30}, {0.4F, 0.6F, 0.0F}));
    EXPECT_EQ(video.decision()->label, 2);
    EXPECT_FLOAT_EQ(video.decision()->confidence, 0.7F);
    EXPECT_EQ(video.time().start, 0);
    EXPECT_EQ(video.time().end, 30);
    ASSERT_EQ(video.salience().size(), 3U);
    EXPECT_FLOAT_EQ(video.salience()[0].weight, 0.1F);
}

TEST(VideoScores, WithoutEventsItIsNormal)
{
    VideoScores video(events);
    video.add({0, 10}, {0.9F, 0.1F, 0.0F});
    video.add({10, 20}, {0.6F, 0.4F, 0.0F});
    EXPECT_EQ(video.decision()->label, 0);
    EXPECT_FLOAT_EQ(video.decision()->confidence, 0.6F);
}

TEST(VideoScores, OfManyLabelsTheGreatestScoresCount)
{
    VideoScores video(
        {/*normal=*/-1, /*threshold=*/0.3F, /*many_labels=*/true, fovea::Pooling::Max});
    video.add({0, 10}, {0.9F, 0.1F});
    video.add({10, 20}, {0.2F, 0.8F});
    EXPECT_EQ(video.scores(), (std::vector<float>{0.9F, 0.8F}));
}

TEST(VideoScores, BothIsHalfOfTheMeanAndHalfOfTheGreatest)
{
    VideoScores video(
        {/*normal=*/-1, /*threshold=*/0.3F, /*many_labels=*/false, fovea::Pooling::Both});
    video.add({0, 10}, {0.75F, 0.25F});
    video.add({10, 20}, {0.25F, 0.75F});
    video.add({20, 30}, {0.5F, 0.5F});
    EXPECT_EQ(video.scores(), (std::vector<float>{0.625F, 0.625F})); // (0.5 + 0.75) / 2
}

TEST(VideoScores, ActivitiesAreAveraged)
{
    VideoScores video(activities);
    video.add({0, 10}, {0.9F, 0.1F});
    video.add({10, 20}, {0.3F, 0.7F});
    video.add({20, 30}, {0.2F, 0.8F});
    // (0.9 + 0.3 + 0.2) / 3 = 0.4667, (0.1 + 0.7 + 0.8) / 3 = 0.5333
    EXPECT_EQ(video.decision()->label, 1);
    EXPECT_NEAR(video.decision()->confidence, 0.53333F, 1e-5);
}

TEST(VideoScores, ThePooledScoresAreTheMeanWhateverDecides)
{
    VideoScores video(events);
    video.add({0, 10}, {0.75F, 0.25F, 0});
    video.add({10, 20}, {0.25F, 0, 0.75F});
    EXPECT_EQ(video.pooled(), (std::vector<float>{0.5F, 0.125F, 0.375F}));
    EXPECT_EQ(video.scores(), (std::vector<float>{0.25F, 0, 0.75F})) << "of the strongest event";
}

TEST(VideoScores, MemoryIsConstantAndThePeakSurvives)
{
    VideoScores video(events);
    const auto windows = static_cast<fovea::Nanoseconds>(3 * VideoScores::max_moments + 1);
    for (fovea::Nanoseconds i = 0; i < windows; ++i)
        video.add({i, i + 1}, {0.9F, i == 1234 ? 0.8F : 0.1F});
    EXPECT_LE(video.salience().size(), VideoScores::max_moments);
    EXPECT_EQ(video.salience().front().time.start, 0);
    EXPECT_EQ(video.salience().back().time.end, windows);
    float peak = 0;
    for (const auto &moment : video.salience())
        peak = std::max(peak, moment.weight);
    EXPECT_FLOAT_EQ(peak, 0.8F);
}

} // namespace
