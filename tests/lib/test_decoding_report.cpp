// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/video/decoding_report.h"

namespace {

using fovea::DecodingReport;
using fovea::nanoseconds_per_second;
using fovea::notes_of;

DecodingReport reaching(std::int64_t seconds)
{
    DecodingReport report;
    report.frames = 100;
    report.reached = seconds * nanoseconds_per_second;
    return report;
}

TEST(DecodingReport, AWholeFileHasNothingToTell)
{
    EXPECT_TRUE(notes_of(reaching(60), 60 * nanoseconds_per_second).empty());
    EXPECT_TRUE(notes_of(reaching(60), 0).empty()) << "it states no duration";
}

/* A twentieth of the duration and a second may be missing: of 100 s 6 s. */
TEST(DecodingReport, AFileThatEndsBeforeItSaysSeemsCutShort)
{
    EXPECT_TRUE(notes_of(reaching(94), 100 * nanoseconds_per_second).empty());
    EXPECT_EQ(notes_of(reaching(93), 100 * nanoseconds_per_second),
              std::vector<std::string>{"goes to 1:33 of its 1:40 only; it seems damaged or cut "
                                       "short"});
}

/* GStreamer takes for the duration of an AVI what of it is there */
TEST(DecodingReport, AFileThatEndsWithinAPartSeemsCutShortOnce)
{
    EXPECT_EQ(notes_of(reaching(30), 30 * nanoseconds_per_second, true),
              std::vector<std::string>{
                  "goes to 0:30, and its last part is not whole; it seems cut short"});
    EXPECT_EQ(notes_of(reaching(30), 60 * nanoseconds_per_second, true).size(), 1U);
}

/* A minute, the sixth of its recording */
TEST(DecodingReport, OfAPartOfARecordingTheStatedDurationMayCountFromTheBeginOfTheRecording)
{
    DecodingReport report = reaching(60);
    report.last_stamp = 360 * nanoseconds_per_second;
    EXPECT_TRUE(notes_of(report, 360 * nanoseconds_per_second).empty());
    report = reaching(30);
    report.last_stamp = 330 * nanoseconds_per_second;
    EXPECT_EQ(notes_of(report, 360 * nanoseconds_per_second).size(), 1U) << "cut short";
    EXPECT_EQ(notes_of(report, 60 * nanoseconds_per_second).size(), 1U) << "cut short";
}

TEST(DecodingReport, WarningsAndFramesThatCouldNotBeReadAreTold)
{
    DecodingReport report = reaching(4);
    report.warnings = {"decoder: a block is damaged"};
    report.unread = 20;
    EXPECT_EQ(notes_of(report, 4 * nanoseconds_per_second),
              (std::vector<std::string>{
                  "decoder: a block is damaged",
                  "20 of its 120 frames could not be converted to a format that is read"}));
}

/* Frames that are 10 s apart, as of a camera that keeps still pictures, are none that follow each other */
TEST(DecodingReport, GapsAreToldForNothingIsJudgedAcrossThem)
{
    DecodingReport report = reaching(200);
    report.gaps = 19;
    report.in_gaps = 190 * nanoseconds_per_second;
    EXPECT_EQ(notes_of(report, 0),
              std::vector<std::string>{"has 19 gaps of more than 2 s between frames, 3:10 in all; "
                                       "nothing is judged across a gap"});
    report.gaps = 1;
    EXPECT_EQ(notes_of(report, 0).front().substr(0, 9), "has 1 gap");
}

/* GStreamer gives frames whose times go back that of the one before, as of two MP4 in fragments that cat joined */
TEST(DecodingReport, TimesThatStandStillAreTold)
{
    DecodingReport report = reaching(200);
    report.standing = 24;
    EXPECT_TRUE(notes_of(report, 0).empty()) << "a second of them is a second lost";
    report.standing = 100;
    EXPECT_EQ(notes_of(report, 0),
              std::vector<std::string>{
                  "has 100 frames at the time of the one before, as where another recording begins "
                  "whose times begin anew; they are judged as one moment"});
}

/* A frame every 3 s: there is a gap behind each but the last */
TEST(DecodingReport, OfTimeLapseItIsToldThatHardlyAFrameIsJudged)
{
    DecodingReport report = reaching(201);
    report.frames = 67;
    report.gaps = 66;
    report.in_gaps = 198 * nanoseconds_per_second;
    EXPECT_EQ(notes_of(report, 0),
              std::vector<std::string>{
                  "has 66 gaps of more than 2 s between frames, 3:18 in all; nothing is judged "
                  "across a gap, so of its 67 frames hardly more than the last is judged; give "
                  "time-lapse the rate of a video first, for example with: ffmpeg -i FILE -vf "
                  "setpts=N/25/TB -r 25 OTHER.mp4"});
    report.gaps = 33;
    EXPECT_EQ(notes_of(report, 0).front().find("time-lapse"), std::string::npos);
}

TEST(DecodingReport, WithoutAFrameTheCauseIsTold)
{
    DecodingReport report;
    EXPECT_EQ(nothing_decoded(report),
              "not one frame could be decoded; it may be damaged or cut short");
    report.unread = 7;
    EXPECT_EQ(nothing_decoded(report),
              "not one of its 7 frames could be converted to a format that "
              "is read; convert the file to H.264 first");
}

} // namespace
