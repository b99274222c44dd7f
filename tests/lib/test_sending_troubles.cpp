// SPDX-License-Identifier: MIT
#include <algorithm>
#include <fstream>
#include <thread>

#include "sending_publisher_test.h"

namespace fovea {
namespace {

void damage(const std::filesystem::path &file)
{
    std::fstream damaged(file, std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(2 * 4096);
    damaged << std::string(200'000, 'x');
}

using test::SendingPublisherTest;

TEST_F(SendingPublisherTest, ARefusedLineDoesNotHoldUpTheOthers)
{
    receiver_.refuses = {"1"};
    auto publisher = open();
    for (int i = 0; i < 3; ++i)
        publisher->publish(made(i));
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    EXPECT_EQ(receiver_.ids(), (std::vector<std::string>{"0", "2"}));
    EXPECT_EQ(publisher->counts().refused, 1U);
    ASSERT_TRUE(eventually([&] { return !told().empty(); }));
    EXPECT_EQ(told()[0], "led://receiver: 1 lines refused so far, the last: not to its taste");
}

/* As a web hook whose form changed, which refuses each line for weeks */
TEST_F(SendingPublisherTest, ThatAllIsRefusedIsToldWheneverItHasDoubled)
{
    auto publisher = open();
    for (int i = 0; i < 40; ++i) {
        receiver_.refuse(i);
        publisher->publish(made(i));
        ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    }
    publisher.reset();
    std::vector<std::string> numbers;
    for (const std::string &text : told())
        numbers.push_back(text.substr(std::string("led://receiver: ").size(), 2));
    EXPECT_EQ(numbers, (std::vector<std::string>{"1 ", "3 ", "7 ", "15", "31"}));
}

TEST_F(SendingPublisherTest, OneThatComesAndGoesIsToldOnceAMinute)
{
    auto publisher = open();
    for (int i = 0; i < 10; ++i) {
        receiver_.away = true;
        publisher->publish(made(i));
        ASSERT_TRUE(eventually([&] { return publisher->counts().away; }));
        receiver_.away = false;
        ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    }
    publisher.reset();
    EXPECT_EQ(receiver_.ids(), numbers(0, 10));
    EXPECT_EQ(told(),
              (std::vector<std::string>{"led://receiver: away, lines wait on disk: unplugged",
                                        "led://receiver: back"}));
}

/* It answers: figures and log do not call it away for as long as it refuses all */
TEST_F(SendingPublisherTest, AReceiverThatRefusesIsThere)
{
    receiver_.away = true;
    receiver_.refuses = {"0"};
    auto publisher = open();
    publisher->publish(made(0));
    ASSERT_TRUE(eventually([&] { return publisher->counts().away; }));
    receiver_.away = false;
    ASSERT_TRUE(eventually([&] { return told().size() >= 2; }));
    EXPECT_EQ(publisher->counts().refused, 1U);
    EXPECT_FALSE(publisher->counts().away);
    publisher.reset();
    EXPECT_EQ(told(), (std::vector<std::string>{
                          "led://receiver: away, lines wait on disk: unplugged",
                          "led://receiver: 1 lines refused so far, the last: not to its taste",
                          "led://receiver: back"}));
}

TEST_F(SendingPublisherTest, WhyALineWaitsIsNotToldAsWhyAnotherWasRefused)
{
    receiver_.away = true;
    receiver_.refuses = {"0"};
    receiver_.fails = {"1"};
    auto publisher = open();
    publisher->publish(made(0));
    publisher->publish(made(1));
    const int tries = receiver_.tries;
    ASSERT_TRUE(eventually([&] { return receiver_.tries >= tries + 2; })); // of both together
    receiver_.away = false;
    ASSERT_TRUE(eventually([&] { return told().size() >= 2; }));
    EXPECT_EQ(told()[1], "led://receiver: 1 lines refused so far");
}

TEST_F(SendingPublisherTest, DroppedWindowsAreCountedAndTold)
{
    receiver_.away = true;
    auto publisher = open(/*bytes=*/10 * 300);
    for (int i = 0; i < 50; ++i)
        publisher->publish(made(i, i < 5 ? Message::Kind::AlarmBegin : Message::Kind::Window, 90));
    const PublisherCounts counts = publisher->counts();
    EXPECT_EQ(counts.published, 50U);
    EXPECT_EQ(counts.dropped_windows + counts.waiting, 50U);
    EXPECT_EQ(counts.dropped_alarms, 0U);
    const std::string begin =
        "led://receiver: no room for more waiting lines: the oldest were dropped, ";
    std::string line;
    ASSERT_TRUE(eventually([&] {
        for (const std::string &one : told())
            if (one.rfind(begin, 0) == 0)
                line = one;
        return !line.empty();
    }));
    const unsigned long windows = std::stoul(line.substr(begin.size())); // so far: more may come in
    EXPECT_EQ(line, begin + std::to_string(windows) + " of windows and 0 of alarms so far");
    EXPECT_GT(windows, 0U);
    EXPECT_LE(windows, counts.dropped_windows);
    receiver_.away = false;
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    const auto got = receiver_.ids();
    EXPECT_EQ(std::vector<std::string>(got.begin(), got.begin() + 5), numbers(0, 5));
    EXPECT_EQ(got.back(), "49");
}

TEST_F(SendingPublisherTest, OnAFullDiskLinesWaitInMemoryAndThatIsTold)
{
    if (!mount_small_disk("size=256k"))
        GTEST_SKIP() << "a small tmpfs cannot be mounted here";
    receiver_.away = true;
    auto publisher = open();
    for (int i = 0; i < 300; ++i) // of 1 KB, on 256 KB
        publisher->publish(made(i, Message::Kind::AlarmBegin, 1000));
    EXPECT_EQ(publisher->counts().waiting, 300U);
    EXPECT_TRUE(eventually([&] {
        for (const std::string &text : told())
            if (text.find("lines wait in memory alone") != std::string::npos &&
                text.find("disk is full") != std::string::npos)
                return true;
        return false;
    }));
    receiver_.away = false;
    ASSERT_TRUE(eventually([&] { return receiver_.ids().size() >= 300; }));
    EXPECT_EQ(receiver_.ids(), numbers(0, 300));
    EXPECT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
}

TEST_F(SendingPublisherTest, AFullDiskIsToldOnceWhereTheReceiverTakesAllAtOnce)
{
    if (!mount_small_disk("size=256k"))
        GTEST_SKIP() << "a small tmpfs cannot be mounted here";
    auto publisher = open();
    fill_disk();
    for (int i = 0; i < 20; ++i) {
        publisher->publish(made(i, Message::Kind::AlarmBegin, 5000));
        ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    }
    EXPECT_EQ(receiver_.ids(), numbers(0, 20));
    EXPECT_EQ(told().size(), 1U);
}

/* SQLite's log would grow by ten times what waits, for as long as a server may ask for */
TEST_F(SendingPublisherTest, TheSpoolIsLookedAfterWhileAReceiverAsksForPatience)
{
    receiver_.away = true;
    receiver_.asks_for_ms = 3'600'000;
    auto publisher = open();
    publisher->publish(made(0));
    ASSERT_TRUE(eventually([&] { return publisher->counts().away; }));
    for (int i = 1; i < 300; ++i)
        publisher->publish(made(i, Message::Kind::AlarmBegin, 1000));
    EXPECT_TRUE(eventually([&] { return std::filesystem::file_size(folder_ / "s.db") > 300'000; }));
    EXPECT_EQ(receiver_.tries, 1);
}

/* As by a disk that fails: later lines come through, and nobody is told each second */
TEST_F(SendingPublisherTest, ASpoolThatIsDamagedMeanwhileIsPutAside)
{
    receiver_.away = true;
    auto publisher = open(/*bytes=*/64 << 20);
    const auto file = folder_ / "s.db";
    for (int i = 0; i < 300; ++i)
        publisher->publish(made(i, Message::Kind::AlarmBegin, 1000));
    ASSERT_TRUE(eventually([&] { return std::filesystem::file_size(file) > 300'000; }));
    damage(file);
    publisher->publish(made(300)); // from here on nobody takes what was read for what is there
    ASSERT_TRUE(eventually([&] { return has_told("put aside as"); }));
    EXPECT_TRUE(std::filesystem::exists(folder_ / "s.db.broken"));
    EXPECT_LE(told().size(), 3U);
    receiver_.away = false;
    publisher->publish(made(301));
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    EXPECT_EQ(receiver_.ids().back(), "301");
}

TEST_F(SendingPublisherTest, ADamagedSpoolIsPutAsideOnceWhereTheDiskHasNoRoomForAnother)
{
    if (!mount_small_disk("size=8m,nr_inodes=40"))
        GTEST_SKIP() << "a small tmpfs cannot be mounted here";
    receiver_.away = true;
    receiver_.takes_ms = 2000; // in which what was read before waits, and the disk fills up
    auto publisher = open();
    for (int i = 0; i < 300; ++i)
        publisher->publish(made(i, Message::Kind::AlarmBegin, 1000));
    ASSERT_TRUE(eventually([&] { return std::filesystem::file_size(folder_ / "s.db") > 300'000; }));
    const int tries = receiver_.tries;
    ASSERT_TRUE(eventually([&] { return receiver_.tries > tries; }));
    damage(folder_ / "s.db");
    publisher->publish(made(300)); // from here on nobody takes what was read for what is there
    std::vector<std::filesystem::path>
        fillers; // no file more fits: to close the spool frees two of three
    do {
        fillers.push_back(folder_ / ("filler-" + std::to_string(fillers.size())));
    } while (std::ofstream(fillers.back()));
    ASSERT_TRUE(eventually([&] { return has_told("put aside as"); }));
    publisher->publish(made(301, Message::Kind::AlarmBegin, 5000));
    receiver_.takes_ms = 0;
    receiver_.away = false;
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    EXPECT_EQ(receiver_.ids().back(), "301") << "it waited in memory";
    std::this_thread::sleep_for(std::chrono::seconds(3)); // in which another is tried each second
    EXPECT_FALSE(std::filesystem::exists(folder_ / "s.db.broken-2"));
    for (const std::filesystem::path &filler : fillers)
        std::filesystem::remove(filler);
    receiver_.away = true;
    EXPECT_TRUE(eventually([&] {
        publisher->publish(made(302));
        std::error_code none;
        const auto log = std::filesystem::file_size(folder_ / "s.db-wal", none);
        return !none && log > 4096;
    })) << "there is room for another";
}

/* For a moment nobody can add to the spool: what comes then waits in memory, no longer than that */
TEST_F(SendingPublisherTest, NothingIsLostInAStormOfLines)
{
    receiver_.away = true;
    auto publisher = open(/*bytes=*/64 << 20);
    const auto begin = std::chrono::steady_clock::now();
    constexpr int lines = 8000;
    for (int i = 0; i < lines; ++i) {
        publisher->publish(made(i, Message::Kind::AlarmBegin, 2000));
        std::this_thread::sleep_until(begin + i * std::chrono::microseconds(400));
    }
    EXPECT_EQ(publisher->counts().dropped_alarms, 0U);
    EXPECT_EQ(publisher->counts().waiting, lines);
}

} // namespace
} // namespace fovea
