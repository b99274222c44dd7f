// SPDX-License-Identifier: MIT
#include <csignal>

#include <gtest/gtest.h>

#include "service/main_loop.h"

namespace fovea::test {

TEST(MainLoop, DoesAgainAndAgainWhatItIsTold)
{
    MainLoop loop;
    int times = 0;
    loop.every(1, [&] {
        if (++times == 2)
            loop.quit();
    });
    loop.run();
    EXPECT_EQ(times, 2);
}

TEST(MainLoop, EndsAtASignalAndHearsNoneOnceItIsGone)
{
    int heard = 0;
    MainLoop after;
    {
        MainLoop loop;
        loop.on_signal(SIGUSR1, [&] {
            ++heard;
            loop.quit();
        });
        std::raise(SIGUSR1);
        loop.run();
    }
    after.on_signal(SIGUSR1, [&] { after.quit(); });
    std::raise(SIGUSR1);
    after.run();
    EXPECT_EQ(heard, 1);
}

} // namespace fovea::test
