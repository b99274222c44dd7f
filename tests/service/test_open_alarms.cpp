// SPDX-License-Identifier: MIT
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <sys/mount.h>
#include <thread>

#include <gtest/gtest.h>

#include "../lib/temporary_folder.h"
#include "../lib/time_units.h"
#include "fovea/store/events/event_schema.h"
#include "service/open_alarms.h"

namespace fovea::test {

namespace {

constexpr Nanoseconds day = 86400 * second;

AlarmNews fight(AlarmEvent::Kind kind, std::uint64_t id, Nanoseconds end, Nanoseconds utc_offset)
{
    AlarmNews news;
    news.alarm.kind = kind;
    news.alarm.id = id;
    news.alarm.label = {"fight", 1, 0.9F};
    news.alarm.time = {0, end};
    news.model = "watch";
    news.utc_offset = utc_offset;
    return news;
}

class OpenAlarmsTest : public testing::Test
{
protected:
    OpenAlarmsTest() { config_.folder = folder_.path(); }

    StoredAlarm stored(std::int64_t id) const
    {
        return EventReader(folder_.path() / "events.db").alarm(id).value();
    }

    const TemporaryFolder folder_;
    WatchConfig config_;
    SettledClock clock_;
};

} // namespace

TEST_F(OpenAlarmsTest, AClockThatIsSetMovesNoAlarmThatGoesOn)
{
    EventLog log(config_, {{"fight", 1}});
    OpenAlarms alarms(&config_, &log, &clock_, [](const std::string &) { return nullptr; });
    constexpr Nanoseconds now = 20'000 * day;
    const auto id = alarms.take("door", fight(AlarmEvent::Kind::Begin, 1, 2 * second, now));
    alarms.take("door", fight(AlarmEvent::Kind::Update, 1, 4 * second, now - 2 * day));
    EXPECT_EQ(stored(id.value()).end_utc, now + 4 * second);
    alarms.take("door", fight(AlarmEvent::Kind::End, 1, 6 * second, now + 40 * day));
    EXPECT_EQ(stored(id.value()).begin_utc, now);
    EXPECT_EQ(stored(id.value()).end_utc, now + 6 * second);
}

/* foveaalarm tells of one that goes on only where it gets stronger */
TEST_F(OpenAlarmsTest, OneThatItsCameraEndsLastedUntilTheLastWindow)
{
    EventLog log(config_, {{"fight", 1}});
    OpenAlarms alarms(&config_, &log, &clock_, [](const std::string &) { return nullptr; });
    constexpr Nanoseconds now = 20'000 * day;
    const auto id = alarms.take("door", fight(AlarmEvent::Kind::Begin, 1, 2 * second, now));
    WindowNews window;
    window.time = {58 * second, 60 * second};
    window.scores = {{"fight", 1, 0.8F}};
    alarms.take_window("door", window);
    window.time = {88 * second, 90 * second};
    alarms.take_window("yard", window);
    alarms.end("door");
    EXPECT_EQ(stored(id.value()).end_utc, now + 60 * second);
    EXPECT_TRUE(stored(id.value()).ended);
}

/* A kill leaves it so */
TEST_F(OpenAlarmsTest, HowLongOneLastsIsKeptWhileItGoesOn)
{
    EventLog log(config_, {{"fight", 1}});
    OpenAlarms alarms(&config_, &log, &clock_, [](const std::string &) { return nullptr; });
    const auto id = alarms.take("door", fight(AlarmEvent::Kind::Begin, 1, 2 * second, 0));
    WindowNews window;
    for (const Nanoseconds end : {11 * second, 12 * second, 13 * second}) {
        window.time = {end - 2 * second, end};
        alarms.take_window("door", window);
        EXPECT_EQ(stored(id.value()).end_utc, end < 12 * second ? 2 * second : 12 * second);
    }
    EXPECT_FALSE(stored(id.value()).ended);
}

TEST_F(OpenAlarmsTest, EvidenceThatIsTooMuchGoesWhileAnotherHoldsTheDatabase)
{
    EventLog log(config_, {{"fight", 1}});
    OpenAlarms alarms(&config_, &log, &clock_, [](const std::string &) { return nullptr; });
    const auto id = alarms.take("door", fight(AlarmEvent::Kind::Begin, 1, second, 0));
    Database other(folder_.path() / "events.db", event_schema(), Database::Access::Write);
    const Transaction held(other);
    alarms.take("door", fight(AlarmEvent::Kind::End, 1, 2 * second, 0));
    EXPECT_FALSE(stored(id.value()).ended) << "it takes nothing";
    const auto failed = log.writes().failed();
    const auto file = folder_.write("evidence/clip.mp4", "some bytes");
    config_.recording.gigabytes = 1e-9;
    alarms.tidy();
    EXPECT_FALSE(std::filesystem::exists(file));
    alarms.go_on_tidying();
    EXPECT_EQ(log.writes().failed(), failed) << "no store was asked";
}

/* Alarms and the page wait for no more than a second of it */
TEST_F(OpenAlarmsTest, WhatADatabaseThatAnotherHoldsDidNotTakeIsWrittenOnceItDoes)
{
    EventLog log(config_, {{"fight", 1}});
    OpenAlarms alarms(&config_, &log, &clock_, [](const std::string &) { return nullptr; });
    const auto id = alarms.take("door", fight(AlarmEvent::Kind::Begin, 1, 2 * second, 0));
    const auto begun = std::chrono::steady_clock::now();
    {
        Database other(folder_.path() / "events.db", event_schema(), Database::Access::Write);
        const Transaction held(other);
        for (int i = 3; i < 10; ++i)
            alarms.take("door", fight(AlarmEvent::Kind::Update, 1, i * second, 0));
        alarms.take("door", fight(AlarmEvent::Kind::End, 1, 10 * second, 0));
        log.evidence(id.value(), "/clip.mp4");
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(8));
    EXPECT_GT(log.writes().failed(), 0U);
    EXPECT_FALSE(stored(id.value()).ended);
    for (int i = 0; i < 300 && !stored(id.value()).ended; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200)); // it rests for ten seconds
        log.write_waiting();
    }
    EXPECT_TRUE(stored(id.value()).ended);
    EXPECT_EQ(stored(id.value()).end_utc, 10 * second);
    EXPECT_EQ(stored(id.value()).evidence, std::vector<std::string>{"/clip.mp4"});
}

/* Where it is not, each write fails at once */
TEST_F(OpenAlarmsTest, OneThatBeginsWhileTheDatabaseTakesNothingIsAddedOnceItDoes)
{
    EventLog log(config_, {{"fight", 1}});
    const auto file = folder_.path() / "events.db";
    const auto elsewhere = folder_.path() / "elsewhere.db";
    std::filesystem::rename(file, elsewhere);
    const auto first = log.begin("door", fight(AlarmEvent::Kind::Begin, 1, 2 * second, 0));
    const auto other = log.begin("yard", fight(AlarmEvent::Kind::Begin, 2, 2 * second, 0));
    log.change(first, "door", fight(AlarmEvent::Kind::End, 1, 10 * second, 0));
    log.evidence(first, "/clip.mp4");
    EXPECT_EQ(log.stored_id(first), 0);
    for (int i = 0; i < 3; ++i)
        log.write_waiting();
    EXPECT_EQ(log.writes().failed(), 4U) << "each once";
    std::filesystem::rename(elsewhere, file);
    log.write_waiting();
    EXPECT_EQ(log.stored_id(first), 1);
    EXPECT_EQ(stored(1).camera, "door");
    EXPECT_EQ(stored(1).end_utc, 10 * second);
    EXPECT_TRUE(stored(1).ended);
    log.evidence(first, "/late.jpg");
    EXPECT_EQ(stored(1).evidence, (std::vector<std::string>{"/clip.mp4", "/late.jpg"}));
    EXPECT_EQ(log.stored_id(other), 2);
    EXPECT_FALSE(stored(2).ended);
    log.change(other, "yard", fight(AlarmEvent::Kind::End, 2, 4 * second, 0));
    EXPECT_TRUE(stored(2).ended);
    EXPECT_EQ(log.writes().failed(), 4U);
}

TEST_F(OpenAlarmsTest, ThatWhatHappensIsKeptAgainIsToldOnce)
{
    EventLog log(config_, {{"fight", 1}});
    const auto elsewhere = folder_.path() / "elsewhere.db";
    std::filesystem::rename(folder_.path() / "events.db", elsewhere);
    testing::internal::CaptureStderr();
    log.begin("door", fight(AlarmEvent::Kind::Begin, 1, second, 0));
    log.write_waiting();
    EXPECT_EQ(testing::internal::GetCapturedStderr().find("kept again"), std::string::npos);
    std::filesystem::rename(elsewhere, folder_.path() / "events.db");
    testing::internal::CaptureStderr();
    log.write_waiting();
    log.begin("yard", fight(AlarmEvent::Kind::Begin, 2, second, 0));
    const std::string told = testing::internal::GetCapturedStderr();
    const auto first = told.find("what happens is kept again");
    ASSERT_NE(first, std::string::npos) << told;
    EXPECT_EQ(told.find("kept again", first + 20), std::string::npos) << told;
}

TEST_F(OpenAlarmsTest, OfWhatWaitsForWeeksTheOldestGoesWhichIsToldOnce)
{
    EventLog log(config_, {{"fight", 1}});
    const auto elsewhere = folder_.path() / "elsewhere.db";
    std::filesystem::rename(folder_.path() / "events.db", elsewhere);
    testing::internal::CaptureStderr();
    for (std::size_t i = 0; i < EventLog::most_waiting + 3; ++i)
        log.begin("door", fight(AlarmEvent::Kind::Begin, i, second, static_cast<Nanoseconds>(i)));
    std::string told = testing::internal::GetCapturedStderr();
    const auto first = told.find("the oldest is lost");
    ASSERT_NE(first, std::string::npos) << told.substr(0, 1000);
    EXPECT_EQ(told.find("the oldest is lost", first + 1), std::string::npos);
    std::filesystem::rename(elsewhere, folder_.path() / "events.db");
    testing::internal::CaptureStderr();
    while (!log.unkept().empty())
        log.write_waiting();
    told = testing::internal::GetCapturedStderr();
    EXPECT_NE(told.find("of what waited for events.db the oldest alarms, "), std::string::npos)
        << told;
    EXPECT_EQ(EventReader(folder_.path() / "events.db").count({}), EventLog::most_waiting);
    EXPECT_EQ(stored(1).number, 3U) << "the first three";
}

TEST_F(OpenAlarmsTest, ACameraThatCameWhileTheDatabaseTookNothingIsKnownOnceItDoes)
{
    EventLog log(config_, {{"fight", 1}});
    const auto file = folder_.path() / "events.db";
    std::filesystem::rename(file, folder_.path() / "elsewhere.db");
    CameraNews news;
    news.up = true;
    log.camera("door", news);
    std::filesystem::rename(folder_.path() / "elsewhere.db", file);
    EXPECT_TRUE(EventReader(file).cameras().empty());
    log.write_waiting();
    ASSERT_EQ(EventReader(file).cameras().size(), 1U);
    EXPECT_TRUE(EventReader(file).cameras()[0].up);
    log.write_waiting();
    Database database(file, event_schema(), Database::Access::Read);
    Statement changes(database, "SELECT COUNT(*) FROM camera_change");
    changes.step();
    EXPECT_EQ(changes.integer(0), 1) << "once";
}

/* As on a full disk, where each line of the log would take room too */
TEST_F(OpenAlarmsTest, AFileThatTakesNoLinesIsToldOnceAndWhatIsLostIsCounted)
{
    config_.receivers = {{"/dev/full", "", "", ""}};
    EventLog log(config_, {{"fight", 1}});
    testing::internal::CaptureStderr();
    const auto id = log.begin("door", fight(AlarmEvent::Kind::Begin, 1, second, 0));
    log.change(id, "door", fight(AlarmEvent::Kind::End, 1, 2 * second, 0));
    const std::string told = testing::internal::GetCapturedStderr();
    const auto first = told.find("cannot write '/dev/full'");
    ASSERT_NE(first, std::string::npos) << told;
    EXPECT_EQ(told.find("cannot write", first + 1), std::string::npos) << told;
    EXPECT_EQ(log.receivers()[0].second.dropped_alarms, 2U);
    EXPECT_TRUE(log.receivers()[0].second.away);
}

TEST_F(OpenAlarmsTest, OneThatTheDatabaseTookLateIsKnownByItsIdFromThenOn)
{
    EventLog log(config_, {{"fight", 1}});
    OpenAlarms alarms(&config_, &log, &clock_, [](const std::string &) { return nullptr; });
    const auto elsewhere = folder_.path() / "elsewhere.db";
    std::filesystem::rename(folder_.path() / "events.db", elsewhere);
    EXPECT_EQ(alarms.take("door", fight(AlarmEvent::Kind::Begin, 1, second, 0)).value(), 0);
    std::filesystem::rename(elsewhere, folder_.path() / "events.db");
    EXPECT_EQ(alarms.take("door", fight(AlarmEvent::Kind::Update, 1, 2 * second, 0)).value(), 1);
    EXPECT_EQ(alarms.take("door", fight(AlarmEvent::Kind::End, 1, 3 * second, 0)).value(), 1);
    EXPECT_EQ(stored(1).end_utc, 3 * second);
}

TEST_F(OpenAlarmsTest, WhatIsWrittenLastWaitsForNoRest)
{
    EventLog log(config_, {{"fight", 1}});
    const auto id = log.begin("door", fight(AlarmEvent::Kind::Begin, 1, second, 0));
    {
        Database other(folder_.path() / "events.db", event_schema(), Database::Access::Write);
        const Transaction held(other);
        log.change(id, "door", fight(AlarmEvent::Kind::End, 1, 2 * second, 0));
    }
    log.write_waiting();
    EXPECT_FALSE(stored(id).ended) << "it rests";
    log.write_last();
    EXPECT_TRUE(stored(id).ended);
}

TEST_F(OpenAlarmsTest, ADamagedDatabaseIsPutAsideAndANewOneBegun)
{
    for (const char *aside : {"events.db.broken", "events.db.broken-2"}) {
        folder_.write("events.db", std::string(5000, 'x'));
        testing::internal::CaptureStderr();
        EventLog log(config_, {{"fight", 1}});
        const std::string told = testing::internal::GetCapturedStderr();
        EXPECT_NE(told.find("file is not a database: put aside as"), std::string::npos) << told;
        EXPECT_TRUE(std::filesystem::exists(folder_.path() / aside));
        EXPECT_EQ(log.begin("door", fight(AlarmEvent::Kind::Begin, 1, second, 0)), 1);
    }
}

/* Whose clock is years ahead until NTP sets it */
TEST_F(OpenAlarmsTest, AWatchThatJustBeganDeletesNothingForItsAge)
{
    EventLog log(config_, {{"fight", 1}});
    OpenAlarms alarms(&config_, &log, &clock_, [](const std::string &) { return nullptr; });
    StoredAlarm alarm;
    alarm.evidence = {folder_.write("evidence/old.mp4", "a clip").string()};
    const auto id = log.store().add_alarm(alarm); // of 1970
    alarms.tidy();
    EXPECT_TRUE(std::filesystem::exists(alarm.evidence.front()));
    EXPECT_EQ(stored(id).evidence, alarm.evidence);
}

/* Prometheus takes no two figures of one name */
TEST_F(OpenAlarmsTest, ReceiversAtOneHostHaveNamesOfTheirOwn)
{
    config_.receivers = {{"http://127.0.0.1:1/secret", "", "", ""},
                         {"http://127.0.0.1:1/other", "", "", ""}};
    const EventLog log(config_, {{"fight", 1}});
    const auto receivers = log.receivers();
    ASSERT_EQ(receivers.size(), 2U);
    EXPECT_EQ(receivers[0].first, "http://127.0.0.1:1");
    EXPECT_EQ(receivers[1].first, "http://127.0.0.1:1 2");
}

TEST_F(OpenAlarmsTest, EachAlarmOfARunHasANumberOfItsOwn)
{
    EventLog log(config_, {{"fight", 1}});
    OpenAlarms alarms(&config_, &log, &clock_, [](const std::string &) { return nullptr; });
    std::set<std::uint64_t> numbers;
    for (const char *camera : {"door", "yard", "door"}) { // whose pipeline begins anew
        const auto id = alarms.take(camera, fight(AlarmEvent::Kind::Begin, 1, second, 0));
        numbers.insert(stored(id.value()).number);
        alarms.end("door");
        EXPECT_EQ(stored(id.value()).ended, camera == std::string("door"));
    }
    EXPECT_EQ(numbers.size(), 3U);
}

TEST_F(OpenAlarmsTest, EvidenceIsFoundFromWhereverItIsLookedFor)
{
    EventLog log(config_, {{"fight", 1}});
    config_.folder = "fovea-watch";
    const OpenAlarms alarms(&config_, &log, &clock_, [](const std::string &) { return nullptr; });
    EXPECT_EQ(alarms.evidence_folder(), std::filesystem::current_path() / "fovea-watch/evidence");
}

struct Mounted {
    const std::filesystem::path at;

    ~Mounted() { umount2(at.c_str(), MNT_DETACH); }
};

/* Each time it looks at all that there is */
TEST_F(OpenAlarmsTest, AlarmsThatFindNoRoomLookForSomeOnceAMinute)
{
    ASSERT_TRUE(std::filesystem::create_directory(folder_.path() / "small"));
    config_.folder = folder_.path() / "small";
    if (mount("tmpfs", config_.folder.c_str(), "tmpfs", 0, "size=4m") != 0)
        GTEST_SKIP() << "a small tmpfs cannot be mounted here";
    const Mounted mounted{config_.folder};
    {
        config_.recording.gigabytes = 1e-9;
        EventLog log(config_, {{"fight", 1}});
        OpenAlarms alarms(&config_, &log, &clock_, [](const std::string &) { return nullptr; });
        std::filesystem::create_directory(config_.folder / "evidence");
        std::uint64_t number = 0;
        for (const char *name : {"one", "other"}) {
            const auto file = config_.folder / "evidence" / name;
            std::ofstream(file) << "some bytes";
            alarms.take("door", fight(AlarmEvent::Kind::Begin, ++number, second, 0));
            EXPECT_EQ(std::filesystem::exists(file), std::string("other") == name) << name;
        }
        alarms.tidy();
        EXPECT_FALSE(std::filesystem::exists(config_.folder / "evidence/other"));
    }
}

} // namespace fovea::test
