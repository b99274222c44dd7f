// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/decide/alarm.h"
#include "time_units.h"

namespace {

using fovea::AlarmEvent;
using fovea::AlarmLimits;
using fovea::AlarmRule;
using fovea::Alarms;
using fovea::AlarmWindow;
using fovea::Nanoseconds;
using Kind = fovea::AlarmEvent::Kind;

AlarmLimits limits(float on, float off, double min_duration = 0, double cool_down = 0)
{
    AlarmLimits made;
    made.on = on;
    made.off = off;
    made.min_duration = min_duration;
    made.cool_down = cool_down;
    return made;
}

/** Of the labels normal, fight and fall; fall alarms at 0.7 */
Alarms fight_alarms(const AlarmLimits &fight, const fovea::Zones &zones = {})
{
    AlarmRule rule;
    rule.limits = {std::nullopt, fight, limits(0.7F, 0.5F)};
    rule.zones = zones;
    return {{"normal", "fight", "fall"}, rule};
}

/** Two seconds from \a start, in seconds */
AlarmWindow window(int start, float fight, float fall = 0)
{
    AlarmWindow made;
    made.time = {start * second, (start + 2) * second};
    made.scores = {1 - fight - fall, fight, fall};
    made.best = (start + 1) * second;
    return made;
}

/** Windows a second apart, from 0 s, then the end */
std::vector<AlarmEvent> run(Alarms alarms, const std::vector<float> &fights)
{
    std::vector<AlarmEvent> all;
    const auto append = [&all](std::vector<AlarmEvent> told) {
        all.insert(all.end(), told.begin(), told.end());
    };
    for (std::size_t i = 0; i < fights.size(); ++i)
        append(alarms.add(window(static_cast<int>(i), fights[i])));
    append(alarms.jump());
    return all;
}

TEST(Alarms, OneWindowRaisesOneAndTheEndEndsIt)
{
    const auto told = run(fight_alarms(limits(0.8F, 0.5F)), {0.8F});
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].kind, Kind::Begin);
    EXPECT_EQ(told[0].id, 1U);
    EXPECT_EQ(told[0].label.label, "fight");
    EXPECT_EQ(told[0].label.label_id, 1);
    EXPECT_FLOAT_EQ(told[0].label.confidence, 0.8F);
    EXPECT_EQ(told[0].time.start, 0);
    EXPECT_EQ(told[0].time.end, 2 * second);
    EXPECT_EQ(told[0].best, second);
    EXPECT_EQ(told[1].kind, Kind::End);
    EXPECT_EQ(told[1].id, 1U);
}

TEST(Alarms, JustBelowOnThereIsNone)
{
    EXPECT_TRUE(run(fight_alarms(limits(0.8F, 0.5F)), {0.79F, 0.7F, 0.1F}).empty());
}

TEST(Alarms, BetweenOffAndOnOneGoesOnAndBelowOffItEnds)
{
    const auto told = run(fight_alarms(limits(0.8F, 0.5F)), {0.2F, 0.9F, 0.6F, 0.5F, 0.4F, 0.6F});
    ASSERT_EQ(told.size(), 2U) << "0.6 begins none";
    EXPECT_EQ(told[1].kind, Kind::End);
    EXPECT_EQ(told[1].time.start, 1 * second);
    EXPECT_EQ(told[1].time.end, 5 * second) << "of the window at 3 s, the last that reached off";
}

TEST(Alarms, OffIsAShareOfOnWhereItIsNotSaid)
{
    EXPECT_FLOAT_EQ(AlarmLimits().off_score(), 0.72F);
    const auto told = run(fight_alarms(limits(0.5F, -1)), {0.5F, 0.4F, 0.39F});
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[1].time.end, 3 * second);
}

TEST(Alarms, AHigherScoreIsAnUpdateThatMovesTheEvidence)
{
    Alarms alarms = fight_alarms(limits(0.8F, 0.5F));
    alarms.add(window(0, 0.8F));
    AlarmWindow stronger = window(1, 0.9F);
    stronger.box = {0.25F, 0.5F, 0.25F, 0.25F};
    stronger.persons = {{{0.3F, 0.5F, 0.1F, 0.2F}, 0.9F, 7, true}, {{}, 0.5F, -1, true}};
    const auto told = alarms.add(stronger);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].kind, Kind::Update);
    EXPECT_EQ(told[0].id, 1U);
    EXPECT_FLOAT_EQ(told[0].label.confidence, 0.9F);
    EXPECT_EQ(told[0].best, 2 * second);
    EXPECT_EQ(told[0].box, stronger.box);
    EXPECT_EQ(told[0].persons, std::vector<int>{7}) << "who has no track id has no name";

    EXPECT_TRUE(alarms.add(window(2, 0.85F)).empty()) << "a weaker one says nothing new";
    const auto ended = alarms.jump();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_FLOAT_EQ(ended[0].label.confidence, 0.9F);
    EXPECT_EQ(ended[0].time.end, 4 * second);
}

TEST(Alarms, WindowsThatOverlapHoldForTheLeastDuration)
{
    // 0 to 2 s and 1 to 3 s: three seconds
    EXPECT_TRUE(run(fight_alarms(limits(0.8F, 0.5F, 3)), {0.9F, 0.7F, 0.9F, 0.1F}).empty())
        << "between off and on nothing begins";
    const auto told = run(fight_alarms(limits(0.8F, 0.5F, 3)), {0.95F, 0.9F, 0.1F});
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].time.start, 0);
    EXPECT_EQ(told[0].time.end, 3 * second) << "when it is raised";
    EXPECT_FLOAT_EQ(told[0].label.confidence, 0.95F) << "of the window before";
    EXPECT_EQ(told[0].best, second);
}

TEST(Alarms, AWindowLongerThanTheLeastDurationRaisesOneAlone)
{
    EXPECT_EQ(run(fight_alarms(limits(0.8F, 0.5F, 1.5)), {0.9F, 0.1F}).size(), 2U);
    EXPECT_TRUE(run(fight_alarms(limits(0.8F, 0.5F, 2.5)), {0.9F, 0.1F}).empty());
}

TEST(Alarms, DuringTheCoolDownNoWindowRaisesTheNext)
{
    // ends at 2 s: windows at 1 to 4 s are too early for three seconds, that at 5 s is not
    const auto told =
        run(fight_alarms(limits(0.8F, 0.5F, 0, 3)), {0.9F, 0.1F, 0.9F, 0.9F, 0.9F, 0.9F});
    ASSERT_EQ(told.size(), 4U);
    EXPECT_EQ(told[2].kind, Kind::Begin);
    EXPECT_EQ(told[2].id, 2U);
    EXPECT_EQ(told[2].time.start, 5 * second);
}

TEST(Alarms, EachClassHasItsOwn)
{
    Alarms alarms = fight_alarms(limits(0.6F, 0.2F));
    EXPECT_EQ(alarms.add(window(0, 0.7F, 0.3F)).size(), 1U);
    const auto told = alarms.add(window(1, 0.25F, 0.75F));
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].label.label, "fall");
    EXPECT_EQ(told[0].id, 2U);
    EXPECT_EQ(alarms.jump().size(), 2U);
}

TEST(Alarms, AClassWithoutLimitsNeverAlarms)
{
    EXPECT_TRUE(run(fight_alarms(limits(0.8F, 0.5F)), {0, 0, 0}).empty()) << "normal is 1";
}

TEST(Alarms, AGapEndsOneAndNothingJoinsAcrossIt)
{
    Alarms alarms = fight_alarms(limits(0.8F, 0.5F, 3));
    alarms.add(window(0, 0.9F));
    EXPECT_TRUE(alarms.add(window(5, 0.9F)).empty()) << "3 s after the last one's end";
    const auto told = alarms.add(window(6, 0.9F));
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].time.start, 5 * second);
    const auto ended = alarms.add(window(11, 0.9F));
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].kind, Kind::End);
    EXPECT_EQ(ended[0].time.end, 8 * second);
}

TEST(Alarms, AWindowBehindAJumpJoinsNoneBeforeIt)
{
    Alarms alarms = fight_alarms(limits(0.8F, 0.5F));
    alarms.add(window(0, 0.9F));
    AlarmWindow behind = window(2, 0.9F); // touches the first
    behind.after_jump = true;
    const auto told = alarms.add(behind);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].kind, Kind::End);
    EXPECT_EQ(told[1].id, 2U);
}

TEST(Alarms, TimeThatRunsBackEndsOneAndForgetsTheCoolDown)
{
    Alarms alarms = fight_alarms(limits(0.8F, 0.5F, 0, 60));
    alarms.add(window(100, 0.9F));
    const auto told = alarms.add(window(0, 0.9F)); // a looped file
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].kind, Kind::End);
    EXPECT_EQ(told[1].kind, Kind::Begin);
    EXPECT_EQ(told[1].time.start, 0);
}

TEST(Alarms, AJumpAheadKeepsTheCoolDown)
{
    Alarms alarms = fight_alarms(limits(0.8F, 0.5F, 0, 60));
    alarms.add(window(0, 0.9F));
    EXPECT_EQ(alarms.jump().size(), 1U);
    EXPECT_TRUE(alarms.add(window(30, 0.9F)).empty());
    EXPECT_EQ(alarms.add(window(62, 0.9F)).size(), 1U);
}

TEST(Alarms, CountWhereAPersonStandsInAZone)
{
    const fovea::Zones lower_half = fovea::zones_from("include 0,0.5 1,0.5 1,1 0,1");
    Alarms alarms = fight_alarms(limits(0.8F, 0.5F), lower_half);
    AlarmWindow one = window(0, 0.9F);
    one.persons = {{{0.4F, 0.1F, 0.1F, 0.3F}, 0.9F, 1, true}}; // feet at 0.4
    EXPECT_TRUE(alarms.add(one).empty());
    one.time = window(1, 0).time;
    one.persons.push_back({{0.6F, 0.3F, 0.1F, 0.3F}, 0.9F, 2, true}); // feet at 0.6
    const auto told = alarms.add(one);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].persons, std::vector<int>{2}) << "who stands outside is not the reason";
    one.time = window(2, 0).time;
    one.persons.pop_back();
    EXPECT_EQ(alarms.add(one).size(), 1U) << "who leaves the zone ends it";
}

TEST(Alarms, WithoutPersonsTheEvidencesBoxIsJudged)
{
    const fovea::Zones lower_half = fovea::zones_from("include 0,0.5 1,0.5 1,1 0,1");
    Alarms alarms = fight_alarms(limits(0.8F, 0.5F), lower_half);
    AlarmWindow one = window(0, 0.9F);
    one.box = {0.2F, 0.1F, 0.2F, 0.3F};
    EXPECT_TRUE(alarms.add(one).empty());
    one.box.height = 0.5F;
    one.time = window(1, 0).time;
    EXPECT_EQ(alarms.add(one).size(), 1U);
}

TEST(Alarms, AResetTellsNothingAndCountsAnew)
{
    Alarms alarms = fight_alarms(limits(0.8F, 0.5F, 0, 60));
    alarms.add(window(0, 0.9F));
    alarms.reset();
    EXPECT_TRUE(alarms.jump().empty());
    EXPECT_EQ(alarms.add(window(0, 0.9F)).at(0).id, 1U);
}

TEST(Alarms, LimitsOutOfRangeNameTheLabel)
{
    const auto error = [](const AlarmLimits &fight) {
        return error_of([&] { fight_alarms(fight); });
    };
    EXPECT_NE(error(limits(0, 0)).find("alarm of 'fight': on is 0, expected"), std::string::npos);
    EXPECT_NE(error(limits(0.5F, 0.6F)).find("off is 0.6, expected at most on, 0.5"),
              std::string::npos);
    EXPECT_NE(error(limits(0.5F, 0.4F, -1)).find("min_duration"), std::string::npos);
    EXPECT_NE(error(limits(0.5F, 0.4F, 0, -1)).find("cool_down"), std::string::npos);
}

TEST(Alarms, NewLimitsAndZonesHoldFromTheNextWindowOnAlsoForOneThatGoesOn)
{
    const auto with = [](const AlarmLimits &fight, const char *zones = "") {
        AlarmRule rule;
        rule.limits = {std::nullopt, fight};
        rule.zones = fovea::zones_from(zones);
        return rule;
    };
    Alarms alarms({"normal", "fight", "fall"}, with(limits(0.8F, 0.5F)));
    EXPECT_TRUE(alarms.add(window(0, 0.7F)).empty());
    alarms.update(with(limits(0.6F, 0.5F)));
    EXPECT_EQ(alarms.add(window(1, 0.7F)).size(), 1U) << "begins";
    alarms.update(with(limits(0.9F, 0.75F, 0, /*cool_down=*/5)));
    const auto ended = alarms.add(window(2, 0.7F));
    ASSERT_EQ(ended.size(), 1U) << "below the new off";
    EXPECT_EQ(ended[0].kind, Kind::End);
    EXPECT_EQ(ended[0].time.end, 3 * second);
    EXPECT_TRUE(alarms.add(window(7, 0.95F)).empty()) << "5 s behind 3 s";
    EXPECT_EQ(alarms.add(window(8, 0.95F)).size(), 1U);
    alarms.update(with(limits(0.9F, 0.75F), "include 0,0 0.5,0 0,0.5"));
    EXPECT_EQ(alarms.add(window(9, 0.95F)).size(), 1U) << "the whole frame stands outside: ends";
}

TEST(Alarms, LimitsThatCannotBeLeaveTheOldOnes)
{
    Alarms alarms = fight_alarms(limits(0.8F, 0.5F));
    AlarmRule rule;
    rule.limits = {std::nullopt, limits(0.5F, 0.6F)};
    EXPECT_NE(error_of([&] { alarms.update(rule); }).find("off is 0.6"), std::string::npos);
    EXPECT_TRUE(alarms.add(window(0, 0.7F)).empty());
    EXPECT_EQ(alarms.add(window(1, 0.8F)).size(), 1U);
}

TEST(Alarms, AClassThatLosesItsLimitsEndsItsAlarm)
{
    Alarms alarms = fight_alarms(limits(0.8F, 0.5F));
    alarms.add(window(0, 0.9F));
    alarms.update({});
    const auto told = alarms.add(window(1, 0.9F));
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].kind, Kind::End);
    EXPECT_TRUE(alarms.jump().empty());
}

TEST(Alarms, AWindowOfOtherLabelsIsRefused)
{
    Alarms alarms = fight_alarms(limits(0.8F, 0.5F));
    AlarmWindow two = window(0, 0.9F);
    two.scores.pop_back();
    EXPECT_NE(error_of([&] { alarms.add(two); }).find("has 2 scores, expected 3"),
              std::string::npos);
}

TEST(AlarmWindow, OfAnActivityKeepsThePersonsInItsWeightiestRegion)
{
    fovea::Activity activity;
    activity.time = {10, 20};
    activity.top_k = {{"fall", 2, 0.75F}, {"normal", 0, 0.25F}};
    activity.regions = {{{fovea::RegionKind::Full, fovea::whole_frame}, 0.5F},
                        {{fovea::RegionKind::Grid, {0, 0, 0.5F, 0.5F}}, 0.2F},
                        {{fovea::RegionKind::Actor, {0.5F, 0.5F, 0.5F, 0.5F}}, 0.3F}};
    activity.salience = {{{10, 14}, 0.5F}, {{14, 20}, 1}};
    const std::vector<fovea::Person> persons = {{{0.6F, 0.6F, 0.2F, 0.2F}, 0.9F, 1, true},
                                                {{0.1F, 0.1F, 0.2F, 0.2F}, 0.9F, 2, true}};
    const AlarmWindow made = fovea::alarm_window(activity, 3, persons);
    EXPECT_EQ(made.scores, (std::vector<float>{0.25F, 0, 0.75F}));
    EXPECT_EQ(made.box, (fovea::Box{0.5F, 0.5F, 0.5F, 0.5F}));
    EXPECT_EQ(made.best, 17);
    ASSERT_EQ(made.persons.size(), 1U);
    EXPECT_EQ(made.persons[0].id, 1);
}

/* With top_k 1 and a low threshold the label is not the best class. */
TEST(AlarmWindow, TheLabelCountsWhereTopKLeavesItOut)
{
    fovea::Activity activity;
    activity.time = {0, 10};
    activity.label = {"fight", 1, 0.375F};
    activity.top_k = {{"normal", 0, 0.5F}};
    EXPECT_EQ(fovea::alarm_window(activity, 3, {}).scores, (std::vector<float>{0.5F, 0.375F, 0}));
    activity.label = {"normal", 0, 0.625F}; // 1 - the best event: not its class's score
    EXPECT_EQ(fovea::alarm_window(activity, 3, {}).scores, (std::vector<float>{0.5F, 0, 0}));
    activity.label = {"unknown", 3, 0.75F}; // of another model
    EXPECT_EQ(fovea::alarm_window(activity, 3, {}).scores, (std::vector<float>{0.5F, 0, 0}));
}

TEST(AlarmWindow, WhereMostFramesAreDamagedNothingIsJudged)
{
    fovea::Activity activity;
    activity.time = {0, fovea::nanoseconds_per_second};
    activity.top_k = {{"fight", 1, 0.9F}};
    activity.frames = {/*seen=*/20, 0, 0, /*corrupt=*/10};
    EXPECT_FLOAT_EQ(fovea::alarm_window(activity, 2, {}).scores[1], 0.9F);
    activity.frames.corrupt = 11;
    EXPECT_FLOAT_EQ(fovea::alarm_window(activity, 2, {}).scores[1], 0);
}

TEST(AlarmWindow, OfRowsSaysTheSame)
{
    fovea::ScoredWindow scored;
    scored.output = {{0.25F, 0.75F}, {0.9F, 0.1F}, {0.4F, 0.6F}};
    scored.times = {{0, 10}, {10, 20}};
    scored.regions = {{fovea::RegionKind::Full, fovea::whole_frame},
                      {fovea::RegionKind::Actor, {0, 0, 0.5F, 1}}};
    const AlarmWindow made = fovea::alarm_window(scored);
    EXPECT_EQ(made.time.start, 0);
    EXPECT_EQ(made.time.end, 20);
    EXPECT_EQ(made.scores, (std::vector<float>{0.25F, 0.75F}));
    EXPECT_EQ(made.best, 15);
    EXPECT_EQ(made.box, (fovea::Box{0, 0, 0.5F, 1}));
}

} // namespace
