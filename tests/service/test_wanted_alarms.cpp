// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "../lib/time_units.h"
#include "service/wanted_alarms.h"

namespace fovea::test {

namespace {

AlarmEvent said(AlarmEvent::Kind kind, std::uint64_t id, Nanoseconds end, Nanoseconds best)
{
    AlarmEvent alarm;
    alarm.kind = kind;
    alarm.id = id;
    alarm.label = {"fight", 1, 0.9F};
    alarm.time = {0, end};
    alarm.best = best;
    return alarm;
}

} // namespace

TEST(WantedAlarms, OneThatGoesOnIntoTheHoursBeginsWithThem)
{
    using Kind = AlarmEvent::Kind;
    WantedAlarms alarms;
    EXPECT_FALSE(alarms.take(said(Kind::Begin, 1, 2 * second, second), false));
    EXPECT_FALSE(alarms.take(said(Kind::Update, 1, 3 * second, 2 * second), false));
    EXPECT_TRUE(alarms.take_window({8 * second, 10 * second}).empty()) << "it may end with this";
    const auto begun = alarms.take_window({9 * second, 11 * second});
    ASSERT_EQ(begun.size(), 1U);
    EXPECT_EQ(begun[0].kind, Kind::Begin);
    EXPECT_EQ(begun[0].id, 1U);
    EXPECT_EQ(begun[0].time.start, 8 * second);
    EXPECT_EQ(begun[0].time.end, 11 * second);
    EXPECT_EQ(begun[0].best, 8 * second) << "evidence is of what was wanted";
    EXPECT_TRUE(alarms.take_window({10 * second, 12 * second}).empty()) << "once";

    const auto stronger = alarms.take(said(Kind::Update, 1, 13 * second, 12 * second), true);
    ASSERT_TRUE(stronger);
    EXPECT_EQ(stronger->time.start, 8 * second);
    EXPECT_EQ(stronger->best, 12 * second);
    const auto end = alarms.take(said(Kind::End, 1, 14 * second, 12 * second), false);
    ASSERT_TRUE(end) << "what began within the hours is told to its end";
    EXPECT_EQ(end->time.start, 8 * second);
    EXPECT_EQ(end->time.end, 14 * second);
}

/* Windows one after the other: the second is the first in which it is not */
TEST(WantedAlarms, OneThatEndsWithTheSecondWindowWasThereInTheFirst)
{
    using Kind = AlarmEvent::Kind;
    WantedAlarms alarms;
    EXPECT_FALSE(alarms.take(said(Kind::Begin, 1, 2 * second, second), false));
    EXPECT_TRUE(alarms.take_window({8 * second, 10 * second}).empty());
    EXPECT_EQ(alarms.take_window({10 * second, 12 * second}).size(), 1U);
    const auto end = alarms.take(said(Kind::End, 1, 10 * second, second), true);
    ASSERT_TRUE(end);
    EXPECT_EQ(end->time.start, 8 * second);
    EXPECT_EQ(end->time.end, 10 * second);
}

TEST(WantedAlarms, OneThatEndsBeforeTheHoursOrWithTheirFirstWindowIsNotTold)
{
    using Kind = AlarmEvent::Kind;
    WantedAlarms alarms;
    EXPECT_FALSE(alarms.take(said(Kind::Begin, 1, second, 0), false));
    EXPECT_FALSE(alarms.take(said(Kind::End, 1, second, 0), false));
    EXPECT_FALSE(alarms.take(said(Kind::Begin, 2, 3 * second, 0), false));
    EXPECT_TRUE(alarms.take_window({3 * second, 5 * second}).empty());
    EXPECT_FALSE(alarms.take(said(Kind::End, 2, 4 * second, 0), true));
    EXPECT_TRUE(alarms.take_window({4 * second, 6 * second}).empty());
}

TEST(WantedAlarms, OneThatBeginsWithinTheHoursIsToldAsItIs)
{
    using Kind = AlarmEvent::Kind;
    WantedAlarms alarms;
    for (const Kind kind : {Kind::Begin, Kind::Update, Kind::End}) {
        const auto told = alarms.take(said(kind, 1, 2 * second, second), true);
        ASSERT_TRUE(told);
        EXPECT_EQ(told->kind, kind);
        EXPECT_EQ(told->time.start, 0);
        EXPECT_EQ(told->best, second);
    }
}

} // namespace fovea::test
