// SPDX-License-Identifier: MIT
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "fovea/bench/usage.h"

namespace fovea {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

void spin()
{
    const auto end = Clock::now() + milliseconds(200);
    while (Clock::now() < end) {
    }
}

TEST(Usage, OfSleepIsNearNothing)
{
    const Json usage = usage_of([] { std::this_thread::sleep_for(milliseconds(200)); });
    EXPECT_LT(usage["cores_used"].get<double>(), 0.3) << "the sampling itself takes some";
    EXPECT_LT(usage["runnable_threads"]["mean"].get<double>(), 0.5);
    EXPECT_GE(usage["voluntary_switches"].get<long>(), 1);
}

TEST(Usage, OfTwoThreadsThatSpinIsTwoThreads)
{
    const Json usage = usage_of([] {
        std::thread other(spin);
        spin();
        other.join();
    });
    EXPECT_GE(usage["runnable_threads"]["most"].get<int>(), 2);
    EXPECT_GT(usage["runnable_threads"]["mean"].get<double>(), 1);
    EXPECT_GT(usage["cores_used"].get<double>(), 0.05); // others may have the cores
}

} // namespace

} // namespace fovea
