// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "media/chain.h"

using fovea::to_launch_line;
using fovea::to_text;

TEST(LaunchLine, PlainWordsNeedNoQuotes)
{
    EXPECT_EQ(to_launch_line({{"filesrc", {{"location", "a/b-1.mp4"}}}, {"decodebin", {}}}),
              "filesrc location=a/b-1.mp4 ! decodebin");
}

TEST(LaunchLine, SpacesAndBangsAreQuotedForShellAndParser)
{
    EXPECT_EQ(to_launch_line({{"filesrc", {{"location", "my clip! .mp4"}}}}),
              R"(filesrc 'location="my clip! .mp4"')");
}

TEST(LaunchLine, DoubleQuotesAndBackslashesAreEscapedForTheParser)
{
    EXPECT_EQ(to_launch_line({{"filesrc", {{"location", R"(a"b\c)"}}}}),
              R"(filesrc 'location="a\"b\\c"')");
}

TEST(LaunchLine, SingleQuotesLeaveTheShellsQuotesForAMoment)
{
    EXPECT_EQ(to_launch_line({{"filesrc", {{"location", "it's"}}}}),
              R"(filesrc 'location="it'\''s"')");
}

TEST(LaunchLine, EmptyValueIsAnEmptyString)
{
    EXPECT_EQ(to_launch_line({{"foveaactor", {{"box", ""}}}}), R"(foveaactor 'box=""')");
}

TEST(NumberText, IsShortAndReadBackExactly)
{
    EXPECT_EQ(to_text(1.15), "1.15");
    EXPECT_EQ(to_text(5.0 / 8), "0.625");
    EXPECT_EQ(to_text(1), "1");
}
