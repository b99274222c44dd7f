// SPDX-License-Identifier: MIT
#include <vector>

#include <gtest/gtest.h>

#include "service/evidence/alarm_course.h"

using fovea::AlarmCourse;
using fovea::Json;
using fovea::nanoseconds_per_second;
using fovea::ScoredLabel;
using fovea::TimeSpan;
using fovea::WeightedRegion;

namespace {

TimeSpan seconds(std::int64_t start, std::int64_t end)
{
    return {start * nanoseconds_per_second, end * nanoseconds_per_second};
}

std::vector<WeightedRegion> one_region(float x, float weight)
{
    WeightedRegion region;
    region.region.box = {x, 0, 0.5F, 1};
    region.weight = weight;
    return {region};
}

} // namespace

TEST(AlarmCourse, HasTheLabelsScoresAndTheRegionsOfTheStrongestWindow)
{
    AlarmCourse course("fight");
    EXPECT_EQ(course.json(), Json::parse(R"({"windows": [], "regions": []})"));
    course.add(seconds(1, 3), {{"normal", 0, 0.4F}, {"fight", 1, 0.6F}}, one_region(0, 1));
    course.add(seconds(2, 4), {{"fight", 1, 0.9F}, {"normal", 0, 0.1F}}, one_region(0.25F, 0.75F));
    course.add(seconds(3, 5), {{"fall", 2, 1.0F}}, one_region(0.5F, 1));
    EXPECT_EQ(course.json(),
              Json::parse(R"({"windows": [[1.0, 3.0, 0.6], [2.0, 4.0, 0.9], [3.0, 5.0, 0.0]],
                                             "regions": [[0.25, 0.0, 0.5, 1.0, 0.75]]})"));
}

TEST(AlarmCourse, StaysBoundedAndKeepsItsSpanAndItsPeaks)
{
    AlarmCourse course("fall");
    constexpr int count = 10'000;
    for (int i = 0; i < count; ++i)
        course.add(seconds(i, i + 2), {{"fall", 2, i == 4321 ? 0.9F : 0.7F}}, {});
    const Json windows = course.json()["windows"];
    ASSERT_LE(windows.size(), AlarmCourse::most_windows);
    EXPECT_GT(windows.size(), AlarmCourse::most_windows / 2 - 1);
    EXPECT_EQ(windows.front()[0], 0.0);
    EXPECT_EQ(windows.back()[1], static_cast<double>(count + 1));
    int peaks = 0;
    for (std::size_t i = 0; i < windows.size(); ++i) {
        if (i > 0) {
            EXPECT_GT(windows[i][0], windows[i - 1][0]);
        }
        if (windows[i][2] == 0.9) {
            ++peaks;
            EXPECT_LE(windows[i][0], 4321.0);
            EXPECT_GE(windows[i][1], 4323.0);
        }
    }
    EXPECT_EQ(peaks, 1);
}
