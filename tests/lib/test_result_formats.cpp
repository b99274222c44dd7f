// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/json.h"
#include "fovea/store/results/result_formats.h"
#include "made_results.h"

namespace fovea {
namespace {

using test::activity_of;
using test::alarm_of;
using test::full_result;

TEST(ResultFormats, AnAlarmStandsInThemOnceAsItEnded)
{
    const std::vector<Result> results = {
        activity_of(Activity::Scope::Window, "fight", 0.93F, 1'500'000'000, 3'500'000'000),
        alarm_of(AlarmEvent::Kind::Begin), alarm_of(AlarmEvent::Kind::Update),
        alarm_of(AlarmEvent::Kind::End)};
    EXPECT_EQ(to_webvtt(results), "WEBVTT\n\n00:00:01.500 --> 00:00:03.500\nfight 93 %\n"
                                  "\n00:00:01.500 --> 00:00:04.000\nalarm: fight 93 %\n");
    EXPECT_EQ(to_csv(results), "source,scope,start,end,label,confidence\n"
                               ",window,1.500,3.500,fight,0.9300\n"
                               ",alarm,1.500,4.000,fight,0.9300\n");
}

TEST(ResultVtt, CuesStandInOrderWithTextEscaped)
{
    const std::vector<Result> results = {
        activity_of(Activity::Scope::Window, "a < b & c --> d", 0.876F, 2'000'000'000,
                    3'600'000'000'000),
        activity_of(Activity::Scope::Window, "normal", 1, 0, 2'133'333'333),
        activity_of(Activity::Scope::Video, "fight", 0.5F, 0, 3'600'000'000'000)};
    EXPECT_EQ(to_webvtt(results), "WEBVTT\n"
                                  "\n"
                                  "NOTE video: fight 50 %\n"
                                  "\n"
                                  "00:00:00.000 --> 00:00:02.133\n"
                                  "normal 100 %\n"
                                  "\n"
                                  "00:00:02.000 --> 01:00:00.000\n"
                                  "a &lt; b &amp; c --&gt; d 88 %\n");
}

TEST(ResultVtt, WhereThereAreSegmentsCuesAreOfThese)
{
    const std::vector<Result> results = {
        activity_of(Activity::Scope::Window, "normal", 1, 0, 2'000'000'000),
        activity_of(Activity::Scope::Segment, "fight", 0.9F, 1'500'000'000, 4'000'000'000)};
    EXPECT_EQ(to_webvtt(results), "WEBVTT\n\n00:00:01.500 --> 00:00:04.000\nfight 90 %\n");
    EXPECT_NE(to_csv(results).find(",segment,1.500,4.000,fight,0.9000"), std::string::npos);
}

TEST(ResultActivityNet, HasTheSegmentsOfTheVideo)
{
    const Json json = to_activity_net(
        {activity_of(Activity::Scope::Window, "normal", 1, 0, 2'000'000'000),
         activity_of(Activity::Scope::Segment, "fight", 0.5F, 1'500'000'000, 4'000'000'000)},
        "clip");
    EXPECT_EQ(json["version"], "VERSION 1.3");
    EXPECT_EQ(json["results"]["clip"],
              Json::parse(R"([{"label": "fight", "score": 0.5, "segment": [1.5, 4.0]}])"));
    EXPECT_EQ(to_activity_net({}, "none")["results"]["none"], Json::array());
}

TEST(ResultVtt, NothingRecognisedIsAHeaderAlone)
{
    EXPECT_EQ(to_webvtt({}), "WEBVTT\n");
    EXPECT_EQ(to_webvtt({Result()}), "WEBVTT\n");
}

TEST(ResultVtt, CueEndsAfterItStarts)
{
    const std::string text =
        to_webvtt({activity_of(Activity::Scope::Window, "x", 1, 5'000'000'000, 5'000'000'000)});
    EXPECT_NE(text.find("00:00:05.000 --> 00:00:05.001"), std::string::npos);
}

/* At 16 frames a second a frame begins at 62.5 ms, which is 62 to printf. */
TEST(ResultFormats, AllRoundHalfAMillisecondAlike)
{
    const std::vector<Result> results = {
        activity_of(Activity::Scope::Window, "fight", 1, 62'500'000, 2'312'500'000)};
    EXPECT_EQ(to_webvtt(results), "WEBVTT\n\n00:00:00.063 --> 00:00:02.313\nfight 100 %\n");
    EXPECT_NE(to_csv(results).find(",window,0.063,2.313,"), std::string::npos) << to_csv(results);
}

TEST(ResultCsv, FieldsAreQuotedWhereNeeded)
{
    Result window = activity_of(Activity::Scope::Window, "say \"hi\"", 0.25F, 0, 1'500'000'000);
    window.source = "a, b.mp4";
    const Result video = activity_of(Activity::Scope::Video, "fall", 1, 0, 90'000'000'000);
    EXPECT_EQ(to_csv({window, Result(), video}),
              "source,scope,start,end,label,confidence\n"
              "\"a, b.mp4\",window,0.000,1.500,\"say \"\"hi\"\"\",0.2500\n"
              ",video,0.000,90.000,fall,1.0000\n");
}

TEST(ResultCsv, WhatASpreadsheetWouldRunIsText)
{
    Result window = activity_of(Activity::Scope::Window, "=1+2", 0.25F, 0, 1'500'000'000);
    window.source = "-a.mp4";
    Result other = activity_of(Activity::Scope::Window, "@SUM(A1,\"2\")", 1, 0, 1'500'000'000);
    other.source = "+\x1B[31ma.mp4";
    EXPECT_EQ(to_csv({window, other}),
              "source,scope,start,end,label,confidence\n"
              "'-a.mp4,window,0.000,1.500,'=1+2,0.2500\n"
              "'+\xEF\xBF\xBD[31ma.mp4,window,0.000,1.500,\"'@SUM(A1,\"\"2\"\")\",1.0000\n");
}

TEST(ResultVtt, HoldsNoEscapeCodes)
{
    const std::string text = to_webvtt(
        {activity_of(Activity::Scope::Window, "a\x1B[31m\n\n00:00", 1, 0, 1'500'000'000)});
    EXPECT_EQ(text, "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\n"
                    "a\xEF\xBF\xBD[31m  00:00 100 %\n");
}

} // namespace
} // namespace fovea
