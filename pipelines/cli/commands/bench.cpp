// SPDX-License-Identifier: MIT
#include "commands/bench.h"

#include <cstdio>
#include <thread>
#include <vector>

#include "fovea/bench/cuda_bench.h"
#include "fovea/bench/detector_bench.h"
#include "fovea/bench/engine_load.h"
#include "fovea/bench/machine.h"
#include "fovea/bench/network_bench.h"
#include "fovea/bench/timed_work.h"
#include "fovea/bench/training_bench.h"
#include "fovea/bench/usage.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/engine/engine_info.h"
#include "interrupt.h"
#include "media/analysis_plan.h"
#include "media/pipeline.h"
#include "media/survey.h"

namespace fovea {

namespace {

constexpr int regions = 11;               // full, 3 x 3, actor (actor focus, grid)
constexpr double grid_fraction = 5.0 / 8; // likewise

Json machine()
{
    return {{"processor", cpu_name()},        {"cores", std::thread::hardware_concurrency()},
            {"features", cpu_features()},     {"onednn", onednn_version()},
            {"libtorch", libtorch_version()}, {"cpu_precision", cpu_precision()}};
}

Json times_of(const TimedWork &one)
{
    return {{"min_ms", one.minimum()}, {"median_ms", one.median()}};
}

Chain feature_chain(const BenchOptions &options, std::uint64_t frames, int timesteps)
{
    Chain chain = intake();
    chain.push_back({"foveagrid",
                     {{"grid", "3"},
                      {"fraction", to_text(grid_fraction)},
                      {"full-frame", "true"},
                      {"actor", "true"}}});
    chain.push_back(bounded_queue());
    chain.push_back({"foveafeatures",
                     {{"model", options.model},
                      {"precision", options.precision},
                      {"mode", name_of(feature_modes, options.mode)},
                      {"sampling", name_of(samplings, Sampling::Uniform)},
                      {"timesteps", std::to_string(timesteps)},
                      {"total-frames", std::to_string(frames)},
                      {"threads", std::to_string(options.threads)}}});
    chain.push_back({"fakesink", {{"sync", "false"}}});
    return chain;
}

/**
 * Decoding and all elements against the same calls of the engine and nothing else; beyond the start
 * is what timesteps after the first take: weights and plans are loaded and made in it
 */
Json bench_pipeline(const BenchOptions &options)
{
    if (options.video.empty())
        throw Error(Error::Kind::Settings, "bench pipeline needs a video file: --video FILE");
    const Bundle model = open_activity_model(options.model);
    const ActivityCard card = model.activity();
    const MediaInfo media = media_info(options.video);
    AnalysisSettings settings;
    settings.sampling = Sampling::Uniform;
    ActivityCard without_actor = card; // its frames are counted, no person is looked for
    without_actor.regions.actor = false;
    const Survey survey = run_survey(AnalysisPlan(without_actor, settings, media), media, {});

    EngineOptions engine;
    engine.precision = options.precision;
    engine.threads = options.threads;
    const EngineLoad alone(model, engine, regions, options.mode == FeatureMode::OneShot);
    const auto pipeline = [&](int timesteps) {
        FilePipeline({media.file, feature_chain(options, survey.frames, timesteps), {}}).run({});
    };
    std::vector<TimedWork> works = {{"engine", [&] { alone.run(options.timesteps); }},
                                    {"pipeline", [&] { pipeline(options.timesteps); }},
                                    {"engine_start", [&] { alone.run(1); }},
                                    {"pipeline_start", [&] { pipeline(1); }}};
    time_in_turns(works, options.rounds);
    const auto beyond_start = [&](std::size_t work) {
        return works[work].minimum() - works[work + 2].minimum();
    };
    return {{"model", model.name()},
            {"runtime", alone.runtime()},
            {"mode", name_of(feature_modes, options.mode)},
            {"video", media.file.filename().string()},
            {"frames", survey.frames},
            {"timesteps", options.timesteps},
            {"regions", regions},
            {"engine", times_of(works[0])},
            {"pipeline", times_of(works[1])},
            {"pipeline_of_one_timestep", times_of(works[3])},
            {"pipeline_over_engine", works[1].minimum() / works[0].minimum()},
            {"pipeline_over_engine_beyond_start", beyond_start(1) / beyond_start(0)},
            {"pipeline_usage", usage_of(works[1].work)}};
}

PictureEngine detector_of(const BenchOptions &options)
{
    PictureEngine settings;
    if (options.precision != "auto")
        settings.precision = options.precision;
    settings.threads = options.threads;
    return settings;
}

} // namespace

int bench(const BenchOptions &options)
{
    if (options.what != "pipeline") // which stops by itself
        leave_interrupts();
    const NetworkBenchOptions network = {options.rounds, options.size, options.threads,
                                         options.torch, options.architecture};
    Json report = {{"machine", machine()}, {"rounds", options.rounds}};
    if (options.what == "i3d" || options.what == "network")
        report[options.what] = options.device == "cpu"
                                   ? bench_network(network)
                                   : bench_network_on_gpu(network, options.device);
    else if (options.what == "stream")
        report["stream"] = bench_stream(network);
    else if (options.what == "pipeline")
        report["pipeline"] = bench_pipeline(options);
    else if (options.what == "train")
        report.update(bench_train(options.rounds, options.threads, options.device));
    else
        report["detect"] = bench_detector(options.detector, options.rounds, detector_of(options));
    std::puts(report.dump(2).c_str());
    return 0;
}

} // namespace fovea
