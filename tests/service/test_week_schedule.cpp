// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "../lib/error_of.h"
#include "service/week_schedule.h"

namespace fovea::test {

namespace {

constexpr int at(int day, int hour, int minute = 0)
{
    return (day * 24 + hour) * 60 + minute;
}

} // namespace

TEST(WeekSchedule, WithoutLinesItIsAlways)
{
    EXPECT_TRUE(WeekSchedule().holds(at(0, 0)));
    EXPECT_TRUE(WeekSchedule(std::vector<std::string>()).holds(at(6, 23, 59)));
}

TEST(WeekSchedule, ANightEndsOnTheNextDay)
{
    const WeekSchedule nights({"Mon-Fri 18:00-06:00"});
    EXPECT_FALSE(nights.holds(at(0, 17, 59)));
    EXPECT_TRUE(nights.holds(at(0, 18)));
    EXPECT_TRUE(nights.holds(at(5, 5, 59))); // Saturday morning is Friday's night
    EXPECT_FALSE(nights.holds(at(5, 6)));
    EXPECT_FALSE(nights.holds(at(0, 5))); // Sunday is not in it
}

TEST(WeekSchedule, SundaysNightGoesOverTheWeeksEnd)
{
    const WeekSchedule night({"sun 22:30-04:00"});
    EXPECT_TRUE(night.holds(at(6, 22, 30)));
    EXPECT_TRUE(night.holds(at(0, 3, 59)));
    EXPECT_FALSE(night.holds(at(0, 4)));
}

TEST(WeekSchedule, DaysMayBeListedAndAWholeDayIsFrom0To24)
{
    const WeekSchedule schedule({"Sat,Sun 00:00-24:00", "Wed 12:00-13:00"});
    EXPECT_TRUE(schedule.holds(at(5, 0)));
    EXPECT_TRUE(schedule.holds(at(6, 23, 59)));
    EXPECT_TRUE(schedule.holds(at(2, 12, 30)));
    EXPECT_FALSE(schedule.holds(at(2, 13)));
    EXPECT_FALSE(schedule.holds(at(0, 0)));
}

TEST(WeekSchedule, ARangeOfDaysMayGoOverTheWeeksEnd)
{
    const WeekSchedule schedule({"Fri-Mon 08:00-09:00"});
    for (const int day : {4, 5, 6, 0})
        EXPECT_TRUE(schedule.holds(at(day, 8))) << day;
    EXPECT_FALSE(schedule.holds(at(1, 8)));
}

TEST(WeekSchedule, WhatItIsNotIsToldWithWhatWasExpected)
{
    for (const char *line : {"", "Mon", "Mon 8-9", "Mon 25:00-26:00", "Xyz 08:00-09:00",
                             "Mon 08:00-09:00 more", "Mon 08:60-09:00", "Mon 24:30-03:00"})
        EXPECT_EQ(error_of([&] { WeekSchedule({std::string(line)}); }),
                  std::string("expected days and hours as in 'Mon-Fri 18:00-06:00', "
                              "got '") +
                      line + "'");
}

/* As by timedatectl set-timezone, while cameras are watched */
TEST(WeekSchedule, AZoneThatIsSetLaterCounts)
{
    const char *kept = std::getenv("TZ");
    const std::string before = kept != nullptr ? kept : "";
    const auto minute_in = [](const char *zone) {
        setenv("TZ", zone, /*overwrite=*/1);
        return minute_of_week();
    };
    constexpr int week = 7 * 24 * 60;
    int west = 0;
    int east = 0;
    do { // within one minute
        west = minute_in("WEST0");
        east = minute_in("EAST-9");
    } while (west != minute_in("WEST0"));
    EXPECT_EQ((east - west + week) % week, 9 * 60);
    if (kept != nullptr)
        setenv("TZ", before.c_str(), /*overwrite=*/1);
    else
        unsetenv("TZ");
}

} // namespace fovea::test
