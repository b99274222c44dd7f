// SPDX-License-Identifier: MIT
#include <string>

#include <gtest/gtest.h>

#include "fovea/core/formatted.h"

namespace {

using fovea::formatted;

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

} // namespace
