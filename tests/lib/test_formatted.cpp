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

TEST(Formatted, HasNoLongestText)
{
    const std::string text(5000, 'x');
    EXPECT_EQ(formatted("<%s>", text.c_str()), "<" + text + ">");
}

} // namespace
