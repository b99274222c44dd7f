// SPDX-License-Identifier: MIT
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <pthread.h>

#include "fovea/core/background_task.h"

namespace fovea::test {

using namespace std::chrono_literals;

TEST(BackgroundTask, GivesItsValueAlsoOneThatCannotBeCopied)
{
    BackgroundTask<std::unique_ptr<int>> task("fovea-test",
                                              [] { return std::make_unique<int>(7); });
    EXPECT_EQ(*task.get(), 7);
    EXPECT_TRUE(task.is_ready());
}

TEST(BackgroundTask, RunsOnAThreadOfThatName)
{
    const pthread_t caller = pthread_self();
    BackgroundTask<std::string> task("fovea-test", [caller] {
        char name[16] = "";
        pthread_getname_np(pthread_self(), name, sizeof name);
        return pthread_equal(pthread_self(), caller) ? "the caller's" : std::string(name);
    });
    EXPECT_EQ(task.get(), "fovea-test");
}

TEST(BackgroundTask, IsReadyWhenItsWorkIsDone)
{
    std::atomic<bool> open = false;
    BackgroundTask<int> task("fovea-test", [&open] {
        while (!open)
            std::this_thread::sleep_for(1ms);
        return 3;
    });
    EXPECT_FALSE(task.is_ready());
    EXPECT_FALSE(task.wait_for(5ms));
    open = true;
    EXPECT_TRUE(task.wait_for(60s));
    EXPECT_TRUE(task.is_ready());
    EXPECT_EQ(task.get(), 3);
}

TEST(BackgroundTask, ThrowsWhatItsWorkThrewInTheThreadThatAsks)
{
    BackgroundTask<int> task("fovea-test",
                             []() -> int { throw std::invalid_argument("no such file"); });
    try {
        task.get();
        FAIL() << "nothing thrown";
    } catch (const std::invalid_argument &error) {
        EXPECT_STREQ(error.what(), "no such file");
    }
}

TEST(BackgroundTask, IsWaitedForWhenNobodyAsks)
{
    std::atomic<bool> done = false;
    {
        const BackgroundTask<int> task("fovea-test", [&done] {
            std::this_thread::sleep_for(20ms);
            done = true;
            return 0;
        });
    }
    EXPECT_TRUE(done);
}

TEST(Promised, OutlivesTheThreadThatWaits)
{
    auto promised = std::make_shared<Promised<int>>();
    std::thread other([promised] { promised->settle([] { return 5; }); });
    EXPECT_EQ(promised->get(), 5);
    other.join();
}

} // namespace fovea::test
