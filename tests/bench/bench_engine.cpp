// What I3D costs by engine and precision, and a stream of it by 8 frames: JSON on stdout.
// Engines take turns, so that a slow phase of the machine meets all of them; compare the ratios.
//
//   bench_engine [ROUNDS [SIZE]]      5 rounds of 224 x 224 pixels

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "fovea/engine/onednn_extractor.h"
#include "fovea/engine/torch_extractor.h"
#include "fovea/nn/backbone.h"

namespace {

using fovea::Array;

class Times
{
public:
    void run(const std::function<void()> &work)
    {
        using Clock = std::chrono::steady_clock;
        const std::clock_t cpu = std::clock();
        const auto start = Clock::now();
        work();
        milliseconds_.push_back(
            std::chrono::duration<double, std::milli>(Clock::now() - start).count());
        cpu_ = std::min(cpu_, 1e3 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC);
    }

    /** \brief The least processor time, of all threads: what a busy machine does not stretch */
    double cpu() const { return cpu_; }

    double minimum() const { return *std::min_element(milliseconds_.begin(), milliseconds_.end()); }

    double median() const
    {
        std::vector<double> sorted = milliseconds_;
        std::sort(sorted.begin(), sorted.end());
        return sorted[sorted.size() / 2];
    }

private:
    std::vector<double> milliseconds_;
    double cpu_ = std::numeric_limits<double>::max();
};

struct Contender {
    std::string name;
    std::function<void()> work;
    Times times;
};

nlohmann::json race(std::vector<Contender> contenders, int rounds)
{
    for (Contender &one : contenders)
        one.work(); // plans, caches, pages
    for (int round = 0; round < rounds; ++round) {
        for (Contender &one : contenders)
            one.times.run(one.work);
    }
    nlohmann::json results;
    for (const Contender &one : contenders)
        results[one.name] = {
            {"min_ms", one.times.minimum()},
            {"median_ms", one.times.median()},
            {"cpu_ms", one.times.cpu()},
            {"times_as_fast", contenders.front().times.minimum() / one.times.minimum()}};
    return results;
}

Array noise(std::vector<std::int64_t> shape)
{
    Array clips(std::move(shape));
    const at::Tensor values = at::rand(clips.shape) * 2 - 1;
    std::copy_n(values.data_ptr<float>(), clips.values.size(), clips.values.begin());
    return clips;
}

} // namespace

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
    const std::int64_t size = argc > 2 ? std::atoll(argv[2]) : 224;
    const std::shared_ptr<fovea::nn::Backbone> i3d = fovea::nn::make_backbone("i3d", 0);
    const fovea::ClipSize clip = {64, size, size};
    fovea::EngineOptions options;
    const auto torch = fovea::make_torch_extractor(i3d, clip, options);
    std::map<std::string, std::unique_ptr<fovea::OnednnExtractor>> engines;
    for (const std::string precision : {"fp32", "bf16"}) {
        if (precision == "bf16" && !fovea::cpu_has_bf16())
            continue;
        options.precision = precision;
        engines[precision] = std::make_unique<fovea::OnednnExtractor>(i3d, clip, options);
    }

    nlohmann::json report = {{"size", size}, {"rounds", rounds}, {"torch", torch->runtime()}};
    for (const auto &[frames, name] : {std::pair(64, "1x64"), std::pair(8, "1x8")}) {
        const Array clips = noise({1, 3, frames, size, size});
        std::vector<Contender> contenders = {{"torch", [&] { torch->rows(clips); }, {}}};
        for (const auto &[precision, engine] : engines)
            contenders.push_back({precision, [&, e = engine.get()] { e->rows(clips); }, {}});
        report[name] = race(std::move(contenders), rounds);
    }

    const Array window = noise({1, 3, 64, size, size});
    const Array eight = noise({1, 3, 8, size, size});
    for (const auto &[precision, engine] : engines) {
        const auto stream = engine->open_stream({1, size, size, 0, 0});
        for (int i = 0; i < 10; ++i) // to its usual step
            stream->push(eight);
        report["stream " + precision] =
            race({{"window of 64", [&, e = engine.get()] { e->rows(window); }, {}},
                  {"8 new frames", [&] { stream->push(eight); }, {}}},
                 rounds);
    }
    std::cout << report.dump(2) << '\n';
    return 0;
}
