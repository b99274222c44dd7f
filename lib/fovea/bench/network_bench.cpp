// SPDX-License-Identifier: MIT
#include "fovea/bench/network_bench.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "fovea/bench/flops.h"
#include "fovea/bench/peak.h"
#include "fovea/bench/timed_work.h"
#include "fovea/core/json.h"
#include "fovea/engine/onednn/onednn_extractor.h"
#include "fovea/engine/torch/range_finder.h"
#include "fovea/engine/torch/torch_extractor.h"
#include "fovea/eval/cosine.h"
#include "fovea/nn/backbone.h"
#include "fovea/store/tensors/torch_tensor.h"

namespace fovea {

namespace {

constexpr int steps_to_steady_state = 10; ///< of 8 frames: I3D's kernels see some 100 frames
constexpr std::int64_t bench_frames = 64;
constexpr std::int64_t new_frames = 8;

using Engines = std::map<std::string, std::unique_ptr<OnednnExtractor>>;

at::Tensor random_clip(std::int64_t frames, std::int64_t size)
{
    return at::rand({1, 3, frames, size, size}) * 2 - 1;
}

Array noise(std::int64_t frames, std::int64_t size)
{
    return array_of(random_clip(frames, size));
}

Engines engines_of(const std::shared_ptr<nn::Backbone> &backbone, const ClipSize &clip, int threads)
{
    Engines engines;
    EngineOptions options;
    options.threads = threads;
    const auto add = [&](const char *precision) {
        options.precision = precision;
        engines[precision] = std::make_unique<OnednnExtractor>(backbone, clip, options);
    };
    add("fp32");
    if (cpu_has_bf16())
        add("bf16");
    if (cpu_has_int8()) { // of noise, as the clips are
        const nn::Graph &graph = engines["fp32"]->network().graph();
        RangeFinder finder(graph);
        finder.see(random_clip(few_frames(*backbone), clip.height));
        options.ranges = finder.ranges();
        add("int8");
    }
    return engines;
}

double gflop_of_step(const nn::Graph &graph, std::int64_t size)
{
    const std::vector<MapShape> shapes = map_shapes(graph, {3, unknown_frames, size, size});
    GraphClock clock(graph, shapes);
    GraphStep step;
    for (int i = 0; i <= steps_to_steady_state; ++i)
        step = clock.advance(new_frames, /*last=*/false);
    return valid_flops(graph, shapes, step) / 1e9;
}

Json told(const TimedWork &one, double gflop, const std::string &precision, const Json &peaks)
{
    const double gflops = gflop / one.minimum() * 1e3;
    Json result = {{"min_ms", one.minimum()}, {"median_ms", one.median()}, {"gflops", gflops}};
    if (peaks.contains(precision))
        result["share_of_peak"] = gflops / peaks[precision].get<double>();
    return result;
}

} // namespace

Json bench_network(const NetworkBenchOptions &options)
{
    const std::shared_ptr<nn::Backbone> network =
        nn::make_backbone(options.architecture, /*classes=*/0);
    const ClipSize size = {bench_frames, options.size, options.size};
    const Engines engines = engines_of(network, size, options.threads);
    EngineOptions plain;
    plain.threads = options.threads;
    const auto torch = make_torch_extractor(network, size, plain);
    const Json peaks = measured_peaks(options.threads);
    const nn::Graph &graph = engines.begin()->second->network().graph();

    Json report = {{"architecture", options.architecture},
                   {"clock_ghz", measured_clock(options.threads)},
                   {"peak_gflops", peaks}};
    for (const std::int64_t frames : {bench_frames, few_frames(*network)}) {
        const Array clips = noise(frames, options.size);
        std::vector<TimedWork> works;
        if (options.torch)
            works.push_back({"libtorch", [&] { torch->rows(clips); }});
        for (const auto &[precision, engine] : engines)
            works.push_back({precision, [&, e = engine.get()] { e->rows(clips); }});
        time_in_turns(works, options.rounds);
        const Array exact = engines.at("fp32")->rows(clips);
        const double gflop = gflop_of_clip(graph, frames, options.size);
        Json &clip = report["1x" + std::to_string(frames)];
        clip["gflop"] = gflop;
        for (const TimedWork &one : works) {
            clip[one.name] = told(one, gflop, one.name == "libtorch" ? "fp32" : one.name, peaks);
            if (options.torch)
                clip[one.name]["times_as_fast_as_libtorch"] =
                    works.front().minimum() / one.minimum();
            if (one.name == "libtorch")
                continue;
            clip[one.name]["runtime"] = engines.at(one.name)->runtime();
            if (one.name != "fp32")
                clip[one.name]["cosine_to_fp32"] =
                    cosine_of(engines.at(one.name)->rows(clips), exact);
        }
    }
    for (const auto &[precision, engine] : engines)
        report["in_libtorch"][precision] = engine->network().torch_layers();
    return report;
}

Json bench_stream(const NetworkBenchOptions &options)
{
    const std::shared_ptr<nn::Backbone> i3d = nn::make_backbone("i3d", /*classes=*/0);
    const Engines engines =
        engines_of(i3d, {bench_frames, options.size, options.size}, options.threads);
    const Json peaks = measured_peaks(options.threads);
    const Array window = noise(bench_frames, options.size);
    const Array eight = noise(new_frames, options.size);

    Json report = {{"clock_ghz", measured_clock(options.threads)}, {"peak_gflops", peaks}};
    for (const auto &[precision, engine] : engines) {
        const nn::Graph &graph = engine->network().graph();
        const auto stream = engine->open_stream({1, options.size, options.size, 0, 0});
        for (int i = 0; i < steps_to_steady_state; ++i)
            stream->push(eight);
        std::vector<TimedWork> works = {
            {"window_of_64", [&, e = engine.get()] { e->rows(window); }},
            {"8_new_frames", [&] { stream->push(eight); }}};
        time_in_turns(works, options.rounds);
        Json &told_of = report[precision];
        told_of["window_of_64"] =
            told(works[0], gflop_of_clip(graph, bench_frames, options.size), precision, peaks);
        told_of["8_new_frames"] =
            told(works[1], gflop_of_step(graph, options.size), precision, peaks);
        told_of["times_as_fast"] = works[0].minimum() / works[1].minimum();
        told_of["frames_per_second"] = new_frames / works[1].minimum() * 1e3;
    }
    return report;
}

} // namespace fovea
