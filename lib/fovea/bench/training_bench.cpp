// SPDX-License-Identifier: MIT
#include "fovea/bench/training_bench.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <numeric>

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include "fovea/bench/scratch_folder.h"
#include "fovea/bench/timed_work.h"
#include "fovea/engine/onednn/precision.h"
#include "fovea/engine/torch/torch_device.h"
#include "fovea/nn/heads.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/data/feature_samples.h"
#include "fovea/train/loop/named_recipes.h"
#include "fovea/train/loop/trainer.h"
#include "fovea/train/training_steps.h"

namespace fovea {

namespace {

constexpr int batch_size = 16; // the compact network's recipe
constexpr int steps = 10;      // of a timed run
constexpr int videos = 48;     // 138 MB of features
constexpr int regions = 11;    // RAN: a full view, 3 x 3, the actor
constexpr int timesteps = 64;
constexpr int channels = 1024;

double fastest_seconds(int rounds, const std::function<void()> &run)
{
    std::vector<TimedWork> alone = {{"train", run}};
    time_in_turns(alone, rounds);
    return alone[0].minimum() / 1000;
}

/** \brief The process's memory in use now */
double resident_megabytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == "VmRSS:") {
            double kilobytes = 0;
            status >> kilobytes;
            return kilobytes / 1024;
        }
    }
    return 0;
}

/** \brief One clip again and again: what is timed is the step */
class OneClip final : public SampleSource
{
public:
    std::vector<std::size_t> order(std::int64_t) const override
    {
        std::vector<std::size_t> order(std::size_t{steps} * batch_size);
        std::iota(order.begin(), order.end(), 0);
        return order;
    }

    Sample sample(std::size_t index, std::int64_t) const override
    {
        return {clip_, static_cast<std::int64_t>(index % 2)};
    }

private:
    at::Tensor clip_ = at::rand({3, 17, 96, 96});
};

Json bench_step(int rounds, at::Device device, TrainPrecision precision)
{
    BackboneClassifier classifier(nn::make_backbone("watch", 2), 2, {});
    classifier.to(device);
    TrainerOptions options;
    options.precision = precision;
    options.recipe = recipe_named("from-scratch", NamedRecipe::Trains::Backbone).recipe;
    options.recipe.epochs = 1;
    const OneClip clips;
    const double seconds =
        fastest_seconds(rounds, [&] { train(classifier, clips, nullptr, options); });
    return {{"network", "watch"},
            {"device", device.str()},
            {"precision", name_of(train_precisions, precision)},
            {"batch", batch_size},
            {"min_ms_per_step", 1000 * seconds / steps},
            {"clips_per_second", steps * batch_size / seconds}};
}

std::vector<FeatureClip> make_features(const std::filesystem::path &folder)
{
    FeatureFile file;
    file.features = Array({regions, timesteps, channels});
    file.boxes.resize(regions);
    file.times.resize(timesteps);
    std::vector<FeatureClip> clips;
    for (int i = 0; i < videos; ++i) {
        std::fill(file.features.values.begin(), file.features.values.end(), i % 2 ? 0.1F : 0.2F);
        clips.push_back({folder / (std::to_string(i) + ".pt"), i % 2});
        write_feature_file(clips.back().file, file);
    }
    return clips;
}

Json bench_head(int rounds, at::Device device)
{
    const ScratchFolder folder;
    FeatureSamplesOptions from_disk;
    from_disk.memory = 0;
    const FeatureSamples samples(make_features(folder.path()), from_disk);
    const auto head = nn::make_head("ra", channels, /*classes=*/2);
    HeadClassifier classifier(head);
    classifier.to(device);
    TrainerOptions options;
    options.recipe = recipe_named("heads", NamedRecipe::Trains::Head).recipe;
    options.recipe.epochs = 1;
    train(classifier, samples, nullptr, options);
    const double before = resident_megabytes();
    const double seconds =
        fastest_seconds(rounds, [&] { train(classifier, samples, nullptr, options); });
    const double megabytes =
        double{videos} * regions * timesteps * channels * sizeof(float) / (1 << 20);
    return {{"head", "ra"},
            {"features", {regions, timesteps, channels}},
            {"videos", videos},
            {"videos_per_second", videos / seconds},
            {"megabytes_per_second", megabytes / seconds},
            {"memory_growth_mb", resident_megabytes() - before}};
}

} // namespace

Json bench_train(int rounds, int threads, const std::string &device)
{
    const at::Device there = torch_device(device);
    prepare_process(threads);
    at::manual_seed(0);
    Json report = {{"threads", at::get_num_threads()},
                   {"backbone", bench_step(rounds, there, TrainPrecision::Fp32)},
                   {"head", bench_head(rounds, there)}};
    if (there.is_cuda() || cpu_has_bf16())
        report["backbone_bf16"] = bench_step(rounds, there, TrainPrecision::Bf16);
    return report;
}

} // namespace fovea
