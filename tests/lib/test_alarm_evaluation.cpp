// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/json.h"
#include "fovea/eval/alarm_evaluation.h"
#include "fovea/eval/alarm_report.h"

namespace fovea {

namespace {

const std::vector<std::string> labels = {"normal", "fight", "fall"};

/** Fight on at 0.8, fall at 0.6; off at half of that, no cool-down */
AlarmRule rule()
{
    AlarmRule made;
    made.limits.resize(3);
    made.limits[1] = AlarmLimits{0.8F, 0.4F, 0, 0};
    made.limits[2] = AlarmLimits{0.6F, 0.3F, 0, 0};
    return made;
}

/** Of two seconds, one after the other, from 0 s */
WatchedVideo video(const std::string &set, const std::vector<std::pair<float, float>> &windows)
{
    WatchedVideo made;
    made.id = "video in " + set;
    made.set = set;
    for (const auto &[fight, fall] : windows) {
        const auto start =
            static_cast<Nanoseconds>(made.windows.size()) * 2 * nanoseconds_per_second;
        AlarmWindow window;
        window.time = {start, start + 2 * nanoseconds_per_second};
        window.scores = {1 - fight - fall, fight, fall};
        made.windows.push_back(window);
    }
    made.duration = 2 * static_cast<double>(windows.size());
    return made;
}

const AlarmFigures &at(const AlarmCurves &curves, std::size_t place, double threshold)
{
    for (const AlarmFigures &figures : curves.sweeps.at(place)) {
        if (std::abs(figures.threshold - threshold) < 1e-9)
            return figures;
    }
    ADD_FAILURE() << "no threshold " << threshold;
    return curves.sweeps.front().front();
}

TEST(AlarmEvaluation, ACaseByHand)
{
    // A fight from 4 to 8 s of 20 s of footage: raised by the window that ends at 6 s; a false one at 14 s
    WatchedVideo street = video(
        "street",
        {{0, 0}, {0, 0}, {0.9F, 0}, {0.9F, 0}, {0, 0}, {0, 0}, {0, 0}, {0.85F, 0}, {0, 0}, {0, 0}});
    street.events = {{1, {4, 8}}};
    // A clip of a fall: all of it is spoken for; nobody saw the fall
    WatchedVideo fall = video("room", {{0, 0.5F}, {0, 0.2F}});
    fall.events = {{2, {1, 1.5}}};
    fall.ignored = {{0, 4}};
    // 16 s of nothing
    const WatchedVideo calm =
        video("room", {{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0.5F, 0}, {0, 0}, {0, 0}, {0, 0}});
    const AlarmEvaluation evaluation = evaluate_alarms({street, fall, calm}, labels, rule());

    ASSERT_EQ(evaluation.curves.size(), 3U) << "all, room, street";
    const AlarmCurves &all = evaluation.curves[0];
    EXPECT_EQ(all.classes, (std::vector<int>{1, 2}));
    EXPECT_EQ(all.videos, 3);
    EXPECT_DOUBLE_EQ(all.hours, 40.0 / 3600);
    const AlarmFigures &fight = all.as_ruled[0];
    EXPECT_EQ(fight.found.hits, 1);
    EXPECT_EQ(fight.found.total, 1);
    EXPECT_DOUBLE_EQ(fight.seconds_until.value(), 2);
    EXPECT_EQ(fight.false_alarms.events, 1);
    // 20 s less the fight's 4 and the 2 behind it, and 16 s
    EXPECT_DOUBLE_EQ(fight.false_alarms.hours, 30.0 / 3600);
    EXPECT_EQ(fight.alarmed.hits, 0) << "calm reaches 0.5 alone";
    EXPECT_EQ(fight.alarmed.total, 1);
    EXPECT_EQ(all.as_ruled[1].found.hits, 0);
    EXPECT_EQ(all.as_ruled[1].found.total, 1);
    EXPECT_FALSE(all.as_ruled[1].seconds_until.has_value());
    EXPECT_EQ(all.together.found.hits, 1);
    EXPECT_EQ(all.together.found.total, 2);

    EXPECT_EQ(at(all, 0, 0.5).alarmed.hits, 1);
    EXPECT_EQ(at(all, 0, 0.5).false_alarms.events, 2);
    EXPECT_EQ(at(all, 0, 0.86).false_alarms.events, 0);
    EXPECT_EQ(at(all, 0, 0.86).found.hits, 1);
    EXPECT_EQ(at(all, 0, 0.91).found.hits, 0);
    EXPECT_EQ(at(all, 1, 0.5).found.hits, 1);
    EXPECT_DOUBLE_EQ(at(all, 1, 0.5).seconds_until.value(), 1);

    using Kind = AlarmMistake::Kind;
    ASSERT_EQ(evaluation.mistakes.size(), 2U);
    const AlarmMistake &false_one = evaluation.mistakes[0];
    EXPECT_EQ(false_one.kind, Kind::FalseAlarm);
    EXPECT_EQ(false_one.video, "video in street");
    EXPECT_EQ(false_one.label, 1);
    EXPECT_DOUBLE_EQ(false_one.time.start, 14);
    EXPECT_DOUBLE_EQ(false_one.time.end, 16);
    EXPECT_FLOAT_EQ(static_cast<float>(false_one.score), 0.85F);
    const AlarmMistake &missed = evaluation.mistakes[1];
    EXPECT_EQ(missed.kind, Kind::Missed);
    EXPECT_EQ(missed.set, "room");
    EXPECT_EQ(missed.label, 2);
    EXPECT_DOUBLE_EQ(missed.time.start, 1);
    EXPECT_FLOAT_EQ(static_cast<float>(missed.score), 0.5F) << "the highest of its windows";

    EXPECT_EQ(evaluation.curves[1].set, "room");
    EXPECT_EQ(evaluation.curves[1].videos, 2);
    EXPECT_EQ(evaluation.curves[1].as_ruled[0].found.total, 0);
    EXPECT_EQ(evaluation.curves[2].as_ruled[0].false_alarms.events, 1);
}

TEST(AlarmEvaluation, AnAlarmJustBehindAnEventIsItsAndOneOfAnotherClassNeitherRightNorWrong)
{
    WatchedVideo one = video("", {{0, 0}, {0.9F, 0}, {0, 0}, {0, 0}});
    one.events = {{1, {0, 1}}}; // the window from 2 s touches the two seconds behind it
    EXPECT_EQ(evaluate_alarms({one}, labels, rule()).curves[0].as_ruled[0].found.hits, 1);
    one.events = {{2, {0, 1}}};
    const AlarmFigures fight = evaluate_alarms({one}, labels, rule()).curves[0].as_ruled[0];
    EXPECT_EQ(fight.found.total, 0);
    EXPECT_EQ(fight.false_alarms.events, 0);
    EXPECT_DOUBLE_EQ(fight.false_alarms.hours, 5.0 / 3600) << "3 s of 8 are spoken for";
}

TEST(AlarmEvaluation, TheMedianOfAnEvenNumberLiesBetween)
{
    WatchedVideo early = video("", {{0.9F, 0}, {0, 0}});
    WatchedVideo late = video("", {{0, 0}, {0, 0}, {0.9F, 0}});
    early.events = late.events = {{1, {0, 6}}};
    EXPECT_DOUBLE_EQ(
        evaluate_alarms({early, late}, labels, rule()).curves[0].as_ruled[0].seconds_until.value(),
        4)
        << "2 s and 6 s";
}

TEST(AlarmEvaluation, AnAlarmThatWentOnBeforeTheEventTakesNoTime)
{
    WatchedVideo one = video("", {{0.9F, 0}, {0.9F, 0}, {0.9F, 0}});
    one.events = {{1, {4, 6}}};
    EXPECT_DOUBLE_EQ(
        evaluate_alarms({one}, labels, rule()).curves[0].as_ruled[0].seconds_until.value(), 0);
}

TEST(AlarmEvaluation, TheThresholdForARateIsTheLowestFromWhichOnItHolds)
{
    const auto figures = [](double threshold, std::int64_t alarms) {
        AlarmFigures made;
        made.threshold = threshold;
        made.false_alarms = {alarms, 2};
        return made;
    };
    const std::vector<AlarmFigures> sweep = {figures(0.5, 2), figures(0.6, 6), figures(0.7, 2),
                                             figures(0.8, 1), figures(0.9, 1)};
    EXPECT_EQ(at_rate(sweep, 1)->threshold, 0.7) << "0.6 makes three an hour, whatever 0.5 does";
    EXPECT_EQ(at_rate(sweep, 0.5)->threshold, 0.8);
    EXPECT_EQ(at_rate(sweep, 10)->threshold, 0.5);
    EXPECT_FALSE(at_rate(sweep, 0.4).has_value());
}

TEST(AlarmEvaluation, WithoutFootageOfNothingNoThresholdIsKnownToGiveARate)
{
    WatchedVideo street = video("street", {{0.9F, 0}, {0, 0}});
    street.events = {{1, {0, 4}}};
    const AlarmEvaluation evaluation = evaluate_alarms({street}, labels, rule());
    EXPECT_FALSE(at_rate(evaluation.curves[0].sweeps[0], 1).has_value());
    const std::string text = to_text(evaluation, 1);
    EXPECT_NE(text.find("for at most 1 false alarms an hour: nobody can tell without footage in "
                        "which nothing happens\n"),
              std::string::npos)
        << text;
    EXPECT_EQ(to_json(evaluation, 1)["sets"][0]["classes"]["fight"]["at_rate"], nullptr);
}

TEST(AlarmEvaluation, ReportsNameSharesRatesAndTheThresholdAskedFor)
{
    WatchedVideo street = video("street", {{0.9F, 0}, {0, 0}, {0, 0}, {0.85F, 0}, {0, 0}, {0, 0}});
    street.events = {{1, {0, 2}}};
    const AlarmEvaluation evaluation = evaluate_alarms({street}, labels, rule());
    const std::string text = to_text(evaluation, 0);
    // 12 s less 4: one false alarm in 8 s is 450 an hour; 0.0253 and 5.5716 in them
    EXPECT_NE(
        text.find("found 1 of 1 (100 %) after 2.0 s; 450.0 false alarms an hour (11.4 to 2507.2)"),
        std::string::npos)
        << text;
    EXPECT_NE(text.find("for at most 0 false alarms an hour: on 0.86"), std::string::npos) << text;
    EXPECT_NE(
        text.find("  false-alarm  fight 0.85     6.0 to    8.0 s  video in street (street)\n"),
        std::string::npos)
        << text;
    EXPECT_EQ(text.find("missed  "), std::string::npos) << "nothing is missed";
    const Json json = to_json(evaluation, 0);
    ASSERT_EQ(json["mistakes"].size(), 1U);
    EXPECT_EQ(json["mistakes"][0]["kind"], "false-alarm");
    EXPECT_EQ(json["mistakes"][0]["video"], "video in street");
    EXPECT_EQ(json["mistakes"][0]["label"], "fight");
    EXPECT_EQ(json["sets"][0]["set"], nullptr);
    EXPECT_EQ(json["sets"][1]["set"], "street");
    EXPECT_EQ(json["sets"][0]["classes"]["fight"]["at_rate"]["threshold"], 0.86);
    EXPECT_EQ(json["sets"][0]["classes"]["fight"]["sweep"].size(), alarm_thresholds().size());
    EXPECT_EQ(to_json(evaluation, std::nullopt)["sets"][0]["classes"]["fight"].count("at_rate"),
              0U);
    const std::string svg = to_svg(evaluation);
    EXPECT_EQ(svg.rfind("<svg ", 0), 0U);
    EXPECT_NE(svg.find("fight, dot: on 0.8"), std::string::npos);
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("fall, dot"), std::string::npos) << "there is no fall to be found";
}

} // namespace

} // namespace fovea
