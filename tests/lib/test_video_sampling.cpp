// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/bundle/analysis_settings.h"
#include "fovea/bundle/video_sampling.h"

namespace fovea {

namespace {

/** \brief As models/watch: clips of 17 frames at 7.5 a second are 2.27 s long */
ActivityCard sliding_card()
{
    ActivityCard card;
    card.sampling = {Sampling::Sliding, 17, 64, 7.5, 8, 1000};
    card.regions.actor = true;
    return card;
}

/** \brief Spec A: 64 timesteps of 8 frames of the whole video */
ActivityCard whole_video_card()
{
    ActivityCard card;
    card.sampling = {Sampling::Uniform, 8, 64, 0, 0, 1000};
    card.regions.actor = true;
    return card;
}

Nanoseconds time(double seconds)
{
    return static_cast<Nanoseconds>(seconds * nanoseconds_per_second);
}

VideoSampling sampling(ActivityCard card, double seconds, Sampling asked = Sampling::Card,
                       FeatureMode mode = FeatureMode::OneAtATime)
{
    AnalysisSettings settings;
    settings.sampling = asked;
    settings.mode = mode;
    return {card_with(std::move(card), settings), time(seconds)};
}

TEST(VideoSampling, ThePlanIsTheCardsUnlessAnotherIsAskedFor)
{
    EXPECT_EQ(sampling(sliding_card(), 60).plan(), Sampling::Sliding);
    EXPECT_FALSE(sampling(sliding_card(), 60).is_of_whole_video());
    const VideoSampling equal = sampling(sliding_card(), 60, Sampling::Equal);
    EXPECT_EQ(equal.plan(), Sampling::Equal);
    EXPECT_TRUE(equal.is_of_whole_video());
    EXPECT_FALSE(sampling(whole_video_card(), 60, Sampling::Every).is_of_whole_video());
}

TEST(VideoSampling, APlanOverTheWholeVideoIsSurveyed)
{
    ActivityCard card = whole_video_card();
    EXPECT_EQ(sampling(card, 60).survey_need(), SurveyNeed::Actor);
    card.regions.actor = false;
    EXPECT_EQ(sampling(card, 60).survey_need(), SurveyNeed::Frames);
    EXPECT_EQ(sampling(card, 60, Sampling::Every).survey_need(), SurveyNeed::None);
}

TEST(VideoSampling, ASlidingPlanIsSurveyedWhereTheVideoIsShorterThanTwoClips)
{
    const ActivityCard card = sliding_card();
    EXPECT_EQ(sampling(card, 60).survey_need(), SurveyNeed::None);
    EXPECT_EQ(sampling(card, 4.54).survey_need(), SurveyNeed::None); // two clips: 4.533 s
    EXPECT_EQ(sampling(card, 4.53).survey_need(), SurveyNeed::Frames);
    EXPECT_EQ(sampling(card, 0).survey_need(), SurveyNeed::Frames) << "not stated";
    EXPECT_EQ(sampling(card, 60, Sampling::Card, FeatureMode::OneShot).survey_need(),
              SurveyNeed::Frames);
}

TEST(VideoSampling, ASlidingPlanRunsOnTimeStampsUnlessTheMeasuredVideoIsShort)
{
    const ActivityCard card = sliding_card();
    EXPECT_TRUE(sampling(card, 60).runs_on_time_stamps(0, 0));
    EXPECT_TRUE(sampling(card, 1).runs_on_time_stamps(1800, time(60))) << "measured, not stated";
    EXPECT_FALSE(sampling(card, 60).runs_on_time_stamps(30, time(1)));
    EXPECT_FALSE(sampling(card, 60, Sampling::Card, FeatureMode::OneShot)
                     .runs_on_time_stamps(1800, time(60)));
    EXPECT_FALSE(sampling(card, 60, Sampling::Equal).runs_on_time_stamps(0, 0));
}

TEST(VideoSampling, PersonsAreSoughtInEverySecondFrameSampledElseEightTimesASecond)
{
    EXPECT_DOUBLE_EQ(sampling(sliding_card(), 60).detection_period_ms(), 1000 / 3.75);
    ActivityCard of_persons = sliding_card();
    of_persons.attended.name = "persons";
    EXPECT_DOUBLE_EQ(sampling(of_persons, 60).detection_period_ms(), 1000 / 7.5)
        << "each frame looked at";
    ActivityCard of_needs = sliding_card();
    of_needs.decision.needs["fight"] = {};
    EXPECT_DOUBLE_EQ(sampling(of_needs, 60).detection_period_ms(), 1000 / 7.5)
        << "who touches whom is told in few of them";
    EXPECT_EQ(sampling(whole_video_card(), 60).detection_period_ms(), 125);
    EXPECT_EQ(sampling(sliding_card(), 60).survey_period_ms(), 125);
}

TEST(VideoSampling, TheActorsWindowIsTheCardsElseAClips)
{
    ActivityCard card = sliding_card();
    EXPECT_NEAR(sampling(card, 60).actor_window_ms(), 2266.7, 0.1); // 17 / 7.5 s
    card.actor_window_ms = 2200;
    EXPECT_EQ(sampling(card, 60).actor_window_ms(), 2200);
}

} // namespace

} // namespace fovea
