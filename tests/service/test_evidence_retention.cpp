// SPDX-License-Identifier: MIT
#include <chrono>

#include <gtest/gtest.h>

#include "../lib/temporary_folder.h"
#include "fovea/core/errors.h"
#include "service/evidence/evidence_retention.h"

namespace fovea::test {

namespace {

using namespace std::chrono_literals;

std::filesystem::path made(const TemporaryFolder &folder, const std::string &name,
                           std::size_t bytes, std::chrono::hours age)
{
    const auto file = folder.write(name, std::string(bytes, 'x'));
    std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - age);
    return file;
}

/* As the service does each second */
void go_on(Retention *retention, std::chrono::milliseconds at_most)
{
    if (retention->has_files())
        retention->remove_files(at_most);
    else
        retention->go_on_in_store(at_most, {});
}

} // namespace

TEST(EvidenceRetention, TheOldestGoUntilTheOthersFit)
{
    const TemporaryFolder folder;
    made(folder, "door/1/new.mp4", 40, 1h);
    const auto older = made(folder, "yard/1/older.mp4", 40, 3h);
    made(folder, "door/1/old.mp4", 40, 2h);
    const auto oldest = made(folder, "door/2/oldest.mp4", 1, 4h);
    auto files = evidence_in(folder.path());
    EXPECT_TRUE(take_oldest(&files, 121).empty());
    EXPECT_EQ(take_oldest(&files, 80), (std::vector<std::filesystem::path>{older, oldest}));
    EXPECT_TRUE(take_oldest(&files, 80).empty()) << "they were taken";
    EXPECT_TRUE(evidence_in(folder.path() / "nowhere").empty());
    made(folder, "door/2/begun.mp4.part", 40, 0h);
    files = evidence_in(folder.path());
    EXPECT_EQ(take_oldest(&files, 0).size(), 4U) << "a clip that is being written stays";
    EXPECT_EQ(files.size(), 1U);
}

TEST(EvidenceRetention, WhatTheDiskLacksTheOldestEvidenceGives)
{
    constexpr std::uintmax_t megabyte = 1'000'000;
    EXPECT_EQ(room_for_evidence(300 * megabyte, 400 * megabyte), 100 * megabyte);
    EXPECT_EQ(room_for_evidence(300 * megabyte, 600 * megabyte), 300 * megabyte);
    EXPECT_EQ(room_for_evidence(150 * megabyte, 400 * megabyte), 25 * megabyte)
        << "half of what is above 500 MB: the newest";
    EXPECT_EQ(room_for_evidence(100 * megabyte, 400 * megabyte), 100 * megabyte)
        << "others took it";
}

TEST(EvidenceRetention, PartsThatWereLeftAreFound)
{
    const TemporaryFolder folder;
    made(folder, "door/whole.mp4", 1, 1h);
    const auto part = made(folder, "door/broken.mp4.part", 1, 1h);
    EXPECT_EQ(unfinished(folder.path()), std::vector<std::filesystem::path>{part});
}

TEST(EvidenceRetention, EmptyFoldersGoWithTheirLastFile)
{
    const TemporaryFolder folder;
    const auto one = made(folder, "evidence/door/day/one.mp4", 1, 1h);
    made(folder, "evidence/door/other/two.mp4", 1, 1h);
    remove_evidence(one, folder.path() / "evidence");
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "evidence/door/day"));
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "evidence/door/other/two.mp4"));
    remove_evidence(folder.path() / "evidence/door/other/two.mp4", folder.path() / "evidence");
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "evidence/door"));
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "evidence"));
    remove_evidence(folder.path() / "nowhere/file", folder.path());
}

TEST(EvidenceRetention, WhatIsTooOldGoesAndThenTheOldestUntilTheOthersFit)
{
    const TemporaryFolder folder;
    constexpr Nanoseconds now = 1'800'000'000 * nanoseconds_per_second;
    constexpr Nanoseconds day = 86400 * nanoseconds_per_second;
    EventStore store(folder.path() / "events.db");
    const auto evidence = folder.path() / "evidence";
    const auto alarm = [&](const std::string &name, int days, std::chrono::hours age) {
        StoredAlarm stored;
        stored.camera = "door";
        stored.label = "fall";
        stored.begin_utc = now - days * day;
        stored.end_utc = stored.begin_utc;
        stored.ended = true;
        stored.evidence = {made(folder, "evidence/" + name, 40, age).string()};
        store.add_alarm(stored);
        return std::filesystem::path(stored.evidence.front());
    };
    const auto ancient = alarm("ancient.mp4", 31, 1h); // old by the store, whatever its file says
    const auto unknown = made(folder, "evidence/unknown.mp4", 40, 31 * 24h); // to the store
    const auto part = made(folder, "evidence/unknown.mp4.part", 40, 31 * 24h);
    const auto older = alarm("older.mp4", 2, 48h);
    const auto newer = alarm("newer.mp4", 1, 24h);
    RecordingConfig recording;
    recording.gigabytes = 0;
    const auto apply_retention = [&](std::optional<Nanoseconds> time) {
        Retention retention(&store, evidence);
        for (retention.look(recording, time); !retention.is_done();)
            go_on(&retention, 1h);
    };
    apply_retention(std::nullopt);
    EXPECT_TRUE(std::filesystem::exists(ancient)) << "nobody knows its age";
    EXPECT_TRUE(std::filesystem::exists(unknown));
    apply_retention(now);
    EXPECT_FALSE(std::filesystem::exists(ancient));
    EXPECT_FALSE(std::filesystem::exists(unknown));
    EXPECT_TRUE(std::filesystem::exists(part));
    EXPECT_TRUE(std::filesystem::exists(older));
    recording.gigabytes = 50e-9;
    apply_retention(now);
    EXPECT_FALSE(std::filesystem::exists(older));
    EXPECT_TRUE(std::filesystem::exists(newer));
    recording.days = 0;
    recording.gigabytes = 0;
    apply_retention(now + 365 * day);
    EXPECT_TRUE(std::filesystem::exists(newer)) << "0 keeps for good";
}

TEST(EvidenceRetention, WhatAClockThatWasAheadDatedIsKeptForSoManyDaysFromWhenThatIsSeen)
{
    const TemporaryFolder folder;
    constexpr Nanoseconds day = 86400 * nanoseconds_per_second;
    constexpr Nanoseconds now = 20'000 * day;
    EventStore store(folder.path() / "events.db");
    EventReader reader(folder.path() / "events.db");
    const auto alarm = [&](const std::string &name, Nanoseconds end) {
        StoredAlarm stored;
        stored.begin_utc = end;
        stored.end_utc = end;
        stored.ended = true;
        stored.evidence = {made(folder, "evidence/" + name, 40, -100'000h).string()};
        return store.add_alarm(stored);
    };
    Retention retention(&store, folder.path() / "evidence");
    const auto look = [&](Nanoseconds time) {
        for (retention.look(RecordingConfig(), time); !retention.is_done();)
            go_on(&retention, 1h);
        return retention.take_ahead();
    };
    const auto young = alarm("young.mp4", now);
    EXPECT_EQ(look(1000 * day), 1) << "by a clock that is far behind";
    EXPECT_EQ(look(now), 0);
    EXPECT_TRUE(reader.alarm(young)) << "it was never ahead";
    const auto judged = alarm("judged.mp4", now + 2000 * day);
    store.set_verdict(judged, Verdict::True, now);
    const auto ahead = alarm("ahead.mp4", now + 2000 * day);
    const auto soon = alarm("soon.mp4", now + day);
    EXPECT_EQ(look(now), 2);
    EXPECT_EQ(look(now + 30 * day), 0);
    EXPECT_EQ(reader.count({}), 4);
    EXPECT_EQ(evidence_in(folder.path() / "evidence").size(), 4U);
    EXPECT_EQ(look(now + 31 * day), 0);
    EXPECT_FALSE(reader.alarm(young));
    EXPECT_FALSE(reader.alarm(ahead));
    EXPECT_TRUE(reader.alarm(soon)) << "of an hour not yet 30 days ago";
    EXPECT_TRUE(reader.alarm(judged)) << "what people said stays";
    EXPECT_EQ(evidence_in(folder.path() / "evidence").size(), 1U);
}

TEST(EvidenceRetention, WhatAMonthKeptGoesInSteps)
{
    const TemporaryFolder folder;
    constexpr Nanoseconds now = 1'800'000'000 * nanoseconds_per_second;
    constexpr int alarms = 2500;
    EventStore store(folder.path() / "events.db");
    EventReader reader(folder.path() / "events.db");
    StoredAlarm alarm;
    alarm.ended = true; // in 1970
    for (int i = 0; i < alarms; ++i) {
        const bool has_file = i % 1000 == 0;
        alarm.evidence.clear();
        if (has_file)
            alarm.evidence = {
                made(folder, "evidence/" + std::to_string(i) + ".mp4", 1, 1h).string()};
        store.add_alarm(alarm);
    }
    Retention retention(&store, folder.path() / "evidence");
    retention.look(RecordingConfig(), now);
    go_on(&retention, 0ms);                    // asks the store which
    for (const std::size_t left : {2, 1, 0}) { // each step takes one thing at least
        EXPECT_FALSE(retention.is_done());
        EXPECT_EQ(reader.count({}), alarms) << "as long as there are files";
        go_on(&retention, 0ms);
        EXPECT_EQ(evidence_in(folder.path() / "evidence").size(), left);
    }
    for (const int left : {1500, 500, 0}) {
        EXPECT_FALSE(retention.is_done());
        go_on(&retention, 0ms);
        EXPECT_EQ(reader.count({}), left);
    }
    go_on(&retention, 0ms); // what there is of other cameras
    EXPECT_TRUE(retention.is_done());
}

TEST(EvidenceRetention, OfWhatIsTooMuchTheOldestGoesFirst)
{
    const TemporaryFolder folder;
    made(folder, "evidence/old.mp4", 1, 2h);
    const auto oldest = made(folder, "evidence/oldest.mp4", 1, 3h);
    made(folder, "evidence/new.mp4", 1, 1h);
    EventStore store(folder.path() / "events.db");
    RecordingConfig recording;
    recording.gigabytes = 1e-9;
    Retention retention(&store, folder.path() / "evidence");
    retention.look(recording, std::nullopt);
    go_on(&retention, 0ms);
    EXPECT_FALSE(std::filesystem::exists(oldest));
    EXPECT_EQ(evidence_in(folder.path() / "evidence").size(), 2U);
    go_on(&retention, 0ms);
    EXPECT_TRUE(retention.is_done());
    EXPECT_EQ(retention.take_gone_for_room(), 0U);
}

/* All that comes afterwards would be older than they */
TEST(EvidenceRetention, WhatAClockThatWasAheadDatedGoesBeforeWhatCameAfterIt)
{
    const TemporaryFolder folder;
    const auto soon = made(folder, "evidence/soon.mp4", 1, -23h);
    const auto ahead = made(folder, "evidence/ahead.mp4", 1, -1000h);
    const auto further = made(folder, "evidence/further.mp4", 1, -2000h);
    const auto old = made(folder, "evidence/old.mp4", 1, 2h);
    EventStore store(folder.path() / "events.db");
    RecordingConfig recording;
    recording.gigabytes = 3e-9;
    const auto is_kept_at = [&](std::optional<Nanoseconds> now) {
        Retention retention(&store, folder.path() / "evidence");
        for (retention.look(recording, now); !retention.is_done();)
            go_on(&retention, 1h);
        std::vector<bool> kept;
        for (const auto &file : {soon, ahead, further, old})
            kept.push_back(std::filesystem::exists(file));
        return kept;
    };
    constexpr Nanoseconds now = 20'000 * 86400 * nanoseconds_per_second;
    EXPECT_EQ(is_kept_at(now), (std::vector<bool>{true, false, true, true}));
    recording.gigabytes = 2e-9;
    EXPECT_EQ(is_kept_at(now), (std::vector<bool>{true, false, false, true}));
    made(folder, "evidence/ahead.mp4", 1, -1000h);
    EXPECT_EQ(is_kept_at(std::nullopt), (std::vector<bool>{true, true, false, false}))
        << "of two times nobody knows which is wrong";
}

TEST(EvidenceRetention, OldFilesGoWhereTheStoreTakesNothing)
{
    const TemporaryFolder folder;
    const auto old = made(folder, "evidence/old.mp4", 1, 31 * 24h);
    const auto young = made(folder, "evidence/young.mp4", 1, 1h);
    EventStore store(folder.path() / "events.db");
    std::filesystem::rename(folder.path() / "events.db", folder.path() / "elsewhere.db");
    Retention retention(&store, folder.path() / "evidence");
    retention.look(RecordingConfig(), 20'000 * 86400 * nanoseconds_per_second);
    go_on(&retention, 1h);
    EXPECT_FALSE(std::filesystem::exists(old));
    EXPECT_TRUE(std::filesystem::exists(young));
    EXPECT_FALSE(retention.is_done());
    EXPECT_THROW(go_on(&retention, 1h), Error);
    EXPECT_TRUE(retention.is_done()) << "until the next look";
}

} // namespace fovea::test
