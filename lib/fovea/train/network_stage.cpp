// SPDX-License-Identifier: MIT
#include "fovea/train/network_stage.h"

#include <utility>
#include <vector>

#include <ATen/Context.h>

#include "fovea/bundle/attention_words.h"
#include "fovea/bundle/card_focus.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/flow/flow_method.h"
#include "fovea/focus/region_choice.h"
#include "fovea/nn/architecture.h"
#include "fovea/nn/heads.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/clip_rows.h"
#include "fovea/train/data/clip_targets.h"
#include "fovea/train/data/window_list.h"
#include "fovea/train/lists/feature_list.h"
#include "fovea/train/loop/module_state.h"
#include "fovea/train/network_recipe.h"
#include "fovea/train/picture_lesson.h"

namespace fovea {

namespace {

/**
 * \brief Of a model of frames its flow: as wide as the colours were, around no motion; so craston/MARS,
 * pytorch-i3d and tsn-pytorch (the mean of the colours' deviations) have it
 */
void show_flow(ActivityCard *card, const Bundle &base)
{
    if (card->modality == Modality::Flow)
        throw Error(Error::Kind::Settings, "--modality rgb: model '" + base.name() +
                                               "' sees flow; begin with one that sees frames");
    const std::array<float, 3> colours = card->input.normalisation.scale;
    const float scale = 3 / (1 / colours[0] + 1 / colours[1] + 1 / colours[2]);
    card->modality = Modality::Flow;
    card->input.normalisation = {{scale, scale, 0}, {-scale / 2, -scale / 2, 0}};
}

/** \throw Error Settings where the network sees no flow, or this build cannot find it so */
void set_flow_method(ActivityCard *card, const NetworkTraining &training)
{
    if (training.flow && card->modality != Modality::Flow)
        throw Error(Error::Kind::Settings,
                    std::string("--flow ") + name_of(flow_methods, *training.flow) +
                        ": expected a network that sees flow, got one that sees frames; add "
                        "--modality flow, or leave --flow out");
    if (training.flow)
        card->flow = *training.flow;
    check_flow(card->modality, card->flow);
}

ActivityCard training_card(const Bundle &base, const NetworkTraining &training)
{
    ActivityCard card = base.activity();
    if (training.timesteps > 0)
        card.sampling.timesteps = training.timesteps;
    if (training.frames > 0)
        card.sampling.frames = training.frames;
    if (training.modality && *training.modality != card.modality)
        show_flow(&card, base);
    set_flow_method(&card, training);
    if (!training.attention.empty())
        card.attention = attention_in_words(training.attention);
    if (training.sampling != Sampling::Card)
        card.sampling.plan = training.sampling;
    if (recipe_of(training).windows)
        card.sampling.plan = Sampling::Windows;
    if (training.regions != "card")
        card.regions = chosen_regions(card.regions, training.regions);
    return card;
}

/** \brief What all splits have in common: how clips are cut, and their labels */
ClipSamplesOptions clip_options(const NetworkTraining &training, const Recipe &recipe,
                                const Bundle &base, const ClipList &list, const FocusChooser *focus)
{
    const NamedRecipe &named = recipe_of(training);
    ClipSamplesOptions options;
    options.clip_by_clip = named.clip_by_clip;
    if (recipe.labelling == Labelling::Many)
        options.classes = list.labels;
    options.focus = focus;
    options.looks_in_turn = named.focus.is_in_time();
    options.augmentation = training.augment ? from_scratch_augmentation() : named.augmentation;
    if (training.flip)
        options.augmentation.flip = *training.flip;
    options.augmentation.shake = training.shake;
    options.augmentation.paste = training.paste;
    options.normal = list.class_of(normal_class(base, list.labels, training.settings.normal));
    options.seed = training.settings.changes.seed;
    return options;
}

ClipSamplesOptions judging(ClipSamplesOptions options, ClipSamplesOptions::Views views)
{
    options.training = false;
    options.views = views;
    options.teacher = {};
    options.seed = 0;
    return options;
}

WindowLabels labels_of_windows(const NetworkTraining &training)
{
    return recipe_of(training).proposes ? WindowLabels::Proposals : WindowLabels::Classes;
}

/** \brief Windows over the videos of a list of stretches \param split of them \param trained takes their priors */
ClipList windows_of(const ClipList &list, const ClipSource &frames, WindowLabels labels,
                    const std::function<void(ClipList *)> &split, TrainedBundle *trained)
{
    const auto length_of = [&](const ListedClip &clip) { return frames.open(clip)->length(); };
    WindowList windows = window_list(list, length_of, window_lengths, labels, split);
    trained->priors = std::move(windows.priors);
    return std::move(windows.list);
}

Recipe recipe_for(const NetworkTraining &training, const ClipList &list)
{
    const NamedRecipe &named = recipe_of(training);
    Recipe recipe = changed(training.pictures_by.empty() ? named.recipe : named.pictures.value(),
                            training.settings.changes, count_classes(list, "train"));
    if (!training.pictures_by.empty())
        recipe.class_weights.clear(); // pictures have no class
    if (!training.teacher.empty())
        recipe.map_distance = training.map_distance;
    recipe.background = list.class_of(background_label);
    return recipe;
}

} // namespace

std::filesystem::path features_folder(const NetworkTraining &training)
{
    return training_folder(training.settings.out) / "features";
}

NetworkStage::NetworkStage(const NetworkTraining &training, const OpenFrames &open_frames,
                           RunWatcher &watcher)
    : training_(training),
      watcher_(watcher),
      base_(open_model_to_train(training)),
      card_(training_card(base_, training))
{
    check_recipe(training, card_);
    ListOptions options;
    options.root = training.root;
    options.many_labels = training.settings.changes.many_labels;
    list_ = read_clip_list(training.list, options);
    tell_warnings(&list_, watcher);
    normal_class(base_, list_.labels, training.settings.normal); // refused before it is decoded
    check_pasting(training, base_, list_);
    if (recipe_of(training).windows) {
        ClipList videos = list_; // which windows they have is not known yet
        videos.labels = window_labels(list_.labels, labels_of_windows(training));
        check_begins(videos, training.settings, watcher);
        split_training(&videos, training.settings);
        check_first_weights(training, base_, card_);
        videos.clips.clear();
        settle(videos);
        check_goes_on(training.settings, recipe_, trained_on(videos));
    } else {
        check_begins(list_, training.settings, watcher);
        const ClipList planned = check_split(list_, training.settings);
        make_networks(); // what does not fit is refused before hours of decoding
        settle(planned);
        check_goes_on(training.settings, recipe_, trained_on(list_));
    }
    frames_ = open_frames(card_);
    open_all(&list_, *frames_, *training.settings.processes, watcher);
    std::optional<bool> split;
    if (const NamedRecipe &named = recipe_of(training); named.windows) {
        // By what the windows show; the test's teach nothing
        const auto split_windows = [&](ClipList *windows) {
            split = split_training(windows, training.settings);
        };
        list_ = windows_of(list_, *frames_, labels_of_windows(training), split_windows, &trained_);
        make_networks();
    }
    prepare_list(&list_, training.settings, watcher, split);
    settle(list_);
    open_teachers_view(open_frames);
}

/** \brief The recipe, and how clips are cut \param list with its splits */
void NetworkStage::settle(const ClipList &list)
{
    recipe_ = recipe_for(training_, list);
    const CardDecision &decision = base_.activity().decision;
    recipe_.pools_logits = decision.window == 0; // as the head does, which gets the mean row
    if (decision.many_labels == (recipe_.labelling == Labelling::Many))
        recipe_.pooling = decision.pooling;
    clips_ = clip_options(training_, recipe_, base_, list, networks_.focus.get());
}

/** \brief First weights, of the labels as they stand; a student's are not its teacher's */
void NetworkStage::make_networks()
{
    at::manual_seed(training_.settings.changes.seed + (training_.teacher.empty() ? 0 : 1));
    networks_ = make_initial_networks(training_, base_, card_, list_, watcher_);
}

std::unique_ptr<ClipSamples> NetworkStage::samples(const std::string &split,
                                                   const ClipSamplesOptions &options) const
{
    std::vector<ListedClip> clips = list_.of_split(split);
    if (clips.empty())
        return nullptr;
    std::vector<std::int64_t> targets = targets_of(list_, clips);
    return std::make_unique<ClipSamples>(std::move(clips), std::move(targets), card_, *frames_,
                                         options);
}

/** \brief A teacher of flow sees the same clips as its student of frames, and the other way round */
void NetworkStage::open_teachers_view(const OpenFrames &open_frames)
{
    if (training_.teacher.empty())
        return;
    const ActivityCard teacher = Bundle::open(training_.teacher).activity();
    if (teacher.modality == card_.modality)
        return;
    ActivityCard view = card_;
    view.modality = teacher.modality;
    view.flow = teacher.flow;
    view.input.normalisation = teacher.input.normalisation;
    teachers_frames_ = open_frames(view);
    open_all(&list_, *teachers_frames_, *training_.settings.processes, watcher_);
    if (list_.of_split("train").empty())
        throw Error(Error::Kind::Settings,
                    "list '" + training_.list.string() +
                        "': no clip of its split train is left that teacher '" + training_.teacher +
                        "' can see; see the warnings");
    clips_.teacher = {teachers_frames_.get(), teacher.modality, teacher.input.normalisation};
}

Json NetworkStage::trained_on(const ClipList &list) const
{
    Json entry = {{"architecture", card_.architecture},
                  {"recipe", recipe_of(training_).name},
                  {"labels", list.labels},
                  {"regions", region_words(card_.regions)},
                  {"train_on", training_.train_on},
                  {"augment", training_.augment},
                  {"timesteps", card_.sampling.timesteps},
                  {"frames", card_.sampling.frames},
                  {"attention", attention_entry(card_.attention)},
                  {"sampling", name_of(samplings, card_.sampling.plan)},
                  {"flip", clips_.augmentation.flip},
                  {"weights", training_.weights},
                  {"teacher", training_.teacher}};
    if (!training_.layers.empty())
        entry["layers"] = training_.layers;
    if (!training_.pictures_by.empty())
        entry["pictures_by"] = training_.pictures_by;
    if (training_.shake > 0)
        entry["shake"] = training_.shake;
    if (training_.paste > 0)
        entry["paste"] = training_.paste;
    if (training_.paste > 0 && !training_.settings.normal.empty()) // what is pasted onto
        entry["normal"] = training_.settings.normal;
    if (card_.modality != Modality::Rgb)
        entry["modality"] = name_of(modalities, card_.modality);
    if (card_.flow != FlowMethod::Dis)
        entry["flow"] = name_of(flow_methods, card_.flow);
    if (const SecondLook look = look_of(training_, base_.activity()); look.is_taken())
        entry["focus"] = focus_entry(look, /*weights=*/"");
    return entry;
}

TrainReport NetworkStage::train()
{
    ClipSamplesOptions options = clips_;
    options.regions = trained_regions(training_, card_);
    const auto train_on = samples("train", options);
    // RAN's multi-regional fine-tuning: one random region in validation too; any number of labels
    // are judged by all clips of a video
    const Views views = recipe_.labelling == Labelling::Many ? Views::All : Views::Random;
    const auto validate_on = samples("val", judging(options, views));
    TrainerOptions how;
    how.recipe = recipe_;
    how.trained_on = trained_on(list_);
    if (!training_.pictures_by.empty())
        return teach_pictures(*train_on, validate_on.get(), how);
    how.teacher = networks_.teacher.get();
    return run_training(*networks_.classifier, *train_on, validate_on.get(), how,
                        training_.settings, watcher_);
}

TrainReport NetworkStage::teach_pictures(const ClipSamples &train_on,
                                         const ClipSamples *validate_on, TrainerOptions how)
{
    const PictureGoal goal(picture_teacher(training_.pictures_by, training_.settings),
                           card_.input.normalisation, train_on);
    PictureStudent student(networks_.network, nn::architecture_facts(card_.architecture).fine_tuned,
                           goal.channels());
    how.goal = &goal;
    return run_training(student, train_on, validate_on, how, training_.settings, watcher_);
}

Bundle NetworkStage::measure(const Bundle &made)
{
    const auto test_on = samples("test", judging(clips_, Views::All));
    if (test_on == nullptr)
        return made;
    const std::string measured = "Test split, clips unseen in training: " +
                                 score_split(*networks_.classifier, *test_on, list_, "test",
                                             recipe_, training_.settings, watcher_);
    return made_by_first(training_.settings, [&] { return write_measured(made, measured); });
}

void NetworkStage::take_weights()
{
    const nn::Backbone &network = *networks_.network;
    const Weights all = copy_of(network);
    trained_.head = nn::architecture_facts(base_.activity().architecture).own_head;
    trained_.many_labels = training_.settings.changes.many_labels;
    if (trained_.many_labels && nn::head_gives_shares(trained_.head))
        trained_.head = "region-mean";
    trained_.backbone = without_prefixes(all, {network.classifier() + "."});
    if (!trained_.head.empty())
        add_with_prefix(&trained_.head_weights, network.classifier() + ".",
                        with_prefix(all, network.classifier() + "."));
}

Bundle NetworkStage::write(const TrainReport &report)
{
    take_weights();
    trained_.labels = list_.labels;
    trained_.normal = training_.settings.normal;
    trained_.detector = frames_->detector();
    trained_.regions = card_.regions;
    trained_.sampling = card_.sampling;
    trained_.attention = card_.attention;
    if (card_.modality != base_.activity().modality)
        trained_.flow = card_.input.normalisation;
    trained_.flow_method = card_.flow;
    trained_.title = recipe_of(training_).proposes
                         ? "any action, or background"
                         : std::to_string(list_.labels.size()) + " activities of one's own";
    trained_.source = "Network trained (" + recipe_of(training_).name + ") from '" + base_.name() +
                      "', seed " + std::to_string(recipe_.seed) + ", " +
                      std::to_string(report.history.size()) + " epochs, by fovea train backbone.";
    trained_.measured =
        !training_.pictures_by.empty()
            ? "Not measured: of this network the layers of single pictures alone are trained."
        : report.stopped                 ? "Not measured: stopped before the end."
        : list_.of_split("test").empty() ? "Not measured: the list has no test split."
                                         : "Not measured: the test has not come to its end.";
    if (SecondLook look = look_of(training_, base_.activity()); look.is_taken()) {
        if (look.entropy == Entropy::Truth) { // of videos whose labels are known alone
            trained_.source += " In training it looked again by the loss against the answer.";
            look.entropy = base_.activity().focus.entropy;
        }
        trained_.focus = TrainedFocus{
            look, networks_.fixed != nullptr ? bundle_weights(*networks_.fixed) : Weights()};
    }
    if (recipe_of(training_).windows)
        trained_.window_rows = networks_.network->rows_of(card_.sampling.frames);
    Bundle made = made_by_first(
        training_.settings, [&] { return write_bundle(training_.settings.out, base_, trained_); });
    tell_made(made, watcher_, training_.settings.processes->is_first());
    return made;
}

void NetworkStage::dump(const Bundle &made)
{
    const Processes &processes = *training_.settings.processes;
    const auto folder = features_folder(training_);
    make_folder(folder);
    ClipSamplesOptions options;
    options.training = false;
    const ClipSamples samples(list_.clips, targets_of(list_, list_.clips), card_, *frames_,
                              options);
    for (auto i = static_cast<std::size_t>(processes.rank()); i < list_.clips.size();
         i += static_cast<std::size_t>(processes.count())) {
        go_on(watcher_);
        FeatureFile file = feature_rows(*networks_.network, samples, i);
        file.bundle = made.name();
        file.bundle_sha256 = made.weights().sha256;
        write_feature_file(folder / (list_.clips[i].id + ".pt"), file);
        watcher_.progress(static_cast<double>(i + 1) / static_cast<double>(list_.clips.size()));
    }
    processes.wait_for_all(); // the list is of the files that are there
    if (processes.is_first())
        write_feature_list(folder / default_feature_list, list_);
    processes.wait_for_all();
}

} // namespace fovea
