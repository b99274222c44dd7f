// SPDX-License-Identifier: MIT
/*
 * What test_processes.cpp starts as one process or several: train_together FILE OPTIMISER MANY_LABELS
 * trains the compact network on seven clips of noise as the environment says; rank 0 writes its weights.
 * PATIENCE are the seconds for the others; with DIES it is killed after an epoch,
 * with STOPS it is interrupted while it waits for the others, with DECODES all open clips that take a minute,
 * until one has opened five: that with the rank in DECODES is interrupted then; how many each opened is written beside FILE.
 */
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include <ATen/Parallel.h>

#include "fovea/core/errors.h"
#include "fovea/nn/backbone.h"
#include "fovea/train/loop/module_state.h"
#include "fovea/train/loop/trainer.h"
#include "fovea/train/training_steps.h"
#include "memory_samples.h"
#include "named_numbers.h"

namespace {

using namespace fovea;

constexpr std::int64_t clips = 7; // batches of 4 and 3: no equal shares

std::vector<Sample> noise(bool many_labels, bool training)
{
    std::vector<Sample> samples;
    for (std::int64_t i = 0; i < clips; ++i) {
        Sample sample;
        sample.input =
            named_numbers::uniform("clip/" + std::to_string(i), {3, 5, 32, 32}).to(at::kFloat);
        sample.target = i % 2;
        if (many_labels)
            sample.labels = at::full({2, training ? 5 : 1}, i % 3 == 0 ? 1 : 0);
        samples.push_back(sample);
    }
    return samples;
}

std::string variable(const char *name)
{
    const char *value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/** \brief Videos that take a tenth of a second each, and then cannot be decoded */
class SlowVideos final : public ClipSource
{
public:
    std::shared_ptr<const FrameFile> open(const ListedClip &clip) const override
    {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        ++opened;
        throw Error(Error::Kind::Settings, clip.id);
    }

    mutable std::atomic<int> opened{0};
};

class DyingWatcher final : public RunWatcher
{
public:
    void epoch(const EpochRecord &, int) override { std::raise(SIGKILL); }
};

class InterruptedWatcher final : public RunWatcher
{
public:
    InterruptedWatcher(const SlowVideos &videos, bool is_it) : videos_(videos), is_it_(is_it) {}

    bool stops() override { return is_it_ && videos_.opened >= 5; }

private:
    const SlowVideos &videos_;
    bool is_it_;
};

void decode(const Processes &processes, int interrupted, const std::filesystem::path &folder)
{
    ClipList list;
    list.clips.resize(600);
    SlowVideos videos;
    InterruptedWatcher watcher(videos, processes.rank() == interrupted);
    try {
        open_all(&list, videos, processes, watcher);
    } catch (...) {
        std::ofstream(folder / "opened") << videos.opened;
        throw;
    }
}

int run(const std::filesystem::path &file, const std::string &optimiser, bool many_labels)
{
    at::set_num_threads(1);
    const auto network = nn::make_backbone("watch", /*classes=*/2);
    named_numbers::fill(*network);
    BackboneClassifier classifier(network, 2, {});
    ProcessPlace place = process_place(variable);
    place.options = optimiser;
    const bool is_stopped = !variable("STOPS").empty();
    const Processes processes(place, at::kCPU,
                              std::chrono::seconds(std::atoi(variable("PATIENCE").c_str())),
                              [&] { return is_stopped; });

    if (const std::string rank = variable("DECODES"); !rank.empty()) {
        decode(processes, std::atoi(rank.c_str()), file.parent_path());
        return 0;
    }

    TrainerOptions options;
    options.recipe.optimiser = value_named(optimisers, "optimiser", optimiser);
    options.recipe.momentum = 0.9;
    options.recipe.learning_rate = 1e-2;
    options.recipe.epsilon = 1e-3; // so that Adam does not enlarge what is rounding alone
    options.recipe.label_smoothing = many_labels ? 0 : 0.1;
    options.recipe.class_weights =
        many_labels ? std::vector<float>() : std::vector<float>{1.5, 0.5};
    options.recipe.labelling = many_labels ? Labelling::Many : Labelling::One;
    options.recipe.average_decay = 0.9;
    options.recipe.clip_norm = 5;
    options.recipe.batch_size = 4;
    // Longer runs of Adam part by 2e-3 here, as those of one process with one thread and two do
    options.recipe.epochs = optimiser == "sgd" ? 3 : 1;
    options.folder = file.parent_path();
    options.processes = &processes;
    const MemorySamples training(noise(many_labels, true), /*as_views=*/false);
    const MemorySamples validation(noise(many_labels, false), /*as_views=*/true);
    DyingWatcher dies;
    const TrainReport report = train(classifier, training, &validation, options,
                                     variable("DIES").empty() ? nullptr : &dies);
    if (processes.is_first()) {
        Weights weights = copy_of(classifier.module());
        for (const EpochRecord &epoch : report.history)
            weights.emplace("epoch " + std::to_string(epoch.epoch),
                            at::tensor({epoch.train_loss, epoch.train_accuracy,
                                        epoch.validation_loss, epoch.validation_accuracy},
                                       at::kDouble));
        write_weights(file, weights);
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    try {
        return argc == 4 ? run(argv[1], argv[2], std::strcmp(argv[3], "many") == 0) : 2;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
