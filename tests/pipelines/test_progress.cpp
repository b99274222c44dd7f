// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "progress.h"

namespace fovea::test {

TEST(SecondsLeft, AreByWhatWasDoneSoFar)
{
    EXPECT_DOUBLE_EQ(*seconds_left(30, 0.25, 0), 90);
    EXPECT_DOUBLE_EQ(*seconds_left(30, 1, 0), 0);
}

TEST(SecondsLeft, DoNotCountWhatWasDoneBefore)
{
    // a minute for a sixth of all, behind two thirds of earlier runs: the last sixth takes another
    EXPECT_NEAR(*seconds_left(60, 5.0 / 6, 4.0 / 6), 60, 1e-9);
}

TEST(SecondsLeft, AreNotToldBeforeAFiftiethOfTheWork)
{
    EXPECT_FALSE(seconds_left(1, 0.01, 0));
    EXPECT_FALSE(seconds_left(1, 0.9, 0.9));
    EXPECT_FALSE(seconds_left(1, 0.901, 0.9));
    EXPECT_TRUE(seconds_left(1, 0.91, 0.9));
    EXPECT_FALSE(seconds_left(1, 1, 1));
}

TEST(ProgressText, SaysHowManyOfSeveralAndHowLongYet)
{
    EXPECT_EQ(progress_text(0.65, 28, 44, 7), "65 % done, 28 of 44, 0:07 left");
    EXPECT_EQ(progress_text(0.01, 0, 5000, std::nullopt), "1 % done, 0 of 5000");
    EXPECT_EQ(progress_text(0.5, 0, 1, 7), "50 % done, 0:07 left");
}

} // namespace fovea::test
