// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "error_of.h"
#include "event_store_test.h"
#include "killed_writer.h"
#include "time_units.h"
#include "without_writes.h"

namespace fovea {
namespace {

using test::EventStoreTest;
using test::Ids;
using test::Strings;
using test::WithoutWrites;

TEST_F(EventStoreTest, ANewerSchemaIsRefusedAndLeftAlone)
{
    {
        const EventStore store(file());
    }
    run_sql("PRAGMA user_version = 9");
    const std::string expected =
        "event store '" + file().string() +
        "': schema version 9, this fovea knows up to 5; use the newer fovea "
        "that wrote it, or another file";
    EXPECT_EQ(error_of([&] { EventStore{file()}; }), expected);
    EXPECT_EQ(error_of([&] { EventReader{file()}; }), expected);
    run_sql("PRAGMA user_version = 5");
    const EventStore store(file()); // as it was
}

/* As one on a medium that takes no writes, or of another user */
TEST_F(EventStoreTest, IsReadWhereNothingCanBeWrittenBesideIt)
{
    const std::filesystem::path odd = folder_.path() / "50% of #1? é";
    std::filesystem::create_directory(odd);
    {
        EventStore store(odd / "events.db");
        store.add_alarm(made("door", "fight", 1, 2));
    }
    const auto read = [&] { return EventReader(odd / "events.db").count({}); };
    const WithoutWrites without(odd);
    ASSERT_FALSE(std::ofstream(odd / "written"));
    EXPECT_EQ(read(), 1);
    without.put(odd / "events.db-wal", "what a writer left");
    EXPECT_NE(error_of(read).find("cannot be read where no files can be made; copy both to a"),
              std::string::npos);
}

TEST_F(EventStoreTest, OtherFilesAreRefusedAndLeftAlone)
{
    run_sql("CREATE TABLE other (id INTEGER)");
    const auto size = std::filesystem::file_size(file());
    EXPECT_EQ(error_of([&] { EventStore{file()}; }),
              "event store '" + file().string() +
                  "': an SQLite file of something else; name another file");
    EXPECT_EQ(std::filesystem::file_size(file()), size);
    EXPECT_FALSE(std::filesystem::exists(file().string() + "-wal"));

    folder_.write("events.db", "no database, but some text that is long enough to be looked at");
    EXPECT_NE(
        error_of([&] { EventStore{file()}; }).find("file is not a database; put the file aside"),
        std::string::npos);
    try {
        EventReader reader(folder_.path() / "none.db");
        ADD_FAILURE();
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), Error::Kind::NotFound);
        EXPECT_EQ(error.what(), "event store '" + (folder_.path() / "none.db").string() +
                                    "' does not exist; expected events.db in a folder of fovea "
                                    "watch");
    }
    const std::string of_reader = error_of([&] { EventReader{file()}; });
    EXPECT_NE(of_reader.find("file is not a database; name another file"), std::string::npos)
        << "who only reads makes none: " << of_reader;
}

/* As one in a folder that may not be entered, which root may */
TEST_F(EventStoreTest, AFileThatCannotBeLookedAtIsNotSaidToBeMissing)
{
    std::filesystem::create_symlink(file(), file());
    try {
        EventReader reader(file());
        ADD_FAILURE();
    } catch (const Error &error) {
        EXPECT_EQ(error.what(), "database '" + file().string() +
                                    "': unable to open database file; check that it may be read");
    }
}

TEST_F(EventStoreTest, ADamagedFileThatCannotBeRenamedIsNotSaidToBePutAside)
{
    try {
        put_aside(file()); // there is none
        ADD_FAILURE();
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), Error::Kind::CannotWrite);
        EXPECT_NE(std::string(error.what()).find("cannot write '" + file().string() + ".broken'"),
                  std::string::npos)
            << error.what();
    }
}

TEST_F(EventStoreTest, ReadersDoNotWaitForTheWriter)
{
    EventStore store(file());
    store.add_alarm(made("north", "fight", 1, 2));
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        for (int i = 0; !stop; ++i)
            store.add_alarm(made("north", "fight", i, i));
    });
    std::vector<std::thread> readers;
    std::atomic<int> answers{0};
    for (int i = 0; i < 3; ++i)
        readers.emplace_back([&] {
            EventReader reader(file());
            std::int64_t before = 0;
            for (int n = 0; n < 50; ++n) {
                const std::int64_t now = reader.count({});
                EXPECT_GE(now, before);
                before = now;
                ++answers;
            }
        });
    for (std::thread &reader : readers)
        reader.join();
    stop = true;
    writer.join();
    EXPECT_EQ(answers, 150);
}

/* The child says each alarm's number once the store has it, and is killed in the midst of it. */
TEST_F(EventStoreTest, AKilledProcessLeavesItWhole)
{
    {
        const EventStore store(file());
    }
    std::mt19937 random(3);
    std::int64_t before = 0;
    bool has_told = false; // in any round: else it died by itself
    for (int round = 0; round < 25; ++round) {
        const auto write_alarms = [&](const auto &tell) {
            EventStore store(file());
            for (int i = 1;; ++i) {
                StoredAlarm alarm = made("north", "fight", i, i);
                alarm.evidence = {std::to_string(i) + ".mp4", std::to_string(i) + ".jpg"};
                alarm.id = store.add_alarm(alarm);
                alarm.ended = true;
                store.update_alarm(alarm);
                store.add_camera_change({"north", i % 2 == 0, "", i});
                tell(alarm.id);
            }
        };
        const auto last = told_by_killed<std::int64_t>(write_alarms, /*most=*/30, &random);
        has_told |= last.has_value();
        const std::int64_t told = last.value_or(before);

        EventStore store(file());
        EventReader reader(file());
        const std::int64_t now = reader.count({});
        ASSERT_GE(now, told);
        ASSERT_LE(now, told + 1);
        AlarmQuery query;
        query.limit = 1'000'000;
        for (const StoredAlarm &alarm : reader.alarms(query))
            ASSERT_EQ(alarm.evidence.size(), 2U); // an alarm and its evidence are one
        before = now;
    }
    EXPECT_TRUE(has_told);
    EXPECT_GT(before, 100);
    sqlite3 *handle = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &handle), SQLITE_OK);
    std::string check;
    sqlite3_exec(
        handle, "PRAGMA integrity_check",
        [](void *text, int, char **values, char **) {
            *static_cast<std::string *>(text) += values[0];
            return 0;
        },
        &check, nullptr);
    sqlite3_close(handle);
    EXPECT_EQ(check, "ok");
}

} // namespace
} // namespace fovea
