// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/bench/detector_bench.h"
#include "fovea/bench/engine_load.h"
#include "fovea/bench/machine.h"

namespace fovea {

namespace {

TEST(EngineLoad, RunsClipsAndStreams)
{
    const Bundle watch = Bundle::open("watch");
    EngineOptions options;
    options.precision = "fp32";
    options.threads = 1;
    for (const bool one_clip : {false, true}) {
        const EngineLoad load(watch, options, /*regions=*/2, one_clip);
        EXPECT_NE(load.runtime().find("fp32"), std::string::npos) << load.runtime();
        EXPECT_NO_THROW(load.run(2));
    }
}

TEST(DetectorBench, TellsTimesAndTheSizeLookedAt)
{
    const Json bench = bench_detector("hog", /*rounds=*/1, {});
    EXPECT_GT(bench["min_ms"].get<double>(), 0);
    EXPECT_GE(bench["median_ms"].get<double>(), bench["min_ms"].get<double>());
    EXPECT_GT(bench["width"].get<int>(), bench["height"].get<int>());
}

TEST(Machine, TellsItsProcessorInOneLine)
{
    EXPECT_FALSE(cpu_name().empty());
    EXPECT_FALSE(cpu_features().empty());
    EXPECT_EQ((cpu_name() + cpu_features()).find('\n'), std::string::npos);
}

} // namespace

} // namespace fovea
