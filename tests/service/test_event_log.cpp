// SPDX-License-Identifier: MIT
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "../lib/temporary_folder.h"
#include "../lib/time_units.h"
#include "fovea/core/errors.h"
#include "service/event_log.h"

namespace fovea::test {

namespace {

AlarmNews fight(std::uint64_t number)
{
    AlarmNews news;
    news.alarm.kind = AlarmEvent::Kind::Begin;
    news.alarm.id = number;
    news.alarm.label = {"fight", 1, 0.9F};
    news.alarm.time = {0, second};
    return news;
}

class EventLogTest : public testing::Test
{
protected:
    EventLogTest() : log_(config(), {{"fight", 1}}) {}

    /** \brief What the receiver has got */
    std::vector<Json> lines() const
    {
        std::vector<Json> lines;
        std::ifstream file(folder_.path() / "told.jsonl");
        for (std::string line; std::getline(file, line);)
            lines.push_back(Json::parse(line));
        return lines;
    }

    /** \brief Where it is not, each write fails at once */
    void take_database_away() const { std::filesystem::rename(file_, elsewhere_); }

    void bring_database_back() const { std::filesystem::rename(elsewhere_, file_); }

    /** \brief What \a act logs */
    template <typename Act>
    static std::string told(const Act &act)
    {
        testing::internal::CaptureStderr();
        act();
        return testing::internal::GetCapturedStderr();
    }

    static bool has(const std::string &text, const char *part)
    {
        return text.find(part) != std::string::npos;
    }

    const TemporaryFolder folder_;
    const std::filesystem::path file_ = folder_.path() / "events.db";
    const std::filesystem::path elsewhere_ = folder_.path() / "elsewhere.db";

private:
    WatchConfig config() const
    {
        WatchConfig config;
        config.folder = folder_.path();
        ReceiverConfig file;
        file.uri = (folder_.path() / "told.jsonl").string();
        config.receivers.push_back(file);
        return config;
    }

protected:
    EventLog log_;
};

} // namespace

TEST_F(EventLogTest, AWriteBesideWhatHappensThatFailsSaysNothingOfWhatHappens)
{
    const auto fail = [] { throw Error(Error::Kind::Settings, "windows are wrong"); };
    const std::string failed = told([&] {
        EXPECT_FALSE(log_.writes().attempt(fail));
        EXPECT_FALSE(log_.writes().attempt(fail));
    });
    const auto first = failed.find("a write failed, watching goes on: windows are wrong\n");
    ASSERT_NE(first, std::string::npos) << failed;
    EXPECT_EQ(failed.find("failed", first + 10), std::string::npos) << "told once: " << failed;
    EXPECT_FALSE(has(failed, "what happens")) << failed;
    EXPECT_EQ(log_.writes().failed(), 2U);
    const std::string kept = told([&] { log_.begin("door", fight(1)); });
    EXPECT_FALSE(has(kept, "kept again")) << kept;
    EXPECT_EQ(log_.unkept(), "");

    take_database_away(); // what happens is told all the same
    const std::string lost = told([&] { log_.begin("door", fight(2)); });
    EXPECT_TRUE(has(lost, "watching goes on, but what happens is not kept: ")) << lost;
    bring_database_back();
    const std::string again = told([&] {
        EXPECT_TRUE(log_.writes().attempt([] {}));
        log_.write_waiting();
    });
    EXPECT_TRUE(has(again, "what happens is kept again")) << again;
}

/* All at once a database would take for as long as alarms and the page would wait */
TEST_F(EventLogTest, WhatWaitedIsWrittenInStepsAndToldAsKeptBehindTheLast)
{
    take_database_away();
    const auto first = log_.begin("door", fight(1));
    log_.begin("door", fight(2));
    log_.evidence(first, "/clip.mp4");
    CameraNews up;
    up.up = true;
    log_.camera("door", up);
    bring_database_back();
    EventReader reader(file_);
    const auto step = [&] { log_.write_waiting(std::chrono::milliseconds(0)); };
    const std::string kept_later = told([&] {
        step();
        EXPECT_EQ(reader.count({}), 1);
        step();
        EXPECT_EQ(reader.count({}), 2);
        EXPECT_TRUE(reader.alarm(1).value().evidence.empty());
        step();
        EXPECT_EQ(reader.alarm(1).value().evidence, std::vector<std::string>{"/clip.mp4"});
        EXPECT_TRUE(reader.cameras().empty());
        EXPECT_NE(log_.unkept(), "");
    });
    EXPECT_EQ(kept_later, "");
    const std::string kept = told(step);
    EXPECT_EQ(reader.cameras().size(), 1U);
    EXPECT_TRUE(has(kept, "what happens is kept again")) << kept;
    EXPECT_EQ(log_.unkept(), "");
}

/* A receiver knows by it what comes twice, over MQTT and in files as well */
TEST_F(EventLogTest, EachLineHasAnIdOfItsOwn)
{
    const auto alarm = log_.begin("door", fight(1));
    AlarmNews end = fight(1);
    end.alarm.kind = AlarmEvent::Kind::End;
    log_.change(alarm, "door", end);
    CameraNews up;
    up.up = true;
    log_.camera("door", up);
    std::set<std::string> ids;
    for (const Json &line : lines())
        ids.insert(line.at("id").get<std::string>());
    EXPECT_EQ(ids.size(), 3U);
}

/* `id` begins anew with each run: by it a receiver would ask for the clip of another alarm */
TEST_F(EventLogTest, ALineSaysUnderWhichIdItsAlarmIsStored)
{
    log_.begin("door", fight(7));
    take_database_away();
    const auto late = log_.begin("door", fight(8));
    bring_database_back();
    log_.write_waiting();
    AlarmNews end = fight(8);
    end.alarm.kind = AlarmEvent::Kind::End;
    end.resolution = {640, 360};
    log_.change(late, "door", end);
    const std::vector<Json> told = lines();
    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told[0]["alarm"]["id"], 7);
    EXPECT_EQ(told[0]["alarm"]["stored_id"], 1);
    EXPECT_FALSE(told[1]["alarm"].contains("stored_id")) << "it has none yet";
    EXPECT_EQ(told[2]["alarm"]["stored_id"], 2);
    EXPECT_FALSE(told[1].contains("resolution")) << "not known";
    EXPECT_EQ(told[2]["resolution"]["width"], 640);
    EXPECT_EQ(told[2]["resolution"]["height"], 360);
    EXPECT_EQ(log_.line(late, "door", end)["alarm"]["stored_id"], 2) << "what is kept of it";
}

} // namespace fovea::test
