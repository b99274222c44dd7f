// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "media/chain.h"

using fovea::to_launch_line;

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
