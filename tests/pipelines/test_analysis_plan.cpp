// SPDX-License-Identifier: MIT
#include <algorithm>

#include <gtest/gtest.h>

#include "media/analysis_plan.h"
#include "media/survey.h"

using fovea::ActivityCard;
using fovea::AnalysisPlan;
using fovea::AnalysisSettings;
using fovea::Chain;
using fovea::MediaInfo;
using fovea::Sampling;
using fovea::Survey;
using fovea::SurveyNeed;

namespace {

/* As models/watch: clips of 17 frames at 7.5 a second are 2.27 s long. */
ActivityCard sliding_card()
{
    ActivityCard card;
    card.sampling = {Sampling::Sliding, 17, 64, 7.5, 8, 1000};
    card.actor_window_ms = 2200;
    return card;
}

/* Spec A: 64 timesteps of 8 frames, grid and actor. */
ActivityCard whole_video_card()
{
    ActivityCard card;
    card.sampling = {Sampling::Uniform, 8, 64, 0, 0, 1000};
    card.area = fovea::ViewArea::Square;
    card.regions.area = fovea::ViewArea::Square;
    card.regions.grid = 3;
    card.actor.method = fovea::ActorOptions::Method::Mean;
    card.actor.area = fovea::ViewArea::Square;
    card.actor.margin = 1;
    return card;
}

MediaInfo media(double fps, double seconds)
{
    return {"video.mp4",
            {320, 240},
            fps,
            static_cast<fovea::Nanoseconds>(seconds * fovea::nanoseconds_per_second),
            false};
}

bool has(const Chain &chain, const std::string &factory)
{
    return std::any_of(chain.begin(), chain.end(),
                       [&](const fovea::Stage &stage) { return stage.factory == factory; });
}

/* The value of a property, "none" where the element or the property is absent. */
std::string value(const Chain &chain, const std::string &factory, const std::string &property)
{
    for (const fovea::Stage &stage : chain)
        for (const auto &[name, text] : stage.properties)
            if (stage.factory == factory && name == property)
                return text;
    return "none";
}

} // namespace

TEST(AnalysisPlan, SlidingPlanOfLongVideoNeedsNoSurveyAndRunsOnTimeStamps)
{
    const AnalysisPlan plan(sliding_card(), {}, media(30, 60));
    EXPECT_EQ(plan.survey_need(), SurveyNeed::None);
    EXPECT_EQ(value(plan.features({}), "foveafeatures", "sampling"), "every");
}

TEST(AnalysisPlan, AGateIsSetOnlyWhereItIsAskedFor)
{
    AnalysisSettings settings;
    const auto gate = [&] {
        const AnalysisPlan plan(sliding_card(), settings, media(30, 60));
        return value(plan.features({}), "foveafeatures", "gate");
    };
    EXPECT_EQ(gate(), "none");
    settings.gate = 0.5;
    EXPECT_EQ(gate(), "0.5");
}

TEST(AnalysisPlan, SlidingPlanOfVideoShorterThanTwoClipsCountsFrames)
{
    const AnalysisPlan plan(sliding_card(), {}, media(30, 4.5)); // two clips: 4.53 s
    EXPECT_EQ(plan.survey_need(), SurveyNeed::Frames);

    const Chain chain =
        plan.features({135, std::nullopt, 4500 * fovea::nanoseconds_per_millisecond});
    EXPECT_EQ(value(chain, "foveafeatures", "sampling"), "sliding");
    EXPECT_EQ(value(chain, "foveafeatures", "total-frames"), "135");
    EXPECT_TRUE(has(chain, "foveadetect"));
}

TEST(AnalysisPlan, SlidingPlanOfVideoOfUnknownDurationCountsFrames)
{
    EXPECT_EQ(AnalysisPlan(sliding_card(), {}, media(30, 0)).survey_need(), SurveyNeed::Frames);
}

TEST(AnalysisPlan, PersonsAreSoughtInEverySecondFrameSampled)
{
    const AnalysisPlan plan(sliding_card(), {}, media(30, 60)); // 7.5 a second are sampled
    EXPECT_EQ(value(plan.features({}), "foveadetect", "inference-period"), "266.666667");
}

/* How they move is asked of each frame that is sampled, whether or not the actor is a region. */
TEST(AnalysisPlan, PersonsAsEvidenceAreSoughtInEveryFrameSampled)
{
    AnalysisSettings settings;
    settings.attended = "persons";
    settings.detector = "yolo";
    for (const bool actor : {true, false}) {
        ActivityCard card = sliding_card();
        card.regions.actor = actor;
        const AnalysisPlan plan(card, settings, media(30, 10));
        const Chain chain = plan.features({});
        EXPECT_EQ(value(chain, "foveadetect", "inference-period"), "133.333333"); // 1000 / 7.5
        EXPECT_EQ(value(chain, "foveafeatures", "attended"), "persons");
        EXPECT_EQ(has(chain, "foveaactor"), actor);

        card.attended.name = "persons";
        settings.attended.clear();
        EXPECT_EQ(value(AnalysisPlan(card, settings, media(30, 10)).features({}), "foveadetect",
                        "inference-period"),
                  "133.333333");
        settings.attended = "persons";
    }
}

/* 2 frames of 3 would be between detections 133 ms apart; the 17 of 31 looked at are 62.5 ms apart */
TEST(AnalysisPlan, AVideoShorterThanAWindowIsSearchedAsItIsSampled)
{
    AnalysisSettings settings;
    settings.attended = "persons";
    const AnalysisPlan plan(sliding_card(), settings, media(30, 1));
    const Survey survey = {31, std::nullopt, 31 * fovea::nanoseconds_per_second / 30};
    EXPECT_EQ(value(plan.features(survey), "foveadetect", "inference-period"), "62.5");
}

TEST(AnalysisPlan, KeypointsAreOfModelsThatAttendToPersons)
{
    AnalysisSettings settings;
    settings.pose = "movenet-lightning";
    ActivityCard card = sliding_card();
    EXPECT_FALSE(has(AnalysisPlan(card, settings, media(30, 10)).features({}), "foveapose"));
    card.attended.name = "persons";
    const Chain chain = AnalysisPlan(card, settings, media(30, 10)).features({});
    EXPECT_EQ(value(chain, "foveapose", "model"), "movenet-lightning");
    EXPECT_EQ(value(chain, "foveapose", "inference-interval"), "1");
    settings.pose.clear();
    EXPECT_FALSE(has(AnalysisPlan(card, settings, media(30, 10)).features({}), "foveapose"));
}

TEST(AnalysisPlan, WholeVideoPlanWithActorSurveysAboutEightDetectionsASecond)
{
    const AnalysisPlan plan(whole_video_card(), {}, media(30, 60));
    EXPECT_EQ(plan.survey_need(), SurveyNeed::Actor);

    const Chain survey = plan.survey();
    EXPECT_EQ(value(survey, "foveadetect", "inference-period"), "125");
    EXPECT_EQ(value(survey, "foveadetect", "area"), "square");
    EXPECT_EQ(value(survey, "foveaactor", "method"), "mean");
    EXPECT_EQ(value(survey, "foveaactor", "margin"), "1");
    EXPECT_FALSE(has(survey, "foveafeatures"));
}

TEST(AnalysisPlan, SurveyedActorIsABoxAndNeedsNoDetector)
{
    const AnalysisPlan plan(whole_video_card(), {}, media(30, 60));
    const Chain chain = plan.features({1800, fovea::Box{0.25F, 0.5F, 0.125F, 0.25F}});
    EXPECT_FALSE(has(chain, "foveadetect"));
    EXPECT_EQ(value(chain, "foveaactor", "box"), "0.25,0.5,0.125,0.25");
    EXPECT_EQ(value(chain, "foveafeatures", "sampling"), "uniform");
    EXPECT_EQ(value(chain, "foveafeatures", "total-frames"), "1800");
}

TEST(AnalysisPlan, WithoutAPersonTheActorRegionFallsBackToTheView)
{
    const AnalysisPlan plan(whole_video_card(), {}, media(30, 60));
    const Chain chain = plan.features({1800, std::nullopt});
    EXPECT_FALSE(has(chain, "foveadetect"));
    EXPECT_FALSE(has(chain, "foveaactor"));
    EXPECT_EQ(value(chain, "foveagrid", "actor"), "true");
    EXPECT_EQ(value(chain, "foveagrid", "grid"), "3");
    EXPECT_EQ(value(chain, "foveagrid", "fraction"), "0.625");
}

TEST(AnalysisPlan, CardWithoutActorNeedsNoDetectorAtAll)
{
    ActivityCard card = whole_video_card();
    card.regions.actor = false;
    const AnalysisPlan plan(card, {}, media(30, 60));
    EXPECT_EQ(plan.survey_need(), SurveyNeed::Frames);
    EXPECT_FALSE(has(plan.survey(), "foveadetect"));
    EXPECT_FALSE(has(plan.features({1800, std::nullopt}), "foveadetect"));
}

TEST(AnalysisPlan, SamplingEveryMakesAWholeVideoPlanAStream)
{
    AnalysisSettings settings;
    settings.sampling = Sampling::Every;
    const AnalysisPlan plan(whole_video_card(), settings, media(30, 60));
    EXPECT_EQ(plan.survey_need(), SurveyNeed::None);
    EXPECT_TRUE(has(plan.features({}), "foveadetect"));
}

TEST(AnalysisPlan, OneShotNeedsTheNumberOfFrames)
{
    AnalysisSettings settings;
    settings.mode = fovea::FeatureMode::OneShot;
    EXPECT_EQ(AnalysisPlan(sliding_card(), settings, media(30, 60)).survey_need(),
              SurveyNeed::Frames);
}

TEST(AnalysisPlan, UserSettingsReachTheElements)
{
    AnalysisSettings settings;
    settings.model = "/models/mine";
    settings.detector = "yolo";
    settings.device = "cpu";
    settings.precision = "fp32";
    settings.timesteps = 16;
    settings.threads = 2;
    const Chain chain = AnalysisPlan(sliding_card(), settings, media(30, 60)).features({});
    EXPECT_EQ(value(chain, "foveadetect", "model"), "yolo");
    EXPECT_EQ(value(chain, "foveadetect", "threads"), "2");
    EXPECT_EQ(value(chain, "foveaactor", "window"), "2200");
    EXPECT_EQ(value(chain, "foveafeatures", "model"), "/models/mine");
    EXPECT_EQ(value(chain, "foveafeatures", "device"), "cpu");
    EXPECT_EQ(value(chain, "foveafeatures", "precision"), "fp32");
    EXPECT_EQ(value(chain, "foveafeatures", "timesteps"), "16");
}

TEST(AnalysisPlan, AStatedFrameRateDecidesNothing)
{
    for (const ActivityCard &card : {sliding_card(), whole_video_card()}) {
        const auto line = [&](double fps) {
            const AnalysisPlan plan(card, {}, media(fps, 60));
            const Survey survey = {1800, std::nullopt, 60 * fovea::nanoseconds_per_second};
            return to_launch_line(plan.survey()) + to_launch_line(plan.features(survey));
        };
        for (const double fps : {0.0, 0.001, 25.0, 90000.0})
            EXPECT_EQ(line(fps), line(30)) << fps;
    }
}

TEST(AnalysisPlan, AVideoThatProvesToBeLongRunsOnTimeStamps)
{
    const AnalysisPlan plan(sliding_card(), {}, media(30, 0)); // of unknown length
    const Survey of_a_minute = {1800, std::nullopt, 60 * fovea::nanoseconds_per_second};
    EXPECT_EQ(value(plan.features(of_a_minute), "foveafeatures", "sampling"), "every");
    const Survey of_two_seconds = {60, std::nullopt, 2 * fovea::nanoseconds_per_second};
    const Chain chain = plan.features(of_two_seconds);
    EXPECT_EQ(value(chain, "foveafeatures", "sampling"), "sliding");
    EXPECT_EQ(value(chain, "foveafeatures", "total-time"), "2000000000");
}

TEST(AnalysisPlan, NetworksOfALongVideoAreKnownBeforeIt)
{
    AnalysisSettings settings;
    settings.size = 64;
    ActivityCard card = sliding_card();
    card.attended.name = "persons";
    settings.pose = "keypoints";
    const std::vector<fovea::Stage> early = AnalysisPlan::network_stages(card, settings);
    const Chain all = AnalysisPlan(card, settings, media(30, 60)).features({});
    for (const char *factory : {"foveadetect", "foveapose", "foveafeatures"}) {
        const auto is = [&](const fovea::Stage &stage) { return stage.factory == factory; };
        const auto known = std::find_if(early.begin(), early.end(), is);
        const auto used = std::find_if(all.begin(), all.end(), is);
        ASSERT_TRUE(known != early.end() && used != all.end()) << factory;
        EXPECT_EQ(known->properties, used->properties) << factory;
    }
    EXPECT_EQ(early.size(), 3U);
}

TEST(AnalysisPlan, OfAPlanOverTheWholeVideoTheDetectorAloneIsKnownBefore)
{
    const std::vector<fovea::Stage> early = AnalysisPlan::network_stages(whole_video_card(), {});
    ASSERT_EQ(early.size(), 1U);
    const Chain survey = AnalysisPlan(whole_video_card(), {}, media(30, 60)).survey();
    EXPECT_EQ(early.front().factory, "foveadetect");
    for (const auto &[name, text] : early.front().properties) {
        const bool is_live = name == "inference-period";
        EXPECT_TRUE(is_live || value(survey, "foveadetect", name) == text) << name;
    }
    ActivityCard without_persons = whole_video_card();
    without_persons.regions.actor = false;
    EXPECT_TRUE(AnalysisPlan::network_stages(without_persons, {}).empty());
}
