// SPDX-License-Identifier: MIT
#include "fovea/train/training_steps.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <ATen/Parallel.h>

#include "fovea/bundle/int8_calibration.h"
#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/heaps.h"
#include "fovea/core/names.h"
#include "fovea/core/text_file.h"
#include "fovea/engine/onednn/precision.h"
#include "fovea/engine/threads.h"
#include "fovea/engine/torch/torch_device.h"
#include "fovea/eval/evaluation_files.h"
#include "fovea/eval/report.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/loop/checkpoint.h"
#include "fovea/train/loop/validation.h"
#include "fovea/train/training_list.h"

namespace fovea {

namespace {

/** \brief A GPU is fed by half of the cores, but not by more than it can wait for */
int ahead_of_gpu()
{
    return std::clamp(usable_cores() / 2, 2, 8);
}

} // namespace

void prepare_process(int threads)
{
    at::set_num_threads(threads > 0 ? threads : usable_cores());
    keep_freed_memory();
}

ClipList read_split_list(const std::filesystem::path &list, const ListOptions &options,
                         const SplitOptions &split, RunWatcher &watcher)
{
    ClipList read = read_clip_list(list, options);
    for (const std::string &warning : read.warnings)
        watcher.warn(warning);
    make_split(&read, split);
    check_groups(read);
    return read;
}

std::filesystem::path training_folder(const std::filesystem::path &out)
{
    return out / "training";
}

namespace {

std::string size_in_words(double bytes)
{
    constexpr double megabyte = 1e6;
    constexpr double gigabyte = 1e9;
    return bytes < gigabyte ? formatted("%.1f MB", bytes / megabyte)
                            : formatted("%.1f GB", bytes / gigabyte);
}

/** \brief Tells what the frames of all videos will take on disk, before one is decoded; less where the run ends */
void tell_sizes(const ClipList &list, const ClipSource &frames, RunWatcher &watcher)
{
    std::set<std::filesystem::path> seen;
    double bytes = 0;
    for (const ListedClip &clip : list.clips) {
        if (watcher.stops())
            return;
        if (seen.insert(clip.path).second)
            bytes += static_cast<double>(frames.bytes_to_make(clip));
    }
    if (bytes <= 0)
        return;
    const auto most = static_cast<double>(frames.most_bytes());
    const std::string told = "decoded frames will take some " + size_in_words(bytes) + " of disk";
    if (most > 0 && bytes > most)
        watcher.warn(told + ", more than the " + size_in_words(most) +
                     " that --cache-limit allows: videos will be decoded again in every epoch");
    else
        watcher.note(told);
    frames.check_room(static_cast<std::uint64_t>(bytes));
}

/* All that could be seen of one behind the video's end is its last frame */
void check_lies_inside(const ListedClip &clip, const FrameFile &video)
{
    const double start = clip.start.seconds(video.duration());
    if (start >= video.duration())
        throw Error(Error::Kind::Settings,
                    formatted("expected a stretch that begins within the video's %.1f s, got one "
                              "from %.1f s on; mend the list",
                              video.duration(), start));
}

} // namespace

void open_all(ClipList *list, ClipSource &frames, const Processes &processes, RunWatcher &watcher)
{
    frames.expect(list->clips);
    tell_sizes(*list, frames, watcher);
    const std::size_t count = list->clips.size();
    // Each begins elsewhere, so that processes that see one cache do not decode the same videos
    const std::size_t first = count * static_cast<std::size_t>(processes.rank()) /
                              static_cast<std::size_t>(processes.count());
    at::Tensor failures = at::zeros({static_cast<std::int64_t>(count + 1)}); // and whether all end
    auto failed = failures.accessor<float, 1>();
    std::vector<std::string> warnings(count);
    bool stops = false;
    for (std::size_t i = 0; i < count; ++i) {
        stops = processes.one_stops(watcher.stops());
        if (stops)
            break;
        const std::size_t place = (first + i) % count;
        try {
            check_lies_inside(list->clips[place], *frames.open(list->clips[place]));
        } catch (const Error &error) {
            if (error.kind() == Error::Kind::CannotWrite)
                throw; // the disk of the cache, whatever the clip
            failed[static_cast<std::int64_t>(place)] = 1;
            warnings[place] = error.what();
        }
        watcher.progress(static_cast<double>(i + 1) / static_cast<double>(count));
    }
    failed[static_cast<std::int64_t>(count)] = stops ? 1 : 0;
    processes.add_up(failures);
    if (failed[static_cast<std::int64_t>(count)] > 0)
        throw Interrupted();
    std::vector<ListedClip> kept;
    for (std::size_t i = 0; i < count; ++i) {
        if (failed[static_cast<std::int64_t>(i)] == 0)
            kept.push_back(list->clips[i]);
        else
            watcher.warn("'" + list->clips[i].path.string() + "' left out: " +
                         (warnings[i].empty() ? "another process cannot decode it" : warnings[i]));
    }
    list->clips = std::move(kept);
}

namespace {

Error no_validation(const ClipList &list)
{
    std::set<std::string> groups;
    for (const ListedClip &clip : list.clips)
        groups.insert(clip.group);
    const std::size_t clips = list.clips.size();
    const std::string together =
        groups.size() < clips ? " in " + std::to_string(groups.size()) + " groups, each kept whole"
                              : "";
    return {Error::Kind::Settings,
            list.place() + "no clip is left for validation of " + std::to_string(clips) + " clips" +
                together + ", of " + std::to_string(list.labels.size()) +
                " classes; add more, or give some the split val in a column split"};
}

/** \brief The classes of the bundle that a training made in a folder; empty: there is none of that kind */
std::set<std::string> classes_trained(const std::filesystem::path &out)
{
    if (!std::filesystem::exists(training_folder(out)) ||
        !std::filesystem::exists(out / labels_name))
        return {};
    const auto labels = read_lines(out / labels_name, "labels");
    return {labels.begin(), labels.end()};
}

/** \brief That no bundle of other classes, and none from elsewhere, is replaced; another is, which is told */
void check_replaces(const std::set<std::string> &classes, const std::filesystem::path &out,
                    RunWatcher &watcher)
{
    if (out.empty())
        return;
    bundle_name(out);
    if (!std::filesystem::exists(out / card_name))
        return;
    const std::set<std::string> before = classes_trained(out);
    if (before != classes)
        throw Error(Error::Kind::Settings,
                    "--out '" + out.string() +
                        "': expected no bundle there, or one trained for the same classes, got " +
                        (before.empty() ? "one from elsewhere"
                                        : "one for " + joined({before.begin(), before.end()})) +
                        ", which would be lost; choose another --out, or remove it");
    watcher.note("the bundle that '" + out.string() + "' holds is replaced by this training's");
}

} // namespace

void check_begins(const ClipList &list, const TrainingSettings &settings, RunWatcher &watcher)
{
    if (list.labels.size() == 1 && !settings.changes.many_labels)
        throw Error(Error::Kind::Settings,
                    list.place() + "expected two classes or more, got '" + list.labels.front() +
                        "' alone: a model of one class says it of all that it sees; add clips of "
                        "what is none of it");
    if (const std::string told = told_twice(list); !told.empty())
        watcher.warn(told);
    if (const std::string options = left_aside(list, settings.split);
        !options.empty() && !settings.asked_out.empty()) // else an earlier stage has told it
        watcher.warn(list.place() + "has splits, so nothing is made of " + options);
    const auto folder = training_folder(settings.out);
    const bool goes_on = std::filesystem::exists(folder / checkpoint_name);
    if (!settings.resume || !goes_on)
        check_replaces({list.labels.begin(), list.labels.end()}, settings.asked_out, watcher);
    if (settings.resume && !goes_on)
        watcher.note("--resume: '" + folder.string() + "' holds no checkpoint: training begins");
    // a first stage is whole long before the training is
    const auto &place = settings.asked_out.empty() ? settings.out : settings.asked_out;
    if (!settings.resume && goes_on && !std::filesystem::exists(place / card_name))
        watcher.warn("'" + folder.string() +
                     "' holds a training that was ended before it left a bundle in '" +
                     place.string() +
                     "'; it is begun anew, and its checkpoint lost behind the first epoch: with "
                     "--resume it goes on");
}

void check_goes_on(const TrainingSettings &settings, const Recipe &recipe, const Json &trained_on)
{
    const auto file = training_folder(settings.out) / checkpoint_name;
    if (!settings.resume || !std::filesystem::exists(file))
        return;
    Json made_with = to_json(recipe);
    made_with.update(trained_on);
    check_checkpoint(file, std::move(made_with));
}

bool split_training(ClipList *list, const TrainingSettings &settings)
{
    SplitOptions split = settings.split;
    split.seed = settings.changes.seed;
    return make_split(list, split);
}

void tell_warnings(ClipList *list, RunWatcher &watcher)
{
    for (const std::string &warning : list->warnings)
        watcher.warn(warning);
    list->warnings.clear();
}

namespace {

/** \brief A split of every clip, and what is refused of it \return whether it was made here \throw Error as prepare_list() */
bool split_checked(ClipList *list, const TrainingSettings &settings, std::optional<bool> split)
{
    const auto is_ambiguous = [&](const ListedClip &clip) {
        return clip.label == ambiguous_name && list->class_of(clip.label) < 0;
    };
    list->clips.erase(std::remove_if(list->clips.begin(), list->clips.end(), is_ambiguous),
                      list->clips.end());
    const bool made = split ? *split : split_training(list, settings);
    check_groups(*list);
    check_classes(*list);
    if (list->of_split("val").empty())
        throw no_validation(*list);
    return made;
}

} // namespace

ClipList check_split(ClipList list, const TrainingSettings &settings)
{
    split_checked(&list, settings, std::nullopt);
    return list;
}

void prepare_list(ClipList *list, const TrainingSettings &settings, RunWatcher &watcher,
                  std::optional<bool> split)
{
    tell_warnings(list, watcher);
    const bool made = split_checked(list, settings, split);

    const auto file = write_training_list(*list, settings, made);
    const auto count = [&](const char *of) { return std::to_string(list->of_split(of).size()); };
    watcher.note(std::to_string(list->clips.size()) + " clips of " +
                 std::to_string(list->labels.size()) + " classes: " + count("train") +
                 " to train on, " + count("val") + " for validation, " + count("test") +
                 " for the test" +
                 (made ? " (split made here, see training/" + file.filename().string() + ")" : ""));
}

void tell_made(const Bundle &made, RunWatcher &watcher, bool is_first)
{
    watcher.written(made);
    if (!is_first)
        return;
    if (const std::string told = remove_other_calibration(made); !told.empty())
        watcher.note(told);
}

void tell_events(const Bundle &made, RunWatcher &watcher)
{
    const CardDecision &decision = made.activity().decision;
    if (decision.normal.empty() && !decision.many_labels)
        watcher.note("each of the classes is an event, and may raise alarms; where one is not, "
                     "such as what mostly happens, name it: --normal CLASS");
}

at::Device training_device(const TrainingSettings &settings)
{
    const at::Device device = torch_device(settings.device);
    if (settings.precision == TrainPrecision::Bf16 && device.is_cpu() && !cpu_has_bf16())
        throw Error(Error::Kind::Settings,
                    "precision 'bf16': expected a GPU or a processor with avx512_bf16 to train in "
                    "it, got device 'cpu' without; use --precision fp32, or --device cuda where "
                    "there is one");
    return device;
}

void join_processes(TrainingSettings *settings, const ProcessPlace &place,
                    std::chrono::seconds patience, const std::function<bool()> &stops)
{
    if (place.count == 1)
        return;
    if ((settings->device == "auto" || settings->device == "cuda") &&
        torch_device(settings->device).is_cuda())
        settings->device =
            "cuda:" +
            std::to_string(place.local_rank % gpu_count()); // Slurm may show each its own alone
    settings->processes =
        std::make_shared<Processes>(place, training_device(*settings), patience, stops);
}

TrainReport run_training(Classifier &classifier, const SampleSource &training,
                         const SampleSource *validation, TrainerOptions options,
                         const TrainingSettings &settings, RunWatcher &watcher)
{
    const at::Device device = training_device(settings);
    classifier.to(device);
    if (options.teacher != nullptr)
        options.teacher->to(device);
    options.precision = settings.precision;
    if (device.is_cuda()) {
        use_exact_float();
        options.ahead = ahead_of_gpu();
        watcher.note("trains on " + device.str() + " in " +
                     name_of(train_precisions, settings.precision));
    }
    options.folder = training_folder(settings.out);
    options.resume = settings.resume;
    options.processes = settings.processes.get();
    options.before_checkpoint = [&] { keep_with_checkpoint(settings.out); };

    const TrainReport report = train(classifier, training, validation, options, &watcher);
    if (report.stopped && report.history.empty())
        throw Interrupted(
            "stopped before the first epoch had ended: no bundle is written, what was in '" +
            settings.out.string() + "' stays as it was");
    if (report.stopped)
        watcher.stopped(static_cast<int>(report.history.size()), options.recipe.epochs);
    return report;
}

Bundle made_by_first(const TrainingSettings &settings, const std::function<Bundle()> &write)
{
    std::optional<Bundle> made;
    if (settings.processes->is_first()) {
        made = write();
        keep_with_bundle(settings.out);
    }
    settings.processes->wait_for_all();
    return made ? *made : Bundle::open(std::filesystem::absolute(settings.out).string());
}

std::string score_split(Classifier &classifier, const SampleSource &source, const ClipList &list,
                        const std::string &split, const Recipe &recipe,
                        const TrainingSettings &settings, RunWatcher &watcher)
{
    const std::string name = split == "val" ? "validation" : split;
    const std::vector<ListedClip> clips = list.of_split(split);
    std::vector<Prediction> predictions;
    for (const ScoredSample &sample :
         score_samples(classifier, source, /*epoch=*/0, recipe, /*stop=*/{}, *settings.processes)) {
        const ListedClip &clip = clips[sample.index];
        predictions.push_back({clip.id, clip.group, static_cast<int>(sample.target), sample.scores,
                               -1, sample.targets});
    }
    const Evaluation evaluation =
        settings.processes->is_first()
            ? write_evaluation(training_folder(settings.out), name, predictions, list.labels)
            : evaluate(predictions, list.labels);
    watcher.evaluated(name, evaluation);
    return to_sentence(evaluation);
}

} // namespace fovea
