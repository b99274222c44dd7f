// SPDX-License-Identifier: MIT
#include <algorithm>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "error_of.h"
#include "fovea/store/events/event_store.h"
#include "fovea/store/events/window_store.h"
#include "temporary_folder.h"
#include "time_units.h"

namespace fovea {
namespace {

class WindowStoreTest : public testing::Test
{
protected:
    std::filesystem::path file() const { return folder_.path() / "events.db"; }

    static KeptWindow window(Nanoseconds utc, float score, std::int64_t alarm = 0)
    {
        KeptWindow made;
        made.utc = utc;
        made.score = score;
        made.alarm = alarm;
        made.rows = Array({2, 4, 3});
        for (std::size_t i = 0; i < made.rows.values.size(); ++i)
            made.rows.values[i] = static_cast<float>(utc) + 0.1F * static_cast<float>(i);
        return made;
    }

    static StoredAlarm alarm(const std::string &camera, Nanoseconds end)
    {
        StoredAlarm made;
        made.camera = camera;
        made.label = "fight";
        made.end_utc = end;
        return made;
    }

    void run_sql(const char *sql) const
    {
        sqlite3 *handle = nullptr;
        ASSERT_EQ(sqlite3_open(file().c_str(), &handle), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(handle);
    }

    TemporaryFolder folder_;
    EventStore events_{file()};
};

TEST_F(WindowStoreTest, GivesBackWhatWasKept)
{
    const std::int64_t id = events_.add_alarm(alarm("door", 9 * second));
    {
        WindowStore windows(file(), {}, 1);
        windows.begin("door", "watch", "abc");
        windows.add_quiet("door", window(1, 0.25F));
        windows.add_of_alarm("door", window(2, 0.75F, id));
        windows.add_time("door", 2.5);
    }
    events_.set_verdict(id, Verdict::Nothing, 10);
    const auto kept = kept_windows(file(), "door");
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].alarm, 0);
    EXPECT_EQ(kept[0].label, "");
    EXPECT_FLOAT_EQ(kept[0].score, 0.25F);
    EXPECT_EQ(kept[0].stands_for, 1);
    EXPECT_EQ(kept[0].rows.shape, (std::vector<std::int64_t>{2, 4, 3}));
    EXPECT_EQ(kept[0].rows.values, window(1, 0).rows.values);
    EXPECT_EQ(kept[1].alarm, id);
    EXPECT_EQ(kept[1].label, "fight");
    EXPECT_EQ(kept[1].verdict, Verdict::Nothing);
    const auto watched = watched_camera(file(), "door");
    ASSERT_TRUE(watched);
    EXPECT_EQ(watched->model, "watch");
    EXPECT_EQ(watched->weights, "abc");
    EXPECT_EQ(watched->seconds, 2.5);
    EXPECT_FALSE(watched_camera(file(), "yard"));
    EXPECT_EQ(cameras_with_windows(file()), (std::vector<std::string>{"door"}));
}

/* 1,000 windows of which a tenth nearly alarmed: sums over the sample are right on average */
TEST_F(WindowStoreTest, OfQuietTimeAConstantNumberStandsForAll)
{
    constexpr int runs = 40;
    constexpr int seen = 1000;
    double all = 0;
    double high = 0;
    for (int run = 0; run < runs; ++run) {
        const std::string camera = "camera-" + std::to_string(run);
        WindowStore windows(file(), {50, 50, 16}, static_cast<std::uint64_t>(run));
        windows.begin(camera, "watch", "abc");
        for (int i = 0; i < seen; ++i)
            windows.add_quiet(camera, window(i, i % 10 == 0 ? 0.5F : 0.05F));
        windows.flush();
        const auto kept = kept_windows(file(), camera);
        ASSERT_EQ(kept.size(), 50U);
        std::size_t near_alarms = 0;
        for (const KeptWindow &one : kept) {
            all += one.stands_for / runs;
            high += one.score > 0.4F ? one.stands_for / runs : 0;
            near_alarms += one.score > 0.4F ? 1 : 0;
        }
        EXPECT_GT(near_alarms, 20U) << "they are to be more often than one in ten";
    }
    EXPECT_NEAR(all, seen, 0.12 * seen);
    EXPECT_NEAR(high, 0.1 * seen, 0.1 * 0.1 * seen);
}

TEST_F(WindowStoreTest, TheSampleGoesOnAfterAStart)
{
    for (int start = 0; start < 4; ++start) {
        WindowStore windows(file(), {20, 20, 16}, static_cast<std::uint64_t>(start));
        windows.begin("door", "watch", "abc");
        for (int i = 0; i < 100; ++i)
            windows.add_quiet("door", window(100 * start + i, 0.1F));
    }
    const auto kept = kept_windows(file(), "door");
    ASSERT_EQ(kept.size(), 20U);
    EXPECT_NEAR(kept.front().stands_for, 20, 10) << "400 windows, 20 kept";
    EXPECT_LT(kept.front().utc, 200);
    EXPECT_GE(kept.back().utc, 200);
}

TEST_F(WindowStoreTest, RowsOfOtherWeightsAreForgotten)
{
    WindowStore windows(file(), {}, 1);
    windows.begin("door", "watch", "abc");
    windows.begin("yard", "watch", "abc");
    windows.add_quiet("door", window(1, 0.1F));
    windows.add_quiet("yard", window(1, 0.1F));
    windows.add_time("door", 60);
    EXPECT_EQ(windows.begin("door", "watch", "abc").windows, 0);
    EXPECT_EQ(kept_windows(file(), "door").size(), 1U);
    EXPECT_EQ(watched_camera(file(), "door")->seconds, 60);
    const WindowStore::Forgotten forgotten = windows.begin("door", "watch-both", "def");
    EXPECT_EQ(forgotten.windows, 1);
    EXPECT_EQ(forgotten.model, "watch");
    EXPECT_TRUE(kept_windows(file(), "door").empty());
    EXPECT_EQ(watched_camera(file(), "door")->seconds, 0);
    EXPECT_EQ(kept_windows(file(), "yard").size(), 1U);
}

TEST_F(WindowStoreTest, OfAlarmsThoseNobodyJudgedGoFirst)
{
    WindowStore windows(file(), {10, 6, 2}, 1);
    windows.begin("door", "watch", "abc");
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 5; ++i) {
        ids.push_back(events_.add_alarm(alarm("door", 9 * second)));
        if (i == 0)
            events_.set_verdict(ids[0], Verdict::True, 10);
        for (int w = 0; w < 3; ++w) // one more than an alarm may have
            windows.add_of_alarm("door", window(10 * i + w, 0.9F, ids.back()));
    }
    std::vector<std::int64_t> kept;
    for (const KeptWindow &one : kept_windows(file(), "door"))
        kept.push_back(one.alarm);
    EXPECT_EQ(kept, (std::vector<std::int64_t>{ids[0], ids[0], ids[3], ids[3], ids[4], ids[4]}));
}

TEST_F(WindowStoreTest, WhatPeopleSaidOutlivesTheEvidence)
{
    WindowStore windows(file(), {}, 1);
    windows.begin("door", "watch", "abc");
    const auto judged = events_.add_alarm(alarm("door", 9 * second));
    const auto other = events_.add_alarm(alarm("door", 9 * second));
    events_.set_verdict(judged, Verdict::Nothing, 10);
    events_.add_evidence(judged, "/a.mp4");
    windows.add_of_alarm("door", window(1, 0.9F, judged));
    windows.add_of_alarm("door", window(2, 0.9F, other));
    EXPECT_EQ(events_.evidence_before(10 * second), (std::vector<std::string>{"/a.mp4"}));
    events_.remove_before(10 * second, 100);
    const auto kept = kept_windows(file(), "door");
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].alarm, judged);
    const auto alarm = EventReader(file()).alarm(judged);
    ASSERT_TRUE(alarm);
    EXPECT_TRUE(alarm->evidence.empty());
    EXPECT_FALSE(EventReader(file()).alarm(other));
}

TEST_F(WindowStoreTest, AnEarlierDatabaseIsBroughtUpToDate)
{
    const std::int64_t id = events_.add_alarm(alarm("door", 9 * second));
    run_sql("DROP TABLE ahead; DROP TABLE kept_window; DROP TABLE watched; DROP TABLE counted; "
            "DROP TABLE "
            "counted_hour; DROP TABLE peak; DROP INDEX alarm_true; ALTER TABLE alarm DROP COLUMN "
            "model; PRAGMA user_version = 1");
    WindowStore windows(file(), {}, 1);
    windows.begin("door", "watch", "abc");
    windows.add_of_alarm("door", window(1, 0.9F, id));
    EXPECT_EQ(kept_windows(file(), "door").size(), 1U);
}

TEST_F(WindowStoreTest, AWindowOfAnotherSizeThanItSaysIsRefused)
{
    {
        WindowStore windows(file(), {}, 1);
        windows.begin("door", "watch", "abc");
        windows.add_quiet("door", window(1, 0.1F));
    }
    run_sql("UPDATE kept_window SET timesteps = 5");
    EXPECT_NE(error_of([&] {
                  kept_windows(file(), "door");
              }).find("a kept window has 96 bytes, expected 120"),
              std::string::npos);
}

} // namespace
} // namespace fovea
