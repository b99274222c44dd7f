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
