// SPDX-License-Identifier: MIT
#include "fovea/train/loop/trainer.h"

#include <chrono>
#include <cmath>
#include <optional>

#include <ATen/ATen.h>
#include <ATen/Context.h>

#include "fovea/core/array.h"
#include "fovea/core/errors.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/data/batch_loader.h"
#include "fovea/train/loop/checkpoint.h"
#include "fovea/train/loop/device_batches.h"
#include "fovea/train/loop/goal.h"
#include "fovea/train/loop/learning_rate.h"
#include "fovea/train/loop/module_state.h"
#include "fovea/train/loop/objective.h"
#include "fovea/train/loop/optimiser.h"
#include "fovea/train/loop/validation.h"
#include "fovea/train/run_watcher.h"

namespace fovea {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t mixing_stream = 0x6d697875; // keeps the draws of mixup apart from others

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/** \brief Sums over the samples of an epoch */
struct Tally {
    double loss = 0;
    double hits = 0;
    double count = 0;
    double rate = 0; ///< of the last step

    double mean_loss() const { return count > 0 ? loss / count : 0; }

    double accuracy() const { return count > 0 ? hits / count : 0; }
};

class Training
{
public:
    Training(Classifier &classifier, const TrainerOptions &options, RunWatcher *watcher)
        : classifier_(classifier),
          options_(options),
          recipe_(options.recipe),
          watcher_(watcher != nullptr ? *watcher : nobody_),
          objective_(options.recipe, classifier.classes(), options.teacher),
          optimiser_(classifier.module(), options.recipe, classifier.last_layer()),
          device_(classifier.device()),
          processes_(options.processes != nullptr ? *options.processes : alone_)
    {
        made_with_ = to_json(recipe_);
        made_with_.update(options.trained_on);
        if (recipe_.average_decay > 0)
            average_ = copy_of(classifier.module());
    }

    TrainReport run(const SampleSource &training, const SampleSource *validation)
    {
        if (options_.resume && std::filesystem::exists(checkpoint_file()))
            resume();
        begin_as_the_first();
        try {
            while (!stopped_ && epochs_done() < recipe_.epochs && !out_of_patience())
                stopped_ = !run_epoch(training, validation);
        } catch (...) {
            put_back_kept();
            throw;
        }
        put_back_kept();
        return {history_, stopped_};
    }

private:
    int epochs_done() const { return static_cast<int>(history_.size()); }

    bool out_of_patience() const
    {
        return recipe_.patience > 0 && epochs_done() - best_.epoch >= recipe_.patience;
    }

    /** \brief Somebody wants an end: all processes hear of it at the same step */
    bool stop() const { return processes_.any(watcher_.stops()); }

    std::filesystem::path checkpoint_file() const { return options_.folder / checkpoint_name; }

    void resume()
    {
        Checkpoint checkpoint = read_checkpoint(checkpoint_file(), made_with_);
        const Weights own = copy_of(classifier_.module());
        check_same_parts("", checkpoint.model, own);
        check_same_parts("average.", checkpoint.average,
                         recipe_.average_decay > 0 ? own : Weights());
        check_same_parts("kept.", checkpoint.kept, own);
        restore(classifier_.module(), checkpoint.model);
        optimiser_.restore(checkpoint.optimiser, checkpoint_file());
        average_ = weights_on(device_, checkpoint.average);
        kept_ = std::move(checkpoint.kept);
        history_ = std::move(checkpoint.history);
        for (const EpochRecord &record : history_) {
            if (record.best)
                best_ = record;
        }
    }

    /**
     * \brief Whether the module's parts are those that were kept: another version may have others
     * \param prefix of what was kept of it
     */
    void check_same_parts(const std::string &prefix, const Weights &kept, const Weights &own) const
    {
        const auto unfit = [this](const std::string &what) {
            return unfit_checkpoint(
                checkpoint_file(),
                what + "; train anew into another --out, or go on with the version that began it");
        };
        const auto refuse_others = [&](const Weights &of, const Weights &than, const char *has,
                                       const char *lacks) {
            for (const auto &entry : of) {
                if (than.count(entry.first) == 0)
                    throw unfit(std::string(has) + " '" + prefix + entry.first +
                                "', which the network " + lacks);
            }
        };
        refuse_others(kept, own, "has", "lacks");
        refuse_others(own, kept, "lacks", "has");
        for (const auto &[name, tensor] : kept)
            if (const at::Tensor &of_network = own.at(name); tensor.sizes() != of_network.sizes())
                throw unfit("has '" + prefix + name + "' of " + sizes_text(tensor.sizes()) +
                            ", of which the network has " + sizes_text(of_network.sizes()));
    }

    /** \brief One module in all processes, whatever files and random numbers each began with */
    void begin_as_the_first()
    {
        if (!processes_.are_several())
            return;
        at::Tensor done = at::full({1}, epochs_done(), at::kDouble);
        processes_.copy_from_first(done);
        if (processes_.any(done.item<double>() != epochs_done()))
            throw Error(Error::Kind::Settings,
                        "training: '" + checkpoint_file().string() +
                            "' is not the same in all processes; expected a folder that all see");
        Weights weights = copy_of(classifier_.module());
        for (auto &entry : weights)
            processes_.copy_from_first(entry.second);
        restore(classifier_.module(), weights);
        if (!average_.empty() && history_.empty())
            average_ = weights;
    }

    /** \return false when it was stopped; the epoch then counts as not begun */
    bool run_epoch(const SampleSource &training, const SampleSource *validation)
    {
        const auto start = Clock::now();
        at::manual_seed(Random({recipe_.seed, static_cast<std::uint64_t>(epochs_done())}).next());
        Tally tally;
        if (!train_batches(training, &tally))
            return false;

        EpochRecord record;
        record.epoch = epochs_done() + 1;
        record.train_loss = tally.mean_loss();
        record.train_accuracy = tally.accuracy();
        record.learning_rate = tally.rate;
        const Weights raw = copy_of(classifier_.module());
        if (!average_.empty())
            restore(classifier_.module(), average_);
        if (validation != nullptr && !validate(*validation, &record)) {
            restore(classifier_.module(), raw);
            return false;
        }
        keep_if_good(&record);
        restore(classifier_.module(), raw);
        record.seconds = seconds_since(start);
        history_.push_back(record);
        save(raw);
        watcher_.epoch(record, recipe_.epochs);
        return true;
    }

    bool train_batches(const SampleSource &training, Tally *tally)
    {
        BatchLoader loader(training, recipe_.batch_size, options_.ahead, device_.is_cuda(),
                           {processes_.rank(), processes_.count()});
        loader.begin(epochs_done());
        DeviceBatches on_device(loader, device_);
        const std::int64_t batches = loader.batches();
        if (batches == 0)
            throw Error(Error::Kind::Settings, "training: there is no clip to train on");
        classifier_.set_training(true);
        for (std::int64_t i = 0; i < batches; ++i) {
            if (stop())
                return false;
            tally->rate = learning_rate(recipe_, epochs_done() * batches + i, batches) *
                          plateau_factor(recipe_, history_);
            optimiser_.set_learning_rate(tally->rate);
            step(*on_device.next(), i, tally);
            watcher_.progress(share_done(i + 1, batches));
        }
        return true;
    }

    void step(const Batch &batch, std::int64_t index, Tally *tally)
    {
        optimiser_.zero_grad();
        std::optional<ProcessesBatch> shared;
        if (processes_.are_several())
            shared.emplace(processes_, batch.first, batch.of_all);
        double loss = 0;
        double hits = 0;
        Random random({recipe_.seed, mixing_stream, static_cast<std::uint64_t>(epochs_done()),
                       static_cast<std::uint64_t>(index)});
        for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
            Objective::Outcome outcome;
            {
                const Autocast autocast(options_.precision, device_);
                outcome = options_.goal != nullptr
                              ? options_.goal->of(classifier_, batch.inputs[i], batch.labels[i])
                              : objective_.of(classifier_, batch, i, &random);
            }
            (outcome.loss / static_cast<double>(batch.of_all)).backward();
            loss += outcome.loss.item<double>();
            hits += outcome.hits;
        }
        at::Tensor sums = at::tensor({loss, hits}, at::kDouble);
        processes_.add_up(sums);
        tally->loss += sums[0].item<double>();
        tally->hits += sums[1].item<double>();
        tally->count += static_cast<double>(batch.of_all);
        if (!std::isfinite(tally->loss))
            throw not_finite(batch, index, tally->rate);
        optimiser_.add_up_gradients(processes_);
        optimiser_.clip(recipe_.clip_norm);
        optimiser_.step();
        if (!average_.empty())
            update_average(&average_, classifier_.module(), recipe_.average_decay);
    }

    Error not_finite(const Batch &batch, std::int64_t index, double rate) const
    {
        bool clean = true;
        for (const at::Tensor &input : batch.inputs)
            clean = clean && input.isfinite().all().item<bool>();
        clean = !processes_.any(!clean);
        const std::string cause =
            clean ? "the weights have grown without bound at a learning rate of " +
                        std::to_string(rate) + "; lower it, or clip the gradient"
                  : "the inputs hold values that are no numbers; extract them again";
        return {Error::Kind::Settings, "training: the loss is no number in epoch " +
                                           std::to_string(epochs_done() + 1) + ", batch " +
                                           std::to_string(index + 1) + ": " + cause};
    }

    ValidationFigures figures_on(const SampleSource &validation) const
    {
        const auto stops = [this] { return watcher_.stops(); };
        if (options_.goal != nullptr) {
            const ValidationFigures own = options_.goal->judge(classifier_, validation, stops);
            // What all do next follows from it: to the bit the same
            at::Tensor figures = at::tensor({own.loss, own.accuracy}, at::kDouble);
            if (processes_.are_several())
                processes_.copy_from_first(figures);
            return {figures[0].item<double>(), figures[1].item<double>()};
        }
        return figures_of(
            score_samples(classifier_, validation, epochs_done(), recipe_, stops, processes_));
    }

    bool validate(const SampleSource &validation, EpochRecord *record) const
    {
        const ValidationFigures figures = figures_on(validation);
        if (stop())
            return false;
        if (!std::isfinite(figures.loss))
            throw Error(Error::Kind::Settings,
                        "training: the loss on validation is no number in epoch " +
                            std::to_string(epochs_done() + 1) +
                            ": the weights have grown without bound; lower the learning rate, or "
                            "clip the gradient");
        record->validated = !validation.order(epochs_done()).empty();
        record->validation_loss = figures.loss;
        record->validation_accuracy = figures.accuracy;
        record->many_labels = recipe_.labelling == Labelling::Many;
        return true;
    }

    bool beats_best(const EpochRecord &record) const
    {
        const bool smaller_loss = record.validation_loss < best_.validation_loss;
        if (recipe_.best_by_loss || record.validation_accuracy == best_.validation_accuracy)
            return smaller_loss;
        return record.validation_accuracy > best_.validation_accuracy;
    }

    /** \brief The module holds what was validated: remember it when it is the best so far */
    void keep_if_good(EpochRecord *record)
    {
        const bool is_better = kept_.empty() || !record->validated || beats_best(*record);
        record->best = is_better;
        if (is_better)
            best_ = *record;
        if (is_better || !recipe_.keep_best)
            kept_ = copy_of(classifier_.module());
    }

    void save(const Weights &raw) const
    {
        if (options_.folder.empty() || !processes_.is_first())
            return;
        if (options_.before_checkpoint)
            options_.before_checkpoint();
        write_history(options_.folder / "history.jsonl", history_);
        write_whole(options_.folder / "curves.svg", curves_svg(history_));
        write_checkpoint(checkpoint_file(),
                         {made_with_, history_, raw, optimiser_.state(), average_, kept_});
    }

    void put_back_kept()
    {
        if (!kept_.empty())
            restore(classifier_.module(), kept_);
        classifier_.set_training(false);
    }

    double share_done(std::int64_t of_epoch, std::int64_t batches) const
    {
        const double epochs =
            epochs_done() + static_cast<double>(of_epoch) / static_cast<double>(batches);
        return epochs / recipe_.epochs;
    }

    Classifier &classifier_;
    const TrainerOptions &options_;
    const Recipe &recipe_;
    RunWatcher nobody_;
    RunWatcher &watcher_;
    Objective objective_;
    Optimiser optimiser_;
    at::Device device_;
    const Processes alone_;
    const Processes &processes_;
    Json made_with_;
    bool stopped_ = false;
    Weights average_;
    Weights kept_;
    EpochRecord best_;
    std::vector<EpochRecord> history_;
};

} // namespace

TrainReport train(Classifier &classifier, const SampleSource &training,
                  const SampleSource *validation, const TrainerOptions &options,
                  RunWatcher *watcher)
{
    check(options.recipe, classifier.classes());
    return Training(classifier, options, watcher).run(training, validation);
}

} // namespace fovea
