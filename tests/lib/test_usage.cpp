// SPDX-License-Identifier: MIT
#include <chrono>
#include <ctime>
#include <thread>

#include <gtest/gtest.h>

#include "fovea/bench/usage.h"

namespace fovea {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

double processor_seconds_of_thread()
{
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/** \brief For 0.2 s of a processor, however many want it */
void spin()
{
    const double end = processor_seconds_of_thread() + 0.2;
    while (processor_seconds_of_thread() < end) {
    }
}

TEST(Usage, OfSleepIsNearNothing)
{
    const Json usage = usage_of([] { std::this_thread::sleep_for(milliseconds(200)); });
    EXPECT_LT(usage["cores_used"].get<double>(), 0.5) << "the sampling itself takes some";
    EXPECT_LT(usage["runnable_threads"]["mean"].get<double>(), 0.5);
    EXPECT_GE(usage["voluntary_switches"].get<long>(), 1);
}

TEST(Usage, OfTwoThreadsThatSpinIsTwoThreads)
{
    const auto begin = Clock::now();
    const Json usage = usage_of([] {
        std::thread other(spin);
        spin();
        other.join();
    });
    const std::chrono::duration<double> passed = Clock::now() - begin;
    EXPECT_GE(usage["runnable_threads"]["most"].get<int>(), 2);
    EXPECT_GT(usage["runnable_threads"]["mean"].get<double>(), 1);
    EXPECT_GT(usage["cores_used"].get<double>() * passed.count(), 0.39);
}

} // namespace

} // namespace fovea
