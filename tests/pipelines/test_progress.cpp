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

namespace {

/** \brief Tasks that are looked at twice a second */
class StandingTask : public testing::Test
{
protected:
    StandingTask() { tasks_.begin(0, "moves.mp4"); }

    std::vector<std::string> look_for(int seconds)
    {
        std::vector<std::string> told;
        for (int i = 0; i < 2 * seconds; ++i) {
            tasks_.set(0, share_ += 1e-6);
            now_ += std::chrono::milliseconds(500);
            for (const std::string &line : tasks_.look(now_))
                told.push_back(line);
        }
        return told;
    }

    StandingTasks tasks_;
    StandingTasks::Clock::time_point now_{std::chrono::hours(1)};
    double share_ = 0;
};

} // namespace

TEST_F(StandingTask, IsToldByNameOnceUntilItMoves)
{
    const std::vector<std::string> once = {
        "'stands.mp4' has come no further than 25 % for 120 s: it takes long, or stands still"};
    tasks_.begin(1, "stands.mp4");
    look_for(60);
    tasks_.set(1, 0.25);
    EXPECT_TRUE(look_for(119).empty());
    EXPECT_EQ(look_for(2), once);
    tasks_.set(1, 0.25);
    EXPECT_TRUE(look_for(600).empty());
    tasks_.set(1, 0.5);
    EXPECT_EQ(look_for(121).size(), 1U);
}

TEST_F(StandingTask, IsNotToldBeforeItIsKnownHowFarItIs)
{
    tasks_.begin(1, "downloads.mp4");
    EXPECT_TRUE(look_for(600).empty());
    tasks_.set(1, 0);
    EXPECT_TRUE(look_for(119).empty());
    EXPECT_EQ(look_for(2).size(), 1U);
}

TEST_F(StandingTask, IsNotToldWhereItIsOverOrAlone)
{
    tasks_.begin(1, "stands.mp4");
    tasks_.set(1, 0);
    look_for(100);
    tasks_.end(1);
    EXPECT_TRUE(look_for(100).empty());
    tasks_.end(0);
    tasks_.begin(2, "alone.mp4"); // its own pipeline tells it
    tasks_.set(2, 0);
    EXPECT_TRUE(look_for(200).empty());
}

TEST_F(StandingTask, DoesNotStandStillWhileTheProcessIsStopped)
{
    tasks_.begin(1, "stands.mp4");
    tasks_.set(1, 0);
    look_for(60);
    now_ += std::chrono::hours(8);
    EXPECT_TRUE(look_for(50).empty());
}

TEST(ProgressText, SaysHowManyOfSeveralAndHowLongYet)
{
    EXPECT_EQ(progress_text(0.65, 28, 44, 7), "65 % done, 28 of 44, 0:07 left");
    EXPECT_EQ(progress_text(0.01, 0, 5000, std::nullopt), "1 % done, 0 of 5000");
    EXPECT_EQ(progress_text(0.5, 0, 1, 7), "50 % done, 0:07 left");
}

} // namespace fovea::test
