// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/decide/alarm_rate.h"

namespace fovea {
namespace {

const std::vector<QuietScore> quiet = {{0.2F, 100}, {0.7F, 1}, {0.55F, 3}, {0.9F, 1}, {0.6F, 2}};

TEST(AlarmRate, CountsWhatStandsForMoreThanOne)
{
    EXPECT_EQ(count_reaching(quiet, 0.6F), 4);
    EXPECT_EQ(count_reaching(quiet, 0.61F), 2);
    EXPECT_EQ(count_reaching(quiet, 0.95F), 0);
}

TEST(AlarmRate, TheThresholdIsJustAboveWhatWouldBeTooMany)
{
    // 0.9, 0.7 and 0.6 are four; one more is 0.55, which stands for three
    EXPECT_GT(threshold_for(quiet, 4, 0.1F), 0.55F);
    EXPECT_LT(threshold_for(quiet, 4, 0.1F), 0.5501F);
    EXPECT_EQ(count_reaching(quiet, threshold_for(quiet, 4, 0.1F)), 4);
    EXPECT_GT(threshold_for(quiet, 3.9, 0.1F), 0.6F);
    EXPECT_GT(threshold_for(quiet, 0.5, 0.1F), 0.9F);
}

TEST(AlarmRate, TheThresholdIsNeverBelowTheFloor)
{
    EXPECT_EQ(threshold_for(quiet, 1000, 0.3F), 0.3F);
    EXPECT_EQ(threshold_for({}, 0, 0.5F), 0.5F);
    EXPECT_GT(threshold_for({{1.0F, 1}}, 0.5, 0.5F), 1.0F);
}

std::vector<QuietScore> alarms(std::initializer_list<float> scores)
{
    std::vector<QuietScore> all;
    for (const float score : scores)
        all.push_back({score, 1});
    return all;
}

/* Ten that reach 0.6 */
const std::vector<QuietScore> ten =
    alarms({0.61F, 0.62F, 0.63F, 0.64F, 0.65F, 0.7F, 0.75F, 0.8F, 0.85F, 0.9F, 0.5F, 0.1F});

TEST(AlarmRate, FewerThanTenAlarmsTellNoRate)
{
    std::vector<QuietScore> nine = ten;
    nine.erase(nine.begin());
    EXPECT_EQ(thresholds_for({{nine, 0.6F}}, 0.1), std::vector<float>{0.6F});
    EXPECT_GT(thresholds_for({{ten, 0.6F}}, 0.1)[0], 0.6F);
}

TEST(AlarmRate, NoMoreThanWishedChangesNothing)
{
    EXPECT_EQ(thresholds_for({{ten, 0.6F}, {alarms({0.95F}), 0.9F}}, 11),
              (std::vector<float>{0.6F, 0.9F}));
    EXPECT_EQ(thresholds_for({}, 1), std::vector<float>{});
}

TEST(AlarmRate, ThresholdsRiseJustAboveWhatWouldBeMoreThanWished)
{
    const float four = thresholds_for({{ten, 0.6F}}, 4.5)[0]; // 0.75, 0.8, 0.85, 0.9
    EXPECT_GT(four, 0.7F);
    EXPECT_LT(four, 0.7001F);
}

TEST(AlarmRate, OneAlarmOfAClassIsLetPassHoweverShortTheTime)
{
    const float one = thresholds_for({{ten, 0.6F}}, 0.1)[0];
    EXPECT_GT(one, 0.85F);
    EXPECT_LT(one, 0.8501F);
    EXPECT_EQ(thresholds_for({{std::vector<QuietScore>(20, {1.0F, 1}), 0.6F}}, 3)[0], 1.0F);
}

TEST(AlarmRate, AClassThatNeedsLessLeavesTheRestToOthers)
{
    // of six, one goes to the class that has one; the two others share five: two, then three
    const auto found =
        thresholds_for({{ten, 0.6F}, {alarms({0.3F, 0.35F}), 0.34F}, {ten, 0.64F}}, 6);
    EXPECT_EQ(found[1], 0.34F);
    EXPECT_EQ(count_reaching(ten, found[2]), 2);
    EXPECT_EQ(count_reaching(ten, found[0]), 3);
}

} // namespace
} // namespace fovea
