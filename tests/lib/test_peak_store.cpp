// SPDX-License-Identifier: MIT
#include <algorithm>

#include <gtest/gtest.h>

#include "fovea/store/events/event_store.h"
#include "fovea/store/events/peak_store.h"
#include "temporary_folder.h"
#include "time_units.h"

namespace fovea {
namespace {

constexpr Nanoseconds hour = 3600 * second;

class PeakStoreTest : public testing::Test
{
protected:
    void SetUp() override { peaks_.begin("door", "watch"); }

    void add(const std::string &camera, Nanoseconds start, float score)
    {
        peaks_.add(camera, {"fight", {start, start + 2 * second}, score});
    }

    std::vector<float> scores(const std::string &camera)
    {
        std::vector<float> found;
        for (const AlarmPeak &peak : peaks_.quiet_peaks(camera))
            found.push_back(peak.score);
        return found;
    }

    std::int64_t alarm(const std::string &camera, Nanoseconds begin, Nanoseconds end)
    {
        StoredAlarm made;
        made.camera = camera;
        made.label = "fall";
        made.begin_utc = begin;
        made.end_utc = end;
        return events_.add_alarm(made);
    }

    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "events.db";
    EventStore events_{file_};
    PeakStore peaks_{file_};
};

TEST_F(PeakStoreTest, PeaksAndTimeAreOfACameraAndStay)
{
    add("door", hour, 0.75F);
    peaks_.begin("yard", "watch");
    add("yard", hour, 0.5F);
    peaks_.add_time("door", hour, 600);
    peaks_.add_time("door", hour + 1200 * second, 600);
    peaks_.add_time("door", 3 * hour, 60);
    PeakStore again(file_);
    again.begin("door", "watch");
    const auto found = again.quiet_peaks("door");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].label, "fight");
    EXPECT_EQ(found[0].utc.start, hour);
    EXPECT_EQ(found[0].utc.end, hour + 2 * second);
    EXPECT_EQ(found[0].score, 0.75F);
    EXPECT_EQ(again.seconds("door"), 1260);
    EXPECT_EQ(again.seconds("yard"), 0);
}

TEST_F(PeakStoreTest, WithAnotherSettingWhatWasSeenIsForgotten)
{
    add("door", hour, 0.75F);
    peaks_.add_time("door", hour, 600);
    peaks_.begin("door", "another");
    EXPECT_TRUE(scores("door").empty());
    EXPECT_EQ(peaks_.seconds("door"), 0);
}

TEST_F(PeakStoreTest, NearAnAlarmThatWasTrueNothingIsQuiet)
{
    add("door", 100 * second, 0.5F);
    add("door", 111 * second, 0.625F); // to 113: 7 s before the alarm
    add("door", 121 * second, 0.75F);
    add("door", 134 * second, 0.875F); // 9 s behind it
    add("door", 136 * second, 1.0F);
    const auto id = alarm("door", 120 * second, 125 * second);
    alarm("yard", 100 * second, 102 * second);
    EXPECT_EQ(scores("door").size(), 5U) << "nobody said that it was one";
    events_.set_verdict(id, Verdict::Nothing, 0);
    EXPECT_EQ(scores("door").size(), 5U);
    events_.set_verdict(id, Verdict::True, 0);
    EXPECT_EQ(scores("door"), (std::vector<float>{0.5F, 1.0F}));
    events_.set_verdict(id, std::nullopt, 0);
    EXPECT_EQ(scores("door").size(), 5U);
}

TEST_F(PeakStoreTest, WhatLiesOutsideOfHoursIsForgotten)
{
    add("door", 2 * hour - second, 0.5F);
    add("door", 2 * hour, 0.75F);
    peaks_.add_time("door", hour, 100);
    peaks_.add_time("door", 2 * hour, 10);
    add("door", 9 * hour, 1.0F); // the clock was ahead
    peaks_.add_time("door", 9 * hour, 1000);
    peaks_.keep_between("door", 2 * hour + 1800 * second, 8 * hour);
    EXPECT_EQ(scores("door"), (std::vector<float>{0.75F}));
    EXPECT_EQ(peaks_.seconds("door"), 10);
}

TEST_F(PeakStoreTest, OfALabelTheHighestAreKept)
{
    for (int i = 0; i < PeakStore::most + 10; ++i)
        add("door", i * second, static_cast<float>(i) / (2 * PeakStore::most));
    peaks_.add("door", {"fall", {0, second}, 0.0F});
    EXPECT_EQ(peaks_.lowest_of_full("door", "fall"), std::nullopt);
    EXPECT_EQ(peaks_.lowest_of_full("door", "fight"), 10.0F / (2 * PeakStore::most));
    const auto found = scores("door");
    EXPECT_EQ(found.size(), PeakStore::most + 1U);
    EXPECT_EQ(std::count(found.begin(), found.end(), 9.0F / (2 * PeakStore::most)), 0);
    EXPECT_EQ(std::count(found.begin(), found.end(), 10.0F / (2 * PeakStore::most)), 1);
}

} // namespace
} // namespace fovea
