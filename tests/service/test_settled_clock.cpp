// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "../lib/temporary_folder.h"
#include "../lib/time_units.h"
#include "service/settled_clock.h"

namespace fovea::test {

namespace {

constexpr Nanoseconds minute = 60 * second;
constexpr Nanoseconds hour = 60 * minute;

} // namespace

TEST(SettledClock, IsSettledOnceItRanForAnHour)
{
    SettledClock clock;
    constexpr Nanoseconds boot = 480'000 * hour;
    EXPECT_FALSE(clock.now(boot + minute, minute));
    EXPECT_FALSE(clock.now(boot + hour, hour));
    EXPECT_EQ(clock.now(boot + hour + minute, hour + minute), boot + hour + minute);
}

TEST(SettledClock, OneThatIsSetHasToSettleAnew)
{
    SettledClock clock;
    constexpr Nanoseconds wrong = 490'000 * hour;
    constexpr Nanoseconds right = 480'000 * hour;
    EXPECT_FALSE(clock.now(wrong, 0));
    EXPECT_FALSE(clock.now(right + hour, hour)) << "NTP set it within the hour";
    EXPECT_FALSE(clock.now(right + hour + 59 * minute, hour + 59 * minute));
    EXPECT_TRUE(clock.now(right + 2 * hour, 2 * hour));
    EXPECT_FALSE(clock.now(wrong + 3 * hour, 3 * hour));
}

TEST(SettledClock, AStepOfSecondsSetsNothing)
{
    SettledClock clock;
    EXPECT_FALSE(clock.now(24 * hour, 0));
    EXPECT_TRUE(clock.now(24 * hour + hour + 30 * second, hour));
    EXPECT_TRUE(clock.now(24 * hour + 2 * hour - 30 * second, 2 * hour));
    EXPECT_FALSE(clock.now(24 * hour + 3 * hour + 61 * second, 3 * hour));
}

TEST(SettledClock, OfAProcessThatIsStartedAnewWithinEachHourSettlesTheSame)
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "clock.json";
    constexpr Nanoseconds boot = 480'000 * hour;
    for (const Nanoseconds since_boot : {20 * minute, 50 * minute, 79 * minute})
        EXPECT_FALSE(SettledClock(file).now(boot + since_boot, since_boot));
    EXPECT_TRUE(SettledClock(file).now(boot + 80 * minute, 80 * minute));
    EXPECT_FALSE(SettledClock(file).now(boot + 3 * hour + 100 * minute, 100 * minute)) << "set";
    EXPECT_FALSE(SettledClock(file).now(boot + 3 * hour + 159 * minute, 159 * minute));
    EXPECT_TRUE(SettledClock(file).now(boot + 3 * hour + 160 * minute, 160 * minute));
}

TEST(SettledClock, OfAnotherBootBeginsAnewThoughItSaysTheSame)
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "clock.json";
    constexpr Nanoseconds boot = 480'000 * hour; // as machines without a clock begin with
    EXPECT_FALSE(SettledClock(file).now(boot + 30 * minute, 30 * minute));
    EXPECT_FALSE(SettledClock(file).now(boot + minute, minute));
    EXPECT_FALSE(SettledClock(file).now(boot + hour, hour));
    EXPECT_TRUE(SettledClock(file).now(boot + hour + minute, hour + minute));
}

TEST(SettledClock, GoesOnWithoutAFileThatCanBeUsed)
{
    const TemporaryFolder folder;
    constexpr Nanoseconds boot = 480'000 * hour;
    std::ofstream(folder.path() / "clock.json") << "{\"boot_utc\": ";
    for (const auto &file :
         {folder.path() / "clock.json", folder.path() / "not-there/clock.json"}) {
        SettledClock clock(file);
        EXPECT_FALSE(clock.now(boot + minute, minute));
        EXPECT_TRUE(clock.now(boot + hour + minute, hour + minute));
    }
}

TEST(SettledClock, OfThisMachineIsNotYet)
{
    SettledClock clock;
    EXPECT_FALSE(clock.now());
}

} // namespace fovea::test
