#include "commands/bench.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "commands/bench_train.h"
#include "fovea/bench/network_bench.h"
#include "fovea/bench/timed_work.h"
#include "fovea/bundle/load.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/engine/runtime.h"
#include "machine.h"
#include "media/pipeline.h"
#include "media/plan.h"
#include "media/survey.h"
#include "options/model_choice.h"
#include "options/usage.h"

namespace fovea {

namespace {

constexpr int regions = 11;                           // full, 3 x 3, actor (actor focus, grid)
constexpr double grid_fraction = 5.0 / 8;             // likewise
constexpr ImageSize camera_frame = {854, 480};        // pixels
constexpr std::int64_t most_bytes_a_call = 256 << 20; // as foveafeatures

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

/** Not zeros, on which a processor draws less power and runs faster than on pictures */
Array noise(std::vector<std::int64_t> shape)
{
    Array array(std::move(shape));
    std::minstd_rand random(1);
    std::uniform_real_distribution<float> value(-1, 1);
    std::generate(array.values.begin(), array.values.end(), [&] { return value(random); });
    return array;
}

Chain feature_chain(const BenchOptions &options, std::uint64_t frames, int timesteps)
{
    Chain chain = intake();
    chain.push_back({"foveagrid",
                     {{"grid", "3"},
                      {"fraction", to_text(grid_fraction)},
                      {"full-frame", "true"},
                      {"actor", "true"}}});
    chain.push_back({"queue", {{"max-size-buffers", "8"}}});
    chain.push_back({"foveafeatures",
                     {{"model", options.model},
                      {"precision", options.precision},
                      {"mode", options.mode},
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
    const auto extractor = load_feature_extractor(model, engine);
    const auto clip_bytes = static_cast<std::int64_t>(sizeof(float)) * 3 * card.sampling.frames *
                            card.input.size.height * card.input.size.width;
    const std::int64_t batch = std::clamp<std::int64_t>(most_bytes_a_call / clip_bytes, 1, regions);
    const auto clips_of = [&](std::int64_t count) {
        return noise(
            {count, 3, card.sampling.frames, card.input.size.height, card.input.size.width});
    };
    const Array full = clips_of(batch);
    const Array rest = clips_of(std::max<std::int64_t>(regions % batch, 1));
    const bool streams = options.mode == "one-shot" && extractor->frames_per_row() > 0;

    const auto clips_alone = [&](int timesteps) {
        for (int i = 0; i < timesteps; ++i) {
            for (std::int64_t done = 0; done + batch <= regions; done += batch)
                extractor->rows(full);
            if (regions % batch != 0)
                extractor->rows(rest);
        }
    };
    const Array pushed = noise({regions, 3, std::max<std::int64_t>(extractor->frames_per_row(), 1),
                                card.input.size.height, card.input.size.width});
    const auto stream_alone = [&](int timesteps) {
        const auto stream =
            extractor->open_stream({regions, card.input.size.height, card.input.size.width, 0, 0});
        const std::int64_t frames = std::int64_t{timesteps} * card.sampling.frames;
        for (std::int64_t done = 0; done < frames; done += extractor->frames_per_row())
            stream->push(pushed);
        stream->finish();
    };
    const auto alone = [&](int timesteps) {
        streams ? stream_alone(timesteps) : clips_alone(timesteps);
    };
    const auto pipeline = [&](int timesteps) {
        FilePipeline({media.file, feature_chain(options, survey.frames, timesteps), {}}).run({});
    };
    std::vector<TimedWork> works = {{"engine", [&] { alone(options.timesteps); }},
                                    {"pipeline", [&] { pipeline(options.timesteps); }},
                                    {"engine_start", [&] { alone(1); }},
                                    {"pipeline_start", [&] { pipeline(1); }}};
    time_in_turns(works, options.rounds);
    const auto beyond_start = [&](std::size_t work) {
        return works[work].minimum() - works[work + 2].minimum();
    };
    return {{"model", model.name()},
            {"runtime", extractor->runtime()},
            {"mode", options.mode},
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

Json bench_detect(const BenchOptions &options)
{
    DetectorSettings settings;
    settings.threads = options.threads;
    const auto detector = load_detector(options.detector, settings);
    RgbImage image;
    image.size = detector->input_size(camera_frame);
    image.pixels.resize(static_cast<std::size_t>(image.size.width * image.size.height * 3));
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>(i * i / 7); // edges in all directions
    std::vector<TimedWork> one = {{options.detector, [&] { detector->detect(image); }}};
    time_in_turns(one, options.rounds);
    Json result = times_of(one.front());
    result["detector"] = options.detector;
    result["width"] = image.size.width;
    result["height"] = image.size.height;
    return result;
}

} // namespace

int bench(const BenchOptions &options)
{
    const NetworkBenchOptions network = {options.rounds, options.size, options.threads,
                                         options.torch, options.architecture};
    Json report = {{"machine", machine()}, {"rounds", options.rounds}};
    if (options.what == "i3d" || options.what == "network")
        report[options.what] = bench_network(network);
    else if (options.what == "stream")
        report["stream"] = bench_stream(network);
    else if (options.what == "pipeline")
        report["pipeline"] = bench_pipeline(options);
    else if (options.what == "train")
        report.update(bench_train(options.rounds, options.threads));
    else
        report["detect"] = bench_detect(options);
    std::puts(report.dump(2).c_str());
    return 0;
}

} // namespace fovea
