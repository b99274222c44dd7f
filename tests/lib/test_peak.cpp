// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "fovea/bench/machine.h"
#include "fovea/bench/network_bench.h"
#include "fovea/bench/peak.h"
#include "fovea/core/json.h"

namespace fovea {

namespace {

double fastest_clock()
{
    return std::max({measured_clock(1), measured_clock(1), measured_clock(1)});
}

TEST(Peak, ClockIsThatOfAProcessor)
{
    const double clock = fastest_clock();
    EXPECT_GT(clock, 0.3);
    EXPECT_LT(clock, 8);
}

TEST(Peak, OfFloatsIsCoresTimesClockTimesLanes)
{
    const std::string features = cpu_features();
    if (features.find("amx") != std::string::npos)
        GTEST_SKIP() << "fp32 runs on tiles here";
    const double lanes = features.find("avx512") != std::string::npos ? 16
                         : features.find("avx2") != std::string::npos ? 8
                                                                      : 4;
    // A multiplication and an addition on each of at most two ports. Others may use the machine while one of both is
    // measured: the best of each, until they agree
    double clock = 0;
    double peak = 0;
    const auto share = [&] { return peak / (clock * lanes * 2 * 2); };
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    do {
        clock = std::max(clock, fastest_clock());
        peak = std::max(peak, measured_peaks(1)["fp32"].get<double>());
    } while ((share() >= 1.1 || share() <= 0.25) && std::chrono::steady_clock::now() < until);
    EXPECT_LT(share(), 1.1);
    EXPECT_GT(share(), 0.25);
}

TEST(Peak, NoNetworkPassesItInAnyPrecision)
{
    NetworkBenchOptions options;
    options.rounds = 1;
    options.size = 112;
    options.threads = 1;
    options.torch = false;
    const Json bench = bench_network(options);
    for (const auto &[clip, by_engine] : bench.items()) {
        if (clip.rfind("1x", 0) != 0)
            continue;
        for (const char *precision : {"fp32", "bf16", "int8"}) {
            if (!by_engine.contains(precision))
                continue;
            const double share = by_engine[precision]["share_of_peak"].get<double>();
            EXPECT_GT(share, 0) << clip << " " << precision;
            EXPECT_LE(share, 1) << clip << " " << precision;
        }
    }
}

} // namespace

} // namespace fovea
