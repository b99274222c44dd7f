// SPDX-License-Identifier: MIT
#include "fovea/train/keypoints/keypoint_training.h"

#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/nn/keypoint_network.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/keypoints/keypoint_goal.h"
#include "fovea/train/keypoints/keypoint_samples.h"
#include "fovea/train/keypoints/keypoint_set.h"
#include "fovea/train/loop/checkpoint.h"
#include "fovea/train/loop/module_state.h"
#include "fovea/train/loop/named_recipes.h"

namespace fovea {

namespace {

constexpr int input_side = 128; // pixels
constexpr const char *word = "train keypoints";
constexpr const char *recipe_name = "keypoints";

ClipList videos_of(const KeypointTraining &training, RunWatcher &watcher)
{
    SplitOptions split = training.settings.split;
    split.seed = training.settings.changes.seed;
    ListOptions options;
    options.root = training.root;
    options.with_labels = false;
    ClipList list = read_split_list(training.list, options, split, watcher);
    for (const char *needed : {"train", "val"}) {
        if (list.of_split(needed).empty())
            throw Error(Error::Kind::Settings,
                        list.place() + "no video is of the split '" + needed + "' of " +
                            std::to_string(list.clips.size()) +
                            "; add more, or give some that split in a column split");
    }
    return list;
}

Bundle write_keypoint_bundle(const std::filesystem::path &folder,
                             const nn::KeypointNetwork &network, const std::string &source,
                             const std::string &measured)
{
    const std::string name = bundle_name(folder);
    const std::string weights = name + ".pt";
    write_weights(folder / weights, copy_of(network));
    const Json card = {
        {"schema", 1},
        {"kind", "pose"},
        {"name", name},
        {"title", "17 keypoints of a person, by a small network"},
        {"licence", "MIT"},
        {"architecture", "keypoints"},
        {"network", weights},
        {"input", {{"width", input_side}, {"height", input_side}}},
        {"files", {{{"name", weights}, {"sha256", sha256_of(folder / weights)}, {"url", ""}}}},
        {"source", source},
        {"measured", measured}};
    write_whole(folder / card_name, card.dump(2) + "\n");
    return Bundle::open(std::filesystem::absolute(folder).string());
}

/** \throw Error Settings where it was made with something else */
void check_made_with(const std::filesystem::path &file, const Json &wanted)
{
    const KeypointSet set(file);
    const KeypointLesson usual;
    Json was = set.made_with();
    was.emplace("looks", usual.looks_a_second); // sets of before these could be chosen
    was.emplace("persons", usual.persons_of_a_video);
    if (const std::string other = made_with_another(was, wanted); !other.empty())
        throw Error(Error::Kind::Settings, "keypoint set '" + file.string() + "': " + other +
                                               "; remove it, or choose another --out");
}

std::string measured_words(const TrainReport &report, const std::string &teacher,
                           std::size_t persons)
{
    return "Of the keypoints that '" + teacher + "' is sure of by " +
           formatted("%.1f", sure_keypoint) + ", " +
           formatted("%.1f", 100 * report.history.back().validation_accuracy) +
           " % lie within a tenth of the crop's side of where it sees them, on " +
           std::to_string(persons) + " persons of videos not trained on.";
}

KeypointSamples samples_of(const KeypointSet &set, const std::string &split, const Recipe &recipe)
{
    KeypointSamples::Options options;
    options.split = split;
    options.varied = split == "train";
    options.side = input_side;
    options.seed = recipe.seed;
    return {set, options};
}

} // namespace

std::filesystem::path keypoint_set_of(const std::filesystem::path &out)
{
    return training_folder(out) / "poses.set";
}

TrainingOutcome train_on_keypoint_set(const TrainingSettings &settings, const std::string &teacher,
                                      RunWatcher &watcher)
{
    training_device(settings);
    prepare_process(settings.threads);
    const std::filesystem::path file = keypoint_set_of(settings.out);
    const KeypointSet set(file);
    const NamedRecipe &named = recipe_named(recipe_name, NamedRecipe::Trains::Keypoints);
    const Recipe recipe = changed(named.recipe, settings.changes, /*clips_by_class=*/{});
    const KeypointSamples training = samples_of(set, "train", recipe);
    const KeypointSamples validation = samples_of(set, "val", recipe);

    at::manual_seed(recipe.seed);
    const auto network = std::make_shared<nn::KeypointNetwork>();
    KeypointStudent student(network);
    const KeypointGoal goal;
    TrainerOptions options;
    options.recipe = recipe;
    options.trained_on = {{"poses", sha256_of(file)}};
    options.goal = &goal;
    const TrainReport report =
        run_training(student, training, &validation, options, settings, watcher);
    student.to(at::kCPU);
    const std::string epochs = std::to_string(report.history.size());
    const Bundle made = write_keypoint_bundle(
        settings.out, *network,
        "Taught by '" + teacher + "' on " + std::to_string(training.order(0).size()) +
            " persons (" + named.name + "), seed " + std::to_string(recipe.seed) + ", " + epochs +
            " epochs, " + made_by(word) + ".",
        measured_words(report, teacher, validation.order(0).size()));
    watcher.written(made);
    return {made, report.stopped};
}

TrainingOutcome train_keypoints(const KeypointTraining &training, const VideoReader &reader,
                                RunWatcher &watcher)
{
    const TrainingSettings &settings = training.settings;
    training_device(settings);
    const NamedRecipe &named = recipe_named(recipe_name, NamedRecipe::Trains::Keypoints);
    check(changed(named.recipe, settings.changes, /*clips_by_class=*/{}), /*classes=*/2);
    if (replaces_own(settings.out, word) && !settings.resume)
        watcher.note("the bundle that '" + settings.out.string() +
                     "' holds is replaced by this training's");
    const std::filesystem::path file = keypoint_set_of(settings.out);
    const ClipList list = videos_of(training, watcher);
    if (std::filesystem::exists(file)) {
        check_made_with(file, made_with(list, training.lesson));
    } else {
        make_folder(file.parent_path());
        write_keypoint_set(file, list, training.lesson, reader, watcher);
    }
    return train_on_keypoint_set(settings, training.lesson.teacher, watcher);
}

} // namespace fovea
