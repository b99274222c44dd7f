// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "../lib/temporary_folder.h"
#include "../lib/time_units.h"
#include "fovea/store/events/event_store.h"
#include "service/alarm_pace.h"

namespace fovea {
namespace {

constexpr Nanoseconds hour = 3600 * second;
constexpr Nanoseconds start = 1'000'000 * hour; // of the watch, since 1970

class AlarmPaceTest : public testing::Test
{
protected:
    static AlarmWish wish(double alarms_per_hour, const std::string &setting = "")
    {
        AlarmLimits fight;
        fight.on = 0.6F;
        fight.cool_down = 20;
        AlarmLimits fall;
        fall.on = 0.8F;
        fall.off = 0.2F;
        return {alarms_per_hour, {{"fall", fall}, {"fight", fight}}, setting};
    }

    /** \brief Ten hours are watched, as windows of two seconds, one each second would be */
    void watch(Nanoseconds from, int hours = 10)
    {
        for (Nanoseconds at = from; at < from + hours * hour; at += 60 * second) {
            WindowNews news;
            news.time = {at, at + 61 * second};
            news.utc_offset = start;
            pace_.window("door", news);
        }
    }

    void peak(const std::string &label, float score, Nanoseconds at)
    {
        AlarmNews news;
        news.alarm.label = {label, 0, score};
        news.alarm.time = {at, at + 2 * second};
        news.utc_offset = start;
        pace_.peak("door", news);
    }

    /** \brief Twelve of fight from 0.61 to 0.72, half an hour apart */
    void twelve_fights()
    {
        for (int i = 0; i < 12; ++i)
            peak("fight", 0.61F + 0.01F * static_cast<float>(i), i * hour / 2);
    }

    std::optional<CardAlarms> look(Nanoseconds at) { return pace_.look("door", start + at); }

    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "events.db";
    EventStore events_{file_};
    AlarmPace pace_{file_};
};

TEST_F(AlarmPaceTest, ThresholdsRiseUntilQuietTimeGivesWhatIsWished)
{
    pace_.begin("door", wish(0.4)); // four in ten hours, fall leaves its two to fight
    watch(0);
    twelve_fights();
    testing::internal::CaptureStderr();
    const auto limits = look(10 * hour);
    const std::string log = testing::internal::GetCapturedStderr();
    ASSERT_TRUE(limits);
    EXPECT_GT(limits->at("fight").on, 0.68F); // 0.69 to 0.72 are four
    EXPECT_LT(limits->at("fight").on, 0.6801F);
    EXPECT_EQ(limits->at("fight").cool_down, 20);
    EXPECT_NEAR(limits->at("fight").off_score(), 0.48, 1e-6)
        << "as before: one stretch is one alarm";
    EXPECT_EQ(limits->at("fall").on, 0.8F);
    EXPECT_EQ(limits->at("fall").off, 0.2F);
    EXPECT_NE(log.find("door: fight from 0.6 to 0.68, for at most 0.4 alarms an hour in 10.0 hours "
                       "of quiet time\n"),
              std::string::npos)
        << log;
    EXPECT_FALSE(look(10 * hour)) << "as it is by now";
}

TEST_F(AlarmPaceTest, FewerThanTenAlarmsOrNoMoreThanWishedChangeNothing)
{
    pace_.begin("door", wish(0.1));
    watch(0, 1);
    for (int i = 0; i < 9; ++i)
        peak("fall", 0.9F, i * 60 * second);
    EXPECT_FALSE(look(hour));
    peak("fall", 0.95F, 30 * 60 * second);
    EXPECT_TRUE(look(hour));
    pace_.begin("door", wish(20));
    EXPECT_FALSE(look(hour));
}

TEST_F(AlarmPaceTest, StretchesWithinACoolDownAreOneAlarmByTheHighest)
{
    pace_.begin("door", wish(0.1));
    watch(0);
    for (int i = 0; i < 9; ++i) { // two seconds each, 20 s of cool-down
        peak("fight", 0.61F, i * hour);
        peak("fight", 0.7F, i * hour + 19 * second); // to 21 s, quiet until 22 s
    }
    EXPECT_FALSE(look(10 * hour)) << "nine";
    peak("fight", 0.61F, hour / 2);
    peak("fight", 0.65F, hour / 2 + 21 * second); // ends behind it
    const auto limits = look(10 * hour);
    ASSERT_TRUE(limits);
    EXPECT_GT(limits->at("fight").on, 0.7F) << "one alarm is wished for, nine reached 0.7";
}

TEST_F(AlarmPaceTest, WhatWasTrueIsNotQuiet)
{
    pace_.begin("door", wish(0.4));
    watch(0);
    twelve_fights();
    ASSERT_TRUE(look(10 * hour));
    for (int i = 9; i < 12; ++i) { // nine are left, which tell no rate
        StoredAlarm alarm;
        alarm.camera = "door";
        alarm.begin_utc = start + i * hour / 2;
        alarm.end_utc = alarm.begin_utc + 2 * second;
        events_.set_verdict(events_.add_alarm(alarm), Verdict::True, 0);
    }
    const auto limits = look(10 * hour);
    ASSERT_TRUE(limits);
    EXPECT_EQ(limits->at("fight").on, 0.6F);
    EXPECT_NEAR(limits->at("fight").off_score(), 0.48, 1e-6);
}

TEST_F(AlarmPaceTest, WhatWasSeenHoldsBeyondARestartButNotForAnotherSetting)
{
    pace_.begin("door", wish(0.4, "a head"));
    watch(0);
    twelve_fights();
    pace_.flush();
    AlarmPace again(file_);
    again.begin("door", wish(0.4, "a head"));
    EXPECT_TRUE(again.look("door", start + 10 * hour));
    again.begin("door", wish(0.4, "another head"));
    EXPECT_FALSE(again.look("door", start + 10 * hour));
}

TEST_F(AlarmPaceTest, ADayWithoutThemLowersThresholdsWhereManyAreWished)
{
    pace_.begin("door", wish(10)); // a hundred wished in ten hours: a day counts
    watch(0, 1);
    for (int i = 0; i < 30; ++i)
        peak("fight", 0.7F, i * 60 * second);
    EXPECT_GT(look(hour)->at("fight").on, 0.7F);
    watch(hour, 24);
    EXPECT_EQ(look(25 * hour)->at("fight").on, 0.6F);
}

/* A clock that is years off until NTP sets it */
TEST_F(AlarmPaceTest, NothingIsForgottenByAClockThatCannotBeTrusted)
{
    pace_.begin("door", wish(0.4));
    watch(0);
    twelve_fights();
    ASSERT_TRUE(look(10 * hour));
    EXPECT_FALSE(pace_.look("door", std::nullopt)) << "as it is by now";
    EXPECT_TRUE(look(10'000 * hour)) << "a year later there is nothing to go by";
}

TEST_F(AlarmPaceTest, ACameraWithoutAWishIsLeftAlone)
{
    pace_.begin("door", std::nullopt);
    watch(0, 1);
    twelve_fights();
    EXPECT_FALSE(look(hour));
    EXPECT_FALSE(pace_.look("yard", start));
}

} // namespace
} // namespace fovea
