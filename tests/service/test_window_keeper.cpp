// SPDX-License-Identifier: MIT
#include <algorithm>

#include <gtest/gtest.h>

#include "../lib/temporary_folder.h"
#include "../lib/time_units.h"
#include "fovea/store/events/event_store.h"
#include "fovea/store/events/peak_store.h"
#include "service/evidence/evidence_retention.h"
#include "service/window_keeper.h"

namespace fovea {
namespace {

class WindowKeeperTest : public testing::Test
{
protected:
    void SetUp() override { keeper_.begin("door", "watch", "abc"); }

    /** \brief Windows of two seconds, one each second, as those of watch about are */
    void take(int from, int to)
    {
        for (int start = from; start < to; ++start) {
            WindowNews news;
            news.time = {start * second, (start + 2) * second};
            news.score = 0.1F;
            news.rows = Array({1, 1, 2});
            keeper_.take("door", news);
        }
    }

    std::int64_t alarm() { return events_.add_alarm(StoredAlarm()); }

    std::vector<std::int64_t> starts(bool of_alarms) const
    {
        std::vector<std::int64_t> found;
        for (const KeptWindow &window : kept_windows(file_, "door"))
            if ((window.alarm != 0) == of_alarms)
                found.push_back(window.utc / second);
        return found;
    }

    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "events.db";
    EventStore events_{file_};
    WindowStore windows_{file_, {}, 1};
    WindowKeeper keeper_{&windows_};
};

TEST_F(WindowKeeperTest, QuietWindowsAreKeptOnceNoAlarmCanBeNear)
{
    take(0, 20);
    EXPECT_TRUE(starts(false).empty());
    take(20, 30); // the last ends at 31
    EXPECT_EQ(starts(false), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST_F(WindowKeeperTest, OfAnAlarmItsWindowsAreKeptAndNothingNearItIsQuiet)
{
    take(0, 40);
    const std::int64_t id = alarm();
    const auto goes_on_until = [&](Nanoseconds end) { // as the service tells it
        keeper_.mark_near("door", {37 * second, end});
        keeper_.alarm("door", id, {37 * second, end});
    };
    goes_on_until(41 * second); // two seconds behind its first window
    take(40, 42);
    goes_on_until(43 * second);
    take(42, 90);
    EXPECT_EQ(starts(true), (std::vector<std::int64_t>{37, 38, 39, 40, 41}));
    const auto quiet = starts(false);
    EXPECT_EQ(std::count_if(quiet.begin(), quiet.end(),
                            [](auto start) { return start + 2 > 27 && start < 53; }),
              0);
    EXPECT_EQ(std::count(quiet.begin(), quiet.end(), 25), 1);
    EXPECT_EQ(std::count(quiet.begin(), quiet.end(), 53), 1);
}

TEST_F(WindowKeeperTest, AWindowOfTwoAlarmsIsKeptForBoth)
{
    take(0, 3);
    const std::int64_t fight = alarm();
    const std::int64_t fall = alarm();
    keeper_.alarm("door", fight, {0, 4 * second});
    keeper_.alarm("door", fall, {2 * second, 4 * second});
    EXPECT_EQ(starts(true), (std::vector<std::int64_t>{0, 1, 2, 2}));
}

TEST_F(WindowKeeperTest, WindowsOfOtherWeightsThatAreForgottenAreTold)
{
    const auto told_with = [&](const char *model, const char *weights) {
        testing::internal::CaptureStderr();
        keeper_.begin("door", model, weights);
        keeper_.make_known("door");
        return testing::internal::GetCapturedStderr();
    };
    EXPECT_EQ(told_with("watch-both", "def"), "") << "there are none";
    take(0, 30);
    EXPECT_EQ(told_with("watch-both", "def"), "") << "they are kept";
    EXPECT_EQ(starts(false).size(), 9U);
    EXPECT_NE(
        told_with("watch", "abc")
            .find(" door: forgets 9 windows that were kept with other weights ('watch-both') than "
                  "those of 'watch', to which they mean nothing\n"),
        std::string::npos);
    EXPECT_TRUE(starts(false).empty());
}

/* As where the store takes nothing when the alarm begins */
TEST_F(WindowKeeperTest, NothingIsQuietNearAnAlarmThatTheStoreDoesNotKnow)
{
    take(0, 40);
    keeper_.mark_near("door", {37 * second, 41 * second});
    take(40, 90);
    const auto quiet = starts(false);
    EXPECT_EQ(std::count_if(quiet.begin(), quiet.end(),
                            [](std::int64_t start) { return start > 25 && start < 51; }),
              0);
    EXPECT_TRUE(starts(true).empty());
}

TEST_F(WindowKeeperTest, TimeIsCountedOnceHoweverWindowsOverlap)
{
    take(0, 30);    // 0 to 31
    take(100, 110); // 100 to 111
    windows_.flush();
    EXPECT_EQ(watched_camera(file_, "door")->seconds, 31 + 11);
}

TEST_F(WindowKeeperTest, AStreamThatBeginsAnewLeavesNothingWaiting)
{
    take(100, 110);
    take(0, 50); // the pipeline's time begins anew
    const auto quiet = starts(false);
    EXPECT_EQ(quiet.back(), 28);
    EXPECT_EQ(quiet.front(), 0);
    windows_.flush();
    EXPECT_EQ(watched_camera(file_, "door")->seconds, 11 + 51);
}

TEST_F(WindowKeeperTest, WhatIsLeftOfACameraThatIsNoMoreGoesInItsDaysAndIsTold)
{
    constexpr Nanoseconds day = 86400 * second;
    constexpr Nanoseconds last = 20'000 * day;
    constexpr int windows = 150; // more than go at once
    PeakStore peaks(file_);
    for (const char *camera : {"gone", "door"}) {
        keeper_.begin(camera, "watch", "abc");
        keeper_.make_known(camera);
        for (int i = 0; i < windows; ++i) {
            KeptWindow window;
            window.utc = last - i * day;
            window.rows = Array({1, 1, 2});
            windows_.add_quiet(camera, window);
        }
        peaks.begin(camera, "a setting");
        peaks.add_time(camera, last - day, 60);
        peaks.add(camera, {"fight", {last - day, last - day + second}, 0.7F});
    }
    WatchConfig config;
    config.folder = folder_.path();
    config.cameras.emplace_back();
    config.cameras.back().name = "door";
    testing::internal::CaptureStderr();
    tell_left_behind(config);
    const std::string told = testing::internal::GetCapturedStderr();
    EXPECT_NE(told.find("camera 'gone' is not in the configuration: what was kept to learn from "
                        "it goes 30 days behind its last; "),
              std::string::npos)
        << told;
    EXPECT_EQ(told.find("'door'"), std::string::npos) << told;

    Retention retention(&events_, folder_.path() / "evidence");
    /** \brief How many windows are left behind each step */
    const auto left_at = [&](Nanoseconds now, const std::vector<std::string> &cameras) {
        std::vector<std::size_t> left;
        for (retention.look(config.recording, now); !retention.is_done();) {
            retention.go_on_in_store(std::chrono::milliseconds(0), cameras);
            left.push_back(kept_windows(file_, "gone").size());
        }
        left.erase(std::unique(left.begin(), left.end()), left.end());
        return left;
    };
    using Steps = std::vector<std::size_t>;
    EXPECT_EQ(left_at(last + 30 * day, {"door"}), Steps{150}) << "it may come back";
    EXPECT_EQ(left_at(last + 31 * day, {"door", "gone"}), Steps{150}) << "it came back";
    EXPECT_EQ(peaks.seconds("gone"), 60);
    EXPECT_EQ(peaks.quiet_peaks("gone").size(), 1U);
    EXPECT_EQ(left_at(last + 31 * day, {"door"}), (Steps{150, 50, 0}));
    EXPECT_FALSE(watched_camera(file_, "gone"));
    EXPECT_EQ(peaks.seconds("gone"), 0);
    EXPECT_TRUE(peaks.quiet_peaks("gone").empty());
    EXPECT_EQ(kept_windows(file_, "door").size(), 150U) << "of what it is there for";
    EXPECT_EQ(peaks.seconds("door"), 60);
    EXPECT_EQ(peaks.quiet_peaks("door").size(), 1U);
}

} // namespace
} // namespace fovea
