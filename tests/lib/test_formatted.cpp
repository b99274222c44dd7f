// SPDX-License-Identifier: MIT
#include <string>

#include <gtest/gtest.h>

#include "fovea/core/formatted.h"

namespace {

using fovea::formatted;
using fovea::to_text;

TEST(Formatted, IsWhatPrintfWrites)
{
    EXPECT_EQ(formatted("%d of %d (%.1f %%)", 3, 8, 37.5), "3 of 8 (37.5 %)");
    EXPECT_EQ(formatted("%-6.4g|", 0.5), "0.5   |");
    EXPECT_EQ(formatted("%s", ""), "");
}

TEST(Formatted, OneHasNoPlural)
{
    EXPECT_EQ(fovea::counted(0, "alarm"), "0 alarms");
    EXPECT_EQ(fovea::counted(1, "alarm"), "1 alarm");
    EXPECT_EQ(fovea::counted(2, "alarm"), "2 alarms");
}

TEST(Formatted, HasNoLongestText)
{
    const std::string text(5000, 'x');
    EXPECT_EQ(formatted("<%s>", text.c_str()), "<" + text + ">");
}

TEST(NumberText, IsShortAndReadBackExactly)
{
    EXPECT_EQ(to_text(1.15), "1.15");
    EXPECT_EQ(to_text(5.0 / 8), "0.625");
    EXPECT_EQ(to_text(1), "1");
}

TEST(NumberText, HasSixPlacesAtMost)
{
    EXPECT_EQ(fovea::six_places(1.5), "1.5");
    EXPECT_EQ(fovea::six_places(2), "2");
    EXPECT_EQ(fovea::six_places(100), "100");
    EXPECT_EQ(fovea::six_places(1.0 / 3), "0.333333");
}

} // namespace
