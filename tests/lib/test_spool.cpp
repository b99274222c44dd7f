// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <random>
#include <sys/stat.h>
#include <thread>

#include <gtest/gtest.h>

#include "fovea/publish/spool.h"
#include "killed_writer.h"
#include "output_test.h"
#include "temporary_folder.h"

namespace fovea {
namespace {

constexpr std::uint64_t plenty = 1 << 20;

Message made(const std::string &id, Message::Kind kind = Message::Kind::Window,
             const std::string &text = "{}")
{
    Message message;
    message.id = id;
    message.key = "north";
    message.kind = kind;
    message.text = text;
    return message;
}

std::vector<std::string> ids(Spool &spool)
{
    std::vector<std::string> ids;
    for (const SpooledMessage &one : spool.front(1000))
        ids.push_back(one.message.id);
    return ids;
}

using Ids = std::vector<std::string>;

TEST(Spool, KeepsOrderAndAllOfALine)
{
    const TemporaryFolder folder;
    Spool spool(folder.path() / "new/folder", "s", plenty);
    Message alarm = made("a-1", Message::Kind::AlarmBegin, R"({"label": "Prügelei"})");
    alarm.label = "fight";
    spool.add(alarm);
    spool.add(made("a-2"));
    const auto front = spool.front(10);
    ASSERT_EQ(front.size(), 2U);
    EXPECT_EQ(front[0].message.id, "a-1");
    EXPECT_EQ(front[0].message.key, "north");
    EXPECT_EQ(front[0].message.kind, Message::Kind::AlarmBegin);
    EXPECT_EQ(front[0].message.label, "fight");
    EXPECT_EQ(front[0].message.text, R"({"label": "Prügelei"})");
    EXPECT_FALSE(front[0].message.recovered);
    EXPECT_LT(front[0].place, front[1].place);
    spool.remove({front[0].place});
    EXPECT_EQ(ids(spool), Ids{"a-2"});
    EXPECT_EQ(spool.counts().lines, 1U);
}

TEST(Spool, ThatIsNobodysIsToldWithItsLines)
{
    const TemporaryFolder folder;
    EXPECT_TRUE(left_spools(folder.path() / "not there").empty());
    for (const char *name : {"gone", "taken"}) {
        Spool spool(folder.path(), name, plenty);
        spool.add(made("a-1"));
        spool.add(made("a-2"));
    }
    Spool(folder.path(), "empty", plenty);
    folder.write("damaged.db", std::string(10'000, 'x'));
    folder.write("notes.txt", "of somebody");
    const Spool taken(folder.path(), "taken", plenty);
    const auto left = left_spools(folder.path());
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].file, folder.path() / "gone.db");
    EXPECT_EQ(left[0].lines, 2U);
    EXPECT_FALSE(left[0].is_further);
}

TEST(Spool, OfOneMoreOfANameThanThereAreIsToldSo)
{
    const TemporaryFolder folder;
    for (const char *name : {"http-1", "http-2"}) { // which are names of their own
        const Spool first(folder.path(), name, plenty);
        Spool second(folder.path(), name, plenty);
        second.add(made("a-1"));
    }
    const Spool first(folder.path(), "http-1", plenty);
    const auto left = left_spools(folder.path());
    ASSERT_EQ(left.size(), 2U);
    EXPECT_EQ(left[0].file, folder.path() / "http-1-2.db");
    EXPECT_TRUE(left[0].is_further);
    EXPECT_EQ(left[1].file, folder.path() / "http-2-2.db");
    EXPECT_FALSE(left[1].is_further) << "nobody has http-2";
}

std::filesystem::perms of_others(const std::filesystem::path &path)
{
    using std::filesystem::perms;
    return std::filesystem::status(path).permissions() & (perms::group_all | perms::others_all);
}

TEST(Spool, IsForNobodyElse)
{
    const mode_t before = umask(0);
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder.path() / "shared");
    for (const char *name : {"new/folder", "shared", "with a slash/"}) {
        Spool spool(folder.path() / name, "s", plenty);
        spool.add(made("a-1"));
        for (const char *file : {"s.db", "s.db-wal", "s.lock"})
            EXPECT_EQ(of_others(folder.path() / name / file), std::filesystem::perms::none) << file;
    }
    folder.write("shared/damaged.db", std::string(10'000, 'x')); // put aside, and another made
    const Spool another(folder.path() / "shared", "damaged", plenty);
    EXPECT_NE(another.trouble(), "");
    EXPECT_EQ(of_others(folder.path() / "shared/damaged.db"), std::filesystem::perms::none);
    for (const char *name : {"new/folder", "with a slash"})
        EXPECT_EQ(of_others(folder.path() / name), std::filesystem::perms::none) << name;
    EXPECT_NE(of_others(folder.path() / "shared"), std::filesystem::perms::none) << "as it was";
    umask(before);
}

TEST(Spool, WhatWasLeftIsThereAfterwardsAndKnownAsSuch)
{
    const TemporaryFolder folder;
    {
        Spool spool(folder.path(), "s", plenty);
        spool.add(made("1"));
        spool.add(made("2"));
    }
    Spool spool(folder.path(), "s", plenty);
    spool.add(made("3"));
    const auto front = spool.front(10);
    ASSERT_EQ(front.size(), 3U);
    EXPECT_TRUE(front[0].message.recovered);
    EXPECT_TRUE(front[1].message.recovered);
    EXPECT_FALSE(front[2].message.recovered);
    EXPECT_EQ(spool.counts().lines, 3U);
}

TEST(Spool, OldestWindowsGoBeforeAlarms)
{
    const TemporaryFolder folder;
    // a line of 1 key, id and text counts 200 and those: four of these lines are 4 * (200 + 5 + 2 + 93)
    const std::string text(93, 'x');
    Spool spool(folder.path(), "s", 4 * 300);
    spool.add(made("w1", Message::Kind::Window, text));
    spool.add(made("a1", Message::Kind::AlarmBegin, text));
    spool.add(made("w2", Message::Kind::Window, text));
    spool.add(made("a2", Message::Kind::AlarmEnd, text));
    EXPECT_EQ(spool.counts().bytes, 1200U);
    spool.add(made("a3", Message::Kind::AlarmBegin, text));
    EXPECT_EQ(ids(spool), (Ids{"a1", "w2", "a2", "a3"}));
    spool.add(made("a4", Message::Kind::AlarmBegin, text));
    EXPECT_EQ(ids(spool), (Ids{"a1", "a2", "a3", "a4"}));
    EXPECT_EQ(spool.counts().dropped_windows, 2U);
    EXPECT_EQ(spool.counts().dropped_alarms, 0U);
    spool.add(made("a5", Message::Kind::AlarmEnd, text));
    EXPECT_EQ(ids(spool), (Ids{"a2", "a3", "a4", "a5"}));
    EXPECT_EQ(spool.counts().dropped_alarms, 1U);
    EXPECT_EQ(spool.counts().bytes, 1200U);
    EXPECT_EQ(spool.counts().lines, 4U);
}

TEST(Spool, AnotherProcessOrPublisherHasItsOwn)
{
    const TemporaryFolder folder;
    Spool first(folder.path(), "s", plenty);
    Spool second(folder.path(), "s", plenty);
    first.add(made("1"));
    second.add(made("2"));
    EXPECT_EQ(ids(first), Ids{"1"});
    EXPECT_EQ(ids(second), Ids{"2"});
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "s-2.db"));
}

TEST(Spool, ADamagedFileIsPutAside)
{
    const TemporaryFolder folder;
    folder.write("s.db", std::string(5000, 'x'));
    Spool spool(folder.path(), "s", plenty);
    EXPECT_EQ(spool.trouble(), "database '" + (folder.path() / "s.db").string() +
                                   "': file is not a database: put aside as '" +
                                   (folder.path() / "s.db.broken").string() + "'");
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "s.db.broken"));
    spool.add(made("1"));
    EXPECT_EQ(ids(spool), Ids{"1"});
}

/* As after a power cut: a program that goes on with it would send the same lines again, or not begin */
TEST(Spool, OneThatIsDamagedInItsMidstIsPutAsideToo)
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "s.db";
    {
        Spool spool(folder.path(), "s", plenty);
        for (int i = 0; i < 200; ++i)
            spool.add(made(std::to_string(i), Message::Kind::AlarmBegin, std::string(1000, 'x')));
    }
    std::fstream damaged(file, std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(20 * 4096);
    damaged << std::string(8192, 'x');
    damaged.close();
    Spool spool(folder.path(), "s", plenty);
    EXPECT_NE(spool.trouble().find("put aside as '" + file.string() + ".broken'"),
              std::string::npos)
        << spool.trouble();
    EXPECT_EQ(spool.counts().lines, 0U);
    spool.add(made("200"));
    EXPECT_EQ(ids(spool), Ids{"200"});
}

/* As in a storm of alarms: SQLite's log begins anew only once all of it is written back */
TEST(Spool, ItsLogDoesNotGrowWhileLinesComeAllTheTime)
{
    const TemporaryFolder folder;
    Spool spool(folder.path(), "s", plenty);
    std::atomic<bool> is_over{false};
    std::atomic<int> allowed{0}; // else a busy machine lets any number come between two looks
    std::thread storm([&] {
        for (int i = 0; i < 6000; ++i)
            while (i >= allowed || !spool.add(made(std::to_string(i), Message::Kind::AlarmBegin,
                                                   std::string(2000, 'x'))))
                std::this_thread::yield();
        is_over = true;
    });
    std::uintmax_t longest = 0;
    while (!is_over) {
        allowed += 500;
        spool.tidy();
        longest = std::max(longest, std::filesystem::file_size(folder.path() / "s.db-wal"));
    }
    storm.join();
    EXPECT_LT(longest, 40U << 20U) << "it was 118 MB";
    EXPECT_EQ(spool.counts().dropped_windows, 0U);
}

/* Its lines are sent all the same */
TEST(Spool, AFileThatIsRemovedIsWrittenToAsLongAsItIsOpen)
{
    const TemporaryFolder folder;
    Spool spool(folder.path(), "s", plenty);
    spool.add(made("1"));
    std::filesystem::remove(folder.path() / "s.db");
    spool.add(made("2"));
    EXPECT_EQ(ids(spool), (Ids{"1", "2"}));
}

using SpoolDisk = Output;

TEST_F(SpoolDisk, AFullDiskIsAnErrorAndLosesNothing)
{
    if (!mount_small_disk("size=256k"))
        GTEST_SKIP() << "a small tmpfs cannot be mounted here";
    std::uint64_t taken = 0;
    {
        Spool spool(folder_, "s", 64 << 20);
        const std::string error = error_of([&] {
            for (;; ++taken)
                spool.add(
                    made(std::to_string(taken), Message::Kind::AlarmBegin, std::string(1000, 'x')));
        });
        EXPECT_NE(error.find("s.db': database or disk is full; make room"), std::string::npos)
            << error;
        EXPECT_GT(taken, 20U);
        EXPECT_EQ(spool.counts().lines, taken);
    }
    // on a disk with room again
    const std::filesystem::path copy =
        std::string(testing::TempDir()) + "fovea-spool-" + std::to_string(getpid());
    std::filesystem::copy(folder_, copy, std::filesystem::copy_options::recursive);
    Spool spool(copy, "s", 64 << 20);
    EXPECT_EQ(spool.counts().lines, taken);
    const auto front = spool.front(10'000);
    ASSERT_EQ(front.size(), taken);
    for (std::size_t i = 0; i < front.size(); ++i)
        EXPECT_EQ(front[i].message.id, std::to_string(i));
    std::filesystem::remove_all(copy);
}

/* The child says each line's number through a pipe once add() is back, and is killed in the midst of it. */
TEST(Spool, AKilledProcessLosesNoLineThatWasTaken)
{
    std::mt19937 random(7);
    const TemporaryFolder folder;
    int next = 0;
    bool has_told = false; // in any round: else it died by itself
    for (int round = 0; round < 25; ++round) {
        const auto write_lines = [&](const auto &tell) {
            Spool spool(folder.path(), "s", 64 << 20);
            for (int i = next;; ++i) {
                spool.add(made(std::to_string(i)));
                if (i % 100 == 0)
                    spool.tidy();
                tell(i);
            }
        };
        const auto told = told_by_killed<int>(write_lines, /*most=*/60, &random);
        has_told |= told.has_value();
        const int last = told.value_or(next - 1);

        Spool spool(folder.path(), "s", 64 << 20);
        EXPECT_EQ(spool.trouble(), "");
        const auto front = spool.front(1'000'000);
        // the last one may have been taken, and the word of it not said
        ASSERT_GE(static_cast<int>(front.size()), last + 1);
        ASSERT_LE(static_cast<int>(front.size()), last + 2);
        for (std::size_t i = 0; i < front.size(); ++i)
            ASSERT_EQ(front[i].message.id, std::to_string(i));
        next = static_cast<int>(front.size());
    }
    EXPECT_TRUE(has_told);
    EXPECT_GT(next, 100);
}

} // namespace
} // namespace fovea
