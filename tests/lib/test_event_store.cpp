// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstdio>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "error_of.h"
#include "event_store_test.h"
#include "fovea/core/utc.h"
#include "fovea/store/events/event_schema.h"
#include "fovea/store/events/peak_store.h"
#include "fovea/store/events/window_store.h"
#include "time_units.h"

namespace fovea {
namespace {

using test::EventStoreTest;
using test::Ids;
using test::Strings;

TEST_F(EventStoreTest, AnAlarmComesBackWhole)
{
    EventStore store(file());
    StoredAlarm alarm = made("Küche", "fight", *from_utc_text("2026-11-26T14:05:27.120Z"),
                             *from_utc_text("2026-11-26T14:05:31.000Z"), 0.875F);
    alarm.number = 3;
    alarm.stream = {5 * second, 9 * second};
    alarm.best_utc = alarm.begin_utc + second;
    alarm.box = {0.25F, 0.5F, 0.5F, 0.25F};
    alarm.persons = {7, 12};
    alarm.evidence = {"/2026/a.mp4", "/2026/a.jpg"};
    alarm.model = "watch";
    const std::int64_t id = store.add_alarm(alarm);

    EventReader reader(file());
    const auto back = reader.alarm(id);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->id, id);
    EXPECT_EQ(back->camera, "Küche");
    EXPECT_EQ(back->label, "fight");
    EXPECT_EQ(back->model, "watch");
    EXPECT_EQ(back->run, "0123456789abcdef");
    EXPECT_EQ(back->number, 3U);
    EXPECT_EQ(to_utc_text(back->begin_utc), "2026-11-26T14:05:27.120Z");
    EXPECT_EQ(back->end_utc, alarm.end_utc);
    EXPECT_EQ(back->stream.start, 5 * second);
    EXPECT_EQ(back->stream.end, 9 * second);
    EXPECT_EQ(back->best_utc, alarm.best_utc);
    EXPECT_EQ(back->score, 0.875F);
    EXPECT_EQ(back->box.x, 0.25F);
    EXPECT_EQ(back->box.y, 0.5F);
    EXPECT_EQ(back->box.width, 0.5F);
    EXPECT_EQ(back->box.height, 0.25F);
    EXPECT_EQ(back->persons, (std::vector<int>{7, 12}));
    EXPECT_EQ(back->evidence, (Strings{"/2026/a.mp4", "/2026/a.jpg"}));
    EXPECT_FALSE(back->ended);
    EXPECT_FALSE(back->verdict);
    EXPECT_FALSE(reader.alarm(id + 1));
}

TEST_F(EventStoreTest, AnAlarmGoesOnAndEnds)
{
    EventStore store(file());
    StoredAlarm alarm = made("north", "fight", 10 * second, 12 * second);
    alarm.id = store.add_alarm(alarm);
    alarm.end_utc = 20 * second;
    alarm.score = 0.75F;
    alarm.persons = {3};
    alarm.ended = true;
    EXPECT_TRUE(store.update_alarm(alarm));
    EXPECT_TRUE(store.add_evidence(alarm.id, "/a.mp4"));
    EXPECT_TRUE(store.add_evidence(alarm.id, "/a.mp4")); // once
    const auto back = EventReader(file()).alarm(alarm.id);
    EXPECT_EQ(back->begin_utc, 10 * second);
    EXPECT_EQ(back->end_utc, 20 * second);
    EXPECT_EQ(back->score, 0.75F);
    EXPECT_EQ(back->persons, std::vector<int>{3});
    EXPECT_TRUE(back->ended);
    EXPECT_EQ(back->evidence, Strings{"/a.mp4"});
    alarm.id = 99;
    EXPECT_FALSE(store.update_alarm(alarm));
    EXPECT_FALSE(store.add_evidence(99, "b.mp4"));
}

TEST_F(EventStoreTest, AVerdictIsGivenAndTakenBack)
{
    EventStore store(file());
    const std::int64_t id = store.add_alarm(made("north", "fight", 0, second));
    EventReader reader(file());
    EXPECT_TRUE(store.set_verdict(id, Verdict::Nothing, 77));
    EXPECT_EQ(reader.alarm(id)->verdict, Verdict::Nothing);
    EXPECT_EQ(reader.alarm(id)->verdict_utc, 77);
    EXPECT_TRUE(store.set_verdict(id, Verdict::True, 78));
    EXPECT_EQ(reader.alarm(id)->verdict, Verdict::True);
    EXPECT_TRUE(store.set_verdict(id, std::nullopt, 79));
    EXPECT_FALSE(reader.alarm(id)->verdict);
    EXPECT_FALSE(store.set_verdict(id + 1, Verdict::True, 1));
}

TEST_F(EventStoreTest, AlarmsAreFoundByCameraAndTime)
{
    EventStore store(file());
    const std::string odd = "east'; DROP TABLE alarm; --";
    const auto a = store.add_alarm(made("north", "fight", 10, 20));
    const auto b = store.add_alarm(made("south", "fall", 15, 40));
    const auto c = store.add_alarm(made("north", "fall", 30, 35));
    const auto d = store.add_alarm(made(odd, "fight", 50, 60));

    AlarmQuery query;
    EXPECT_EQ(found(query), (Ids{d, c, b, a}));
    query.camera = "north";
    EXPECT_EQ(found(query), (Ids{c, a}));
    query.to = 30;
    EXPECT_EQ(found(query), Ids{a});
    query.camera = odd;
    EXPECT_EQ(found(query), Ids{});
    query = {};
    query.from = 36; // b goes on then
    query.to = 50;   // d begins only then
    EXPECT_EQ(found(query), Ids{b});
}

TEST_F(EventStoreTest, ALimitLeavesTheNewestAndIsNotCounted)
{
    EventStore store(file());
    Ids expected;
    for (int i = 0; i < 25; ++i) // three of each time
        expected.insert(expected.begin(), store.add_alarm(made("north", "fight", i / 3, i)));
    AlarmQuery query;
    query.limit = 10;
    expected.resize(10);
    EXPECT_EQ(found(query), expected);
    EXPECT_EQ(EventReader(file()).count(query), 25);
}

TEST_F(EventStoreTest, TenThousandAlarmsAreAnsweredAtOnce)
{
    constexpr int many = 12'000;
    EventStore store(file());
    std::mt19937 random(1);
    run_sql("PRAGMA synchronous = OFF");
    for (int i = 0; i < many; ++i)
        store.add_alarm(made("camera" + std::to_string(random() % 8),
                             i % 50 == 0 ? "fall" : "fight", i * second, (i + 3) * second,
                             static_cast<float>(random() % 1000) / 1000));
    EventReader reader(file());
    AlarmQuery rare;
    rare.camera = "camera3";
    AlarmQuery old;
    old.to = 1000 * second;
    AlarmQuery day;
    day.from = 8000 * second;
    day.to = 9000 * second;
    double worst = 0;
    for (const AlarmQuery &query : {AlarmQuery(), rare, old, day}) {
        const auto begin = std::chrono::steady_clock::now();
        EXPECT_FALSE(reader.alarms(query).empty());
        EXPECT_GT(reader.count(query), 0);
        worst = std::max(worst, std::chrono::duration<double, std::milli>(
                                    std::chrono::steady_clock::now() - begin)
                                    .count());
    }
    std::printf("the newest and a count of %d alarms: worst %.1f ms\n", many, worst);
    EXPECT_LT(worst, 500);
}

TEST_F(EventStoreTest, CamerasComeAndGo)
{
    EventStore store(file());
    store.add_camera_change({"north", true, "", 10});
    store.add_camera_change({"south", true, "", 11});
    store.add_camera_change({"north", false, "stalled", 20});
    EventReader reader(file());
    const auto now = reader.cameras();
    ASSERT_EQ(now.size(), 2U);
    EXPECT_EQ(now[0].camera, "north");
    EXPECT_FALSE(now[0].up);
    EXPECT_EQ(now[0].why, "stalled");
    EXPECT_EQ(now[0].utc, 20);
    EXPECT_EQ(now[1].camera, "south");
    EXPECT_TRUE(now[1].up);
}

TEST_F(EventStoreTest, RetentionTellsTheEvidenceThatNobodyHasAnyMore)
{
    EventStore store(file());
    StoredAlarm old = made("north", "fight", 10, 20);
    old.evidence = {"/own.mp4", "/shared.mp4"};
    store.add_alarm(old);
    StoredAlarm kept = made("north", "fall", 15, 30);
    kept.evidence = {"/shared.mp4", "/kept.jpg"};
    const auto id = store.add_alarm(kept);
    store.add_camera_change({"north", true, "", 1});
    store.add_camera_change({"north", false, "gone", 2});
    EXPECT_EQ(store.evidence_before(30), Strings{"/own.mp4"});
    store.remove_before(30, 100);
    EXPECT_EQ(found({}), Ids{id});
    EventReader reader(file());
    EXPECT_EQ(reader.alarm(id)->evidence, (Strings{"/shared.mp4", "/kept.jpg"}));
    ASSERT_EQ(reader.cameras().size(), 1U) << "the last change stays";
    Database database(file(), event_schema(), Database::Access::Read);
    Statement changes(database, "SELECT COUNT(*) FROM camera_change");
    changes.step();
    EXPECT_EQ(changes.integer(0), 1);
    EXPECT_EQ(store.evidence_before(31), (Strings{"/kept.jpg", "/shared.mp4"}));
    store.remove_before(31, 100);
    EXPECT_GT(store.add_alarm(kept), id) << "no id is used twice";
}

/* As from a small disk to a large one, or to where a report is made */
TEST_F(EventStoreTest, EvidenceInItsFolderMovesWithIt)
{
    const auto before = folder_.path() / "before";
    const auto after = folder_.path() / "after";
    std::filesystem::create_directory(before);
    std::int64_t id = 0;
    {
        EventStore store(before / "events.db");
        StoredAlarm alarm = made("door", "fight", 10, 20);
        alarm.evidence = {(before / "evidence/door/a.mp4").string()};
        id = store.add_alarm(alarm);
        store.add_evidence(id, "/elsewhere/a.jpg");
    }
    std::filesystem::rename(before, after);
    const Strings moved = {(after / "evidence/door/a.mp4").string(), "/elsewhere/a.jpg"};
    EXPECT_EQ(EventReader(after / "events.db").alarm(id)->evidence, moved);
    EXPECT_EQ(EventStore(after / "events.db").evidence_before(30),
              (Strings{moved[1], moved[0]})); // by path as it is kept
}

/* Who writes would never know, and nothing be there at the next start */
TEST_F(EventStoreTest, AFileThatIsRemovedOrReplacedWhileItIsOpenIsNotWritten)
{
    EventStore store(file());
    StoredAlarm first = made("door", "fight", 0, second);
    first.id = store.add_alarm(first);
    WindowStore windows(file(), {}, 1);
    windows.begin("door", "watch", "0");
    PeakStore peaks(file());
    const std::vector<std::function<void()>> writes = {
        [&] { store.update_alarm(first); },
        [&] { store.set_verdict(first.id, Verdict::True, second); },
        [&] { store.add_evidence(first.id, "clip.mp4"); },
        [&] {
            store.add_camera_change({"door", true, "", second});
        },
        [&] { store.end_interrupted(); },
        [&] { store.remove_before(0, 100); },
        [&] { windows.flush(); },
        [&] { peaks.add_time("door", 0, 1); },
        [&] { store.add_alarm(made("door", "fight", second, 2 * second)); }};
    const auto refused = [&] {
        std::size_t count = 0;
        for (const auto &write : writes) {
            try {
                write();
            } catch (const DatabaseError &error) {
                EXPECT_NE(std::string(error.what()).find("removed or replaced"), std::string::npos);
                ++count;
            }
        }
        return count;
    };
    const auto elsewhere = folder_.path() / "elsewhere.db";
    std::filesystem::rename(file(), elsewhere);
    EXPECT_EQ(refused(), writes.size());
    std::filesystem::copy_file(elsewhere, file());
    EXPECT_EQ(refused(), writes.size());
    std::filesystem::rename(elsewhere, file());
    EXPECT_EQ(refused(), 0U);
    EXPECT_EQ(EventReader(file()).count({}), 2);
}

TEST_F(EventStoreTest, InterruptedAlarmsAreEndedAtTheNextStart)
{
    std::int64_t id = 0;
    {
        EventStore store(file());
        id = store.add_alarm(made("north", "fight", 10, 20));
    }
    EventStore store(file());
    const auto open = EventReader(file()).open_alarms();
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0].id, id);
    EXPECT_EQ(open[0].label, "fight");
    EXPECT_EQ(store.end_interrupted(), 1);
    EXPECT_EQ(store.end_interrupted(), 0);
    EXPECT_TRUE(EventReader(file()).open_alarms().empty());
    EXPECT_TRUE(EventReader(file()).alarm(id)->ended);
}

} // namespace
} // namespace fovea
