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

} // namespace
} // namespace fovea
