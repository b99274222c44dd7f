#include "commands/training_run.h"

#include <array>
#include <cstdio>
#include <map>
#include <thread>

#include <ATen/Parallel.h>
#include <malloc.h>

#include "fovea/core/errors.h"
#include "fovea/eval/report.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/loop/validation.h"
#include "interrupt.h"
#include "progress.h"

namespace fovea {

namespace {

constexpr int largest_kept = 1 << 30; // bytes; a step of the compact network takes 0.4 GB
constexpr int told_epochs = 20;       // lines of a training, besides new bests

template <typename Value>
void take(Value *setting, const std::optional<Value> &change)
{
    if (change)
        *setting = *change;
}

template <typename Value>
void take_named(Value *setting, const std::optional<std::string> &change,
                const std::map<std::string, Value> &names)
{
    if (change)
        *setting = names.at(*change);
}

std::string percent(double share)
{
    std::array<char, 32> text = {};
    std::snprintf(text.data(), text.size(), "%.1f %%", 100 * share);
    return text.data();
}

std::string loss_text(double loss)
{
    std::array<char, 32> text = {};
    std::snprintf(text.data(), text.size(), "%.4f", loss);
    return text.data();
}

std::string epoch_line(const EpochRecord &record, int epochs)
{
    std::string line = "epoch " + std::to_string(record.epoch) + "/" + std::to_string(epochs) +
                       "  loss " + loss_text(record.train_loss) + ", accuracy " +
                       percent(record.train_accuracy);
    if (record.validated)
        line += "; validation " + loss_text(record.validation_loss) + ", " +
                percent(record.validation_accuracy) + (record.best ? "  best" : "");
    return line;
}

} // namespace

Recipe changed(Recipe recipe, const RecipeChanges &changes,
               const std::vector<std::int64_t> &clips_by_class)
{
    take_named(&recipe.optimiser, changes.optimiser,
               {{"adam", OptimiserKind::Adam},
                {"adamw", OptimiserKind::AdamW},
                {"sgd", OptimiserKind::Sgd}});
    take_named(&recipe.schedule, changes.schedule,
               {{"constant", Schedule::Constant},
                {"step", Schedule::Step},
                {"one-cycle", Schedule::OneCycle},
                {"cosine", Schedule::Cosine}});
    take_named(
        &recipe.joint, changes.joint,
        {{"joint-mean", nn::JointLoss::JointMean}, {"sum-of-means", nn::JointLoss::SumOfMeans}});
    take(&recipe.patience, changes.patience);
    if (changes.many_labels)
        recipe.labelling = Labelling::Many;
    take(&recipe.learning_rate, changes.learning_rate);
    take(&recipe.momentum, changes.momentum);
    take(&recipe.weight_decay, changes.weight_decay);
    take(&recipe.label_smoothing, changes.label_smoothing);
    take(&recipe.clip_norm, changes.clip_norm);
    take(&recipe.mixup, changes.mixup);
    take(&recipe.average_decay, changes.average_decay);
    take(&recipe.epochs, changes.epochs);
    take(&recipe.batch_size, changes.batch_size);
    if (!changes.steps.empty())
        recipe.steps = changes.steps;
    if (changes.balance)
        recipe.class_weights = balanced_weights(clips_by_class);
    if (changes.keep_last)
        recipe.keep_best = false;
    recipe.seed = changes.seed;
    return recipe;
}

void settle_training(int threads)
{
    const auto cores = static_cast<int>(std::thread::hardware_concurrency());
    at::set_num_threads(threads > 0 ? threads : std::max(cores, 1));
    mallopt(M_MMAP_THRESHOLD, largest_kept);
    mallopt(M_TRIM_THRESHOLD, largest_kept);
}

std::filesystem::path training_folder(const std::filesystem::path &out)
{
    return out / "training";
}

void settle_list(ClipList *list, const TrainingSettings &settings)
{
    for (const std::string &warning : list->warnings)
        std::fprintf(stderr, "fovea: warning: %s\n", warning.c_str());
    SplitOptions split = settings.split;
    split.seed = settings.changes.seed;
    const bool made = make_split(list, split);
    check_groups(*list);
    check_classes(*list);
    if (list->of_split("val").empty())
        throw Error(Error::Kind::Settings,
                    "list: no clip is left for validation; give it more groups, or mark some val");

    const auto folder = training_folder(settings.out);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw cannot_write(folder, error.value());
    write_clip_list(folder / "list.csv", *list);
    std::printf(
        "%zu clips of %zu classes: %zu to train on, %zu for validation, %zu for the test%s\n",
        list->clips.size(), list->labels.size(), list->of_split("train").size(),
        list->of_split("val").size(), list->of_split("test").size(),
        made ? " (split made here, see training/list.csv)" : "");
}

std::vector<std::int64_t> targets_of(const ClipList &list, const std::vector<ListedClip> &clips)
{
    std::vector<std::int64_t> targets;
    for (const ListedClip &clip : clips)
        targets.push_back(list.class_of(clip.labels().front()));
    return targets;
}

std::vector<at::Tensor> labels_of(const ClipList &list, const std::vector<ListedClip> &clips)
{
    std::vector<at::Tensor> all;
    for (const ListedClip &clip : clips) {
        at::Tensor labels = at::zeros({static_cast<std::int64_t>(list.labels.size()), 1});
        for (const std::string &label : clip.labels())
            labels[list.class_of(label)][0] = 1;
        all.push_back(std::move(labels));
    }
    return all;
}

std::vector<std::int64_t> count_classes(const ClipList &list, const std::string &split)
{
    std::vector<std::int64_t> counts(list.labels.size());
    for (const ListedClip &clip : list.of_split(split)) {
        for (const std::string &label : clip.labels())
            ++counts[static_cast<std::size_t>(list.class_of(label))];
    }
    return counts;
}

TrainReport run_training(Classifier &classifier, const SampleSource &training,
                         const SampleSource *validation, const Recipe &recipe,
                         const TrainingSettings &settings, const Json &trained_on,
                         Classifier *teacher)
{
    TrainerOptions options;
    options.recipe = recipe;
    options.folder = training_folder(settings.out);
    options.resume = settings.resume;
    options.trained_on = trained_on;
    options.teacher = teacher;

    Progress progress(1);
    TrainWatcher watcher;
    watcher.stop = interrupted;
    watcher.batch = [&](const TrainProgress &now) {
        const double epochs =
            now.epoch - 1 + static_cast<double>(now.batch) / static_cast<double>(now.batches);
        progress.set(0, 1, epochs / now.epochs);
    };
    const int every = std::max(1, recipe.epochs / told_epochs);
    watcher.epoch = [&](const EpochRecord &record) {
        if (record.epoch % every == 0 || record.epoch == recipe.epochs ||
            (record.best && record.validated))
            progress.say(epoch_line(record, recipe.epochs));
    };
    const TrainReport report = train(classifier, training, validation, options, watcher);
    if (report.stopped)
        progress.warn("fovea: stopped after " + std::to_string(report.history.size()) + " of " +
                      std::to_string(recipe.epochs) +
                      " epochs; the same command with --resume goes on from here");
    return report;
}

std::vector<Prediction> predict(Classifier &classifier, const SampleSource &source,
                                const std::vector<ListedClip> &clips)
{
    std::vector<Prediction> predictions;
    for (const ScoredSample &sample : score_samples(classifier, source, /*epoch=*/0, /*ahead=*/2)) {
        const ListedClip &clip = clips[sample.index];
        predictions.push_back({clip.id, clip.group, static_cast<int>(sample.target), sample.scores,
                               -1, sample.targets});
    }
    return predictions;
}

std::string report_evaluation(const std::filesystem::path &folder, const std::string &name,
                              const std::vector<Prediction> &predictions,
                              const std::vector<std::string> &labels)
{
    Evaluation evaluation = evaluate(predictions, labels);
    write_whole(folder / (name + ".json"), to_json(evaluation).dump(2) + "\n");
    write_whole(folder / (name + ".txt"), to_text(evaluation));
    if (!evaluation.many_labels)
        write_whole(folder / (name + ".svg"), to_svg(evaluation));
    write_whole(folder / (name + "-predictions.csv"), predictions_csv(predictions, labels));
    write_whole(folder / (name + "-activitynet.json"),
                predictions_activity_net(predictions, labels, {}).dump(2) + "\n");
    evaluation.groups.clear(); // often one for each clip: left to the files
    std::printf("\n%s\n%s", name.c_str(), to_text(evaluation).c_str());

    if (evaluation.many_labels)
        return "mAP " + percent(evaluation.mean_average_precision) + " (" +
               std::to_string(predictions.size()) + " clips with any number of labels).";
    const Share &top1 = evaluation.top1;
    std::string sentence = "top-1 " + percent(top1.value()) + " (" + std::to_string(top1.hits) +
                           " of " + std::to_string(top1.total) + " clips; 95 % interval " +
                           percent(top1.low()) + " to " + percent(top1.high()) + "); recall";
    for (const ClassFigures &figures : evaluation.classes)
        sentence += " " + figures.label + " " + percent(figures.recall.value()) + ",";
    sentence.back() = '.';
    return sentence;
}

} // namespace fovea
