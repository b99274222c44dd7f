#include "commands/train_backbone.h"

#include <cstdio>
#include <memory>
#include <vector>

#include <ATen/Context.h>

#include "commands/train_head.h"
#include "commands/training_cast.h"
#include "fovea/bundle/focus_entry.h"
#include "fovea/core/errors.h"
#include "fovea/focus/region_choice.h"
#include "fovea/nn/architecture.h"
#include "fovea/nn/backbone.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/data/clip_samples.h"
#include "fovea/train/data/detection_windows.h"
#include "fovea/train/feature_dump.h"
#include "fovea/train/loop/module_state.h"
#include "fovea/train/loop/recipes.h"
#include "interrupt.h"
#include "media/frame_cache.h"
#include "options/model_choice.h"
#include "progress.h"

namespace fovea {

namespace {

ActivityCard training_card(const Bundle &base, const BackboneTraining &training)
{
    ActivityCard card = base.activity();
    if (training.timesteps > 0)
        card.sampling.timesteps = training.timesteps;
    if (recipe_of(training).windows)
        card.sampling.plan = Sampling::Windows;
    if (training.regions != "card")
        card.regions = chosen_regions(card.regions, training.regions);
    return card;
}

/** \brief Samples of one split, with the clips they are made from */
struct SplitSamples {
    std::vector<ListedClip> clips;
    std::unique_ptr<ClipSamples> samples; ///< null: the split has no clip
};

SplitSamples split_samples(const ClipList &list, const std::string &split, const ActivityCard &card,
                           const FrameCache &cache, const ClipSamplesOptions &options)
{
    SplitSamples result;
    result.clips = list.of_split(split);
    if (!result.clips.empty())
        result.samples = std::make_unique<ClipSamples>(result.clips, targets_of(list, result.clips),
                                                       card, cache, options);
    return result;
}

/** \brief The regions trained on, among those of the card; empty: all */
std::vector<std::size_t> trained_regions(const BackboneTraining &training, const ActivityCard &card)
{
    if (training.train_on.empty())
        return {};
    return region_places(card.regions, chosen_regions(card.regions, training.train_on));
}

/** \brief What all splits have in common: how clips are cut, and their labels */
ClipSamplesOptions clip_options(const BackboneTraining &training, const Recipe &recipe,
                                const ClipList &list, const FocusChooser *focus)
{
    const NamedRecipe &named = recipe_of(training);
    ClipSamplesOptions options;
    options.clip_by_clip = named.clip_by_clip;
    if (recipe.labelling == Labelling::Many)
        options.classes = list.labels;
    options.focus = focus;
    options.looks_in_turn = named.focus.is_in_time();
    options.augmentation = training.augment ? from_scratch_augmentation() : named.augmentation;
    options.seed = training.settings.changes.seed;
    return options;
}

ClipSamplesOptions judging(ClipSamplesOptions options, ClipSamplesOptions::Views views)
{
    options.training = false;
    options.views = views;
    options.seed = 0;
    return options;
}

/** \param trained with its regions, source, measured and priors */
Bundle write(const BackboneTraining &training, const Bundle &base, const ClipList &list,
             nn::Backbone &network, TrainedBundle trained)
{
    const Weights all = copy_of(network);
    trained.head = nn::architecture_facts(base.activity().architecture).own_head;
    trained.many_labels = training.settings.changes.many_labels;
    if (trained.many_labels && nn::head_gives_shares(trained.head))
        trained.head = "region-mean";
    trained.labels = list.labels;
    trained.backbone = without_prefixes(all, {network.classifier() + "."});
    if (!trained.head.empty())
        add_with_prefix(&trained.head_weights, network.classifier() + ".",
                        with_prefix(all, network.classifier() + "."));
    trained.title = std::to_string(list.labels.size()) + " activities of one's own";
    Bundle made = write_bundle(training.settings.out, base, trained);
    std::printf("\nwritten: '%s'\n", made.folder().c_str());
    return made;
}

/** \brief Windows over the videos of a list of stretches \param trained takes their priors */
ClipList windows_of(const ClipList &list, const FrameCache &cache, TrainedBundle *trained)
{
    const auto length_of = [&](const ListedClip &clip) {
        const auto video = cache.open(clip);
        return VideoLength{video->frames(), video->fps()};
    };
    DetectionWindows windows = detection_windows(list, length_of, {});
    trained->priors = std::move(windows.priors);
    return std::move(windows.list);
}

std::filesystem::path features_folder(const BackboneTraining &training)
{
    return training_folder(training.settings.out) / "features";
}

/** \brief Feature files of all clips and their list, as `fovea extract --list` leaves them */
void dump(const BackboneTraining &training, const Bundle &made, ClipList list,
          const ActivityCard &card, const FrameCache &cache, nn::Backbone &network)
{
    const auto folder = features_folder(training);
    std::filesystem::create_directories(folder);
    ClipSamplesOptions options;
    options.training = false;
    const ClipSamples samples(list.clips, targets_of(list, list.clips), card, cache, options);
    Progress progress(static_cast<double>(list.clips.size()));
    for (std::size_t i = 0; i < list.clips.size(); ++i) {
        if (interrupted())
            throw Interrupted();
        FeatureFile file = feature_rows(network, samples, i);
        file.bundle = made.name();
        file.bundle_sha256 = made.files().front().sha256;
        list.clips[i].path = folder / (list.clips[i].id + ".pt");
        write_feature_file(list.clips[i].path, file);
        progress.set(0, static_cast<double>(list.clips.size()),
                     static_cast<double>(i + 1) / static_cast<double>(list.clips.size()));
    }
    for (ListedClip &clip : list.clips) { // the file holds the stretch, no more
        clip.start = clip.ends_after = {};
        clip.end = {1, true};
    }
    write_clip_list(folder / "list.csv", list);
}

FrameCache make_cache(const ActivityCard &card, const BackboneTraining &training)
{
    FrameCacheSettings settings;
    settings.folder = training.cache;
    settings.limit = training.cache_limit;
    settings.threads = training.settings.threads;
    std::string note;
    settings.detector = choose_detector(training.detector, card, &note);
    if (!note.empty())
        std::fprintf(stderr, "fovea: %s\n", note.c_str());
    return {card, settings};
}

Recipe numbers_of(const BackboneTraining &training, const ClipList &list)
{
    Recipe recipe = changed(recipe_of(training).recipe, training.settings.changes,
                            count_classes(list, "train"));
    if (!training.teacher.empty())
        recipe.map_distance = training.map_distance == "mse" ? MapDistance::Mse : MapDistance::L2;
    recipe.background = list.class_of(background_label);
    return recipe;
}

/** \return as train_backbone */
int train_network(const BackboneTraining &training, bool with_features)
{
    settle_training(training.settings.threads);
    const Bundle base = random_weights(training) || !training.weights.empty()
                            ? Bundle::open(training.settings.model)
                            : open_activity_model(training.settings.model);
    const ActivityCard card = training_card(base, training);
    check_recipe_focus(training, card);
    ListOptions list_options;
    list_options.root = training.root;
    list_options.many_labels = training.settings.changes.many_labels;
    ClipList list = read_clip_list(training.list, list_options);
    const FrameCache cache = make_cache(card, training);
    decode_all(&list, cache);
    TrainedBundle trained;
    if (recipe_of(training).windows)
        list = windows_of(list, cache, &trained);
    settle_list(&list, training.settings);

    const Recipe recipe = numbers_of(training, list);
    // First weights; a student's are not its teacher's
    at::manual_seed(recipe.seed + (training.teacher.empty() ? 0 : 1));
    const TrainingCast cast = training_cast(training, base, list);
    using Views = ClipSamplesOptions::Views;
    ClipSamplesOptions options = clip_options(training, recipe, list, cast.focus.get());
    const ClipSamplesOptions all_views = judging(options, Views::All);
    options.regions = trained_regions(training, card);
    const SplitSamples train_on = split_samples(list, "train", card, cache, options);
    // RAN's multi-regional fine-tuning: one random region in validation too; any number of labels
    // are judged by all clips of a video
    const Views views = recipe.labelling == Labelling::Many ? Views::All : Views::Random;
    const SplitSamples validate_on =
        split_samples(list, "val", card, cache, judging(options, views));

    const std::string &way = recipe_of(training).name;
    Json trained_on = {{"architecture", card.architecture},
                       {"recipe", way},
                       {"labels", list.labels},
                       {"regions", region_words(card.regions)},
                       {"train_on", training.train_on},
                       {"augment", training.augment},
                       {"timesteps", card.sampling.timesteps},
                       {"weights", training.weights},
                       {"teacher", training.teacher}};
    const SecondLook look = look_of(training, base.activity());
    if (look.is_taken())
        trained_on["focus"] = focus_entry(look, /*weights=*/"");
    const TrainReport report =
        run_training(*cast.classifier, *train_on.samples, validate_on.samples.get(), recipe,
                     training.settings, trained_on, cast.teacher.get());

    const auto folder = training_folder(training.settings.out);
    trained.measured = "Not measured: stopped before the end.";
    const SplitSamples test_on = split_samples(list, "test", card, cache, all_views);
    if (!report.stopped && test_on.samples != nullptr)
        trained.measured =
            "Test split, clips unseen in training: " +
            report_evaluation(folder, "test",
                              predict(*cast.classifier, *test_on.samples, test_on.clips),
                              list.labels);
    trained.source = "Network trained (" + way + ") from '" + base.name() + "', seed " +
                     std::to_string(recipe.seed) + ", " + std::to_string(report.history.size()) +
                     " epochs, by fovea train backbone.";
    trained.regions = card.regions;
    if (look.is_taken())
        trained.focus =
            TrainedFocus{look, cast.fixed != nullptr ? bundle_weights(*cast.fixed) : Weights()};
    if (recipe_of(training).windows)
        trained.window_rows = cast.network->rows_of(card.sampling.frames);
    const Bundle made = write(training, base, list, *cast.network, std::move(trained));
    if (with_features && !report.stopped)
        dump(training, made, list, card, cache, *cast.network);
    return report.stopped ? interrupted_exit_code : 0;
}

/** \brief The first of two networks, where the recipe trains twice and no teacher was named */
int train_teacher(const BackboneTraining &training, BackboneTraining *student)
{
    BackboneTraining teacher = training;
    teacher.settings.out = training_folder(training.settings.out) / "teacher";
    student->teacher = std::filesystem::absolute(teacher.settings.out).string();
    return train_network(teacher, /*with_features=*/false);
}

} // namespace

int train_backbone(const BackboneTraining &asked)
{
    const NamedRecipe &named = recipe_of(asked);
    BackboneTraining training = asked;
    training.settings.changes.many_labels |= named.recipe.labelling == Labelling::Many;
    if (training.map_distance.empty())
        training.map_distance = named.student == MapDistance::Mse ? "mse" : "l2";
    if (named.student != MapDistance::None && training.teacher.empty()) {
        if (const int code = train_teacher(asked, &training); code != 0)
            return code;
    }
    const std::string head = training.head.empty() ? named.head : training.head;
    if (head == "none")
        return train_network(training, /*with_features=*/false);

    BackboneTraining network = training;
    network.settings.out = training_folder(training.settings.out) / "backbone";
    if (const int code = train_network(network, /*with_features=*/true); code != 0)
        return code;
    HeadTraining head_training;
    head_training.settings = training.settings;
    head_training.settings.recipe.clear();
    head_training.settings.model = network.settings.out;
    head_training.settings.changes = {};
    head_training.settings.changes.seed = training.settings.changes.seed;
    head_training.settings.changes.many_labels = training.settings.changes.many_labels;
    head_training.features = features_folder(network);
    head_training.head = head;
    return train_head(head_training);
}

} // namespace fovea
