#include "commands/train_head.h"

#include <algorithm>
#include <cstdio>

#include <ATen/Context.h>

#include "fovea/core/errors.h"
#include "fovea/focus/region_choice.h"
#include "fovea/nn/heads.h"
#include "fovea/store/feature_file.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/data/feature_samples.h"
#include "fovea/train/loop/module_state.h"
#include "fovea/train/loop/recipes.h"
#include "interrupt.h"

namespace fovea {

namespace {

/** \brief The labels that stand in the feature files themselves */
ClipList list_of_files(const std::filesystem::path &folder)
{
    ClipList list;
    if (!std::filesystem::is_directory(folder))
        throw Error(Error::Kind::NotFound, "'" + folder.string() +
                                               "' is no folder; expected feature files of "
                                               "'fovea extract'");
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".pt")
            continue;
        ListedClip clip;
        clip.path = entry.path();
        clip.id = clip.group = entry.path().stem().string();
        clip.label = read_feature_file(entry.path()).label;
        if (clip.label.empty()) {
            list.warnings.push_back("'" + clip.path.string() + "': has no label; left out");
            continue;
        }
        if (list.class_of(clip.label) < 0)
            list.labels.push_back(clip.label);
        list.clips.push_back(std::move(clip));
    }
    std::sort(list.labels.begin(), list.labels.end());
    std::sort(list.clips.begin(), list.clips.end(),
              [](const ListedClip &a, const ListedClip &b) { return a.id < b.id; });
    if (list.clips.empty())
        throw Error(Error::Kind::Settings, "'" + folder.string() +
                                               "' holds no labelled feature file; make them with "
                                               "'fovea extract --list'");
    return list;
}

ClipList features_list(const HeadTraining &training, bool many_labels)
{
    ListOptions options;
    options.many_labels = many_labels;
    options.root = training.features;
    if (!training.list.empty())
        return read_clip_list(training.list, options);
    const auto beside = training.features / "list.csv";
    if (std::filesystem::exists(beside))
        return read_clip_list(beside, options);
    if (many_labels)
        throw Error(Error::Kind::NotFound, "'" + beside.string() +
                                               "' does not exist; several labels a clip need a "
                                               "list: give --list, or extract with --list");
    return list_of_files(training.features);
}

FeatureSamples samples_of(const ClipList &list, const std::string &split,
                          FeatureSamplesOptions options, const Recipe &recipe)
{
    const std::vector<ListedClip> listed = list.of_split(split);
    const auto targets = targets_of(list, listed);
    const bool many = recipe.labelling == Labelling::Many;
    const auto labels = many ? labels_of(list, listed) : std::vector<at::Tensor>(listed.size());
    std::vector<FeatureClip> clips;
    for (std::size_t i = 0; i < listed.size(); ++i)
        clips.push_back({listed[i].path, targets[i], labels[i]});
    options.training = split == "train";
    options.seed = options.training ? recipe.seed : 0;
    return {std::move(clips), options};
}

/** \brief Which of the files' regions the head sees */
struct RegionChoice {
    RegionGridOptions regions;
    std::vector<std::size_t> places; ///< among those of the files
};

RegionChoice regions_for(const HeadTraining &training, const FeatureFile &first,
                         const RegionGridOptions &of_card)
{
    const RegionGridOptions there =
        first.regions.empty() ? of_card : chosen_regions(of_card, first.regions);
    if (region_count(there) != first.boxes.size())
        throw Error(Error::Kind::Settings, "features of '" + first.video_id + "': have " +
                                               std::to_string(first.boxes.size()) +
                                               " regions, the model's card '" +
                                               region_words(there) + "'; extract them again");
    if (training.regions.empty())
        return {there, {}};
    const RegionGridOptions wanted = chosen_regions(of_card, training.regions);
    return {wanted, region_places(there, wanted)};
}

bool is_known(const std::string &model)
{
    const auto names = Bundle::names();
    return std::find(names.begin(), names.end(), model) != names.end();
}

Bundle base_bundle(const HeadTraining &training, const ClipList &list, const FeatureFile &first)
{
    const std::string &asked = training.settings.model;
    if (asked.empty() && !is_known(first.bundle))
        throw Error(Error::Kind::NotFound,
                    "features '" + list.clips.front().path.string() + "' are of model '" +
                        first.bundle + "', which is not on the model path; give --model FOLDER");
    Bundle base = Bundle::open(asked.empty() ? first.bundle : asked);
    if (!first.bundle_sha256.empty() && base.files().front().sha256 != first.bundle_sha256)
        throw Error(Error::Kind::Settings,
                    "features '" + list.clips.front().path.string() +
                        "' were made with other weights than those of model '" + base.name() +
                        "'; extract them again, or give --model");
    return base;
}

/**
 * \brief The second model of the features, which the bundle names and must be found from its folder
 * \throw Error NotFound with the remedy
 */
AttendedModel attended_of(const FeatureFile &first, const std::filesystem::path &out)
{
    const std::string &name = first.attended;
    if (first.attended_channels == 0)
        return {};
    try {
        Bundle::open_part(out, name);
    } catch (const Error &error) {
        if (error.kind() != Error::Kind::NotFound)
            throw;
        throw Error(Error::Kind::NotFound,
                    "features of '" + first.video_id + "' attend to model '" + name +
                        "', which is neither on the model path nor beside '" + out.string() +
                        "', where the new bundle would look for it; copy its folder there");
    }
    return {name, first.attended_sha256};
}

} // namespace

int train_head(const HeadTraining &training)
{
    const std::string &asked = training.settings.recipe;
    const NamedRecipe &named =
        recipe_named(asked.empty() ? "heads" : asked, NamedRecipe::Trains::Head);
    const std::string kind = !training.head.empty() ? training.head
                             : !named.head.empty()  ? named.head
                                                    : "ra";
    const bool many_labels = training.settings.changes.many_labels;
    if (many_labels && nn::head_gives_shares(kind))
        throw Error(Error::Kind::Settings, "head '" + kind +
                                               "' says one class of all; expected one for any "
                                               "number of labels, such as region-mean or ra");
    settle_training(training.settings.threads);
    ClipList list = features_list(training, many_labels);
    const FeatureFile first = read_feature_file(list.clips.front().path);
    const Bundle base = base_bundle(training, list, first);
    const AttendedModel attended = attended_of(first, training.settings.out);
    if (base.activity().focus.is_late())
        throw Error(Error::Kind::Settings,
                    "model '" + base.name() +
                        "': expected one network's rows, got focus with fusion late: each of its "
                        "looks has a classifier of its own; train one with fusion temporal");
    const RegionChoice choice = regions_for(training, first, base.activity().regions);
    settle_list(&list, training.settings);
    const auto classes = static_cast<std::int64_t>(list.labels.size());
    const Recipe recipe =
        changed(named.recipe, training.settings.changes, count_classes(list, "train"));

    const CardDecision &rule = base.activity().decision;
    FeatureSamplesOptions options;
    options.window = recipe.crop_rows > 0 ? recipe.crop_rows : rule.window;
    options.hop = recipe.crop_rows > 0 ? std::max(1, recipe.crop_rows / 4) : rule.hop;
    options.regions = choice.places;
    const FeatureSamples train_on = samples_of(list, "train", options, recipe);
    const FeatureSamples validate_on = samples_of(list, "val", options, recipe);
    at::manual_seed(recipe.seed); // first weights
    const auto head = nn::make_head(kind, train_on.channels(), classes, first.attended_channels);
    HeadClassifier classifier(head);
    const Json trained_on = {{"recipe", named.name},
                             {"head", kind},
                             {"labels", list.labels},
                             {"regions", region_words(choice.regions)},
                             {"features", base.files().front().sha256},
                             {"attended", first.attended_sha256}};
    const TrainReport report =
        run_training(classifier, train_on, &validate_on, recipe, training.settings, trained_on);

    const auto folder = training_folder(training.settings.out);
    std::string measured =
        "Validation: " + report_evaluation(folder, "validation",
                                           predict(classifier, validate_on, list.of_split("val")),
                                           list.labels);
    if (!report.stopped && !list.of_split("test").empty()) {
        options.crops = nn::test_crops(kind);
        const FeatureSamples test_on = samples_of(list, "test", options, recipe);
        measured =
            "Test split, clips unseen in training: " +
            report_evaluation(folder, "test", predict(classifier, test_on, list.of_split("test")),
                              list.labels) +
            " " + measured;
    }

    TrainedBundle trained;
    trained.head = kind;
    trained.many_labels = many_labels;
    trained.window = recipe.crop_rows;
    trained.labels = list.labels;
    trained.regions = choice.regions;
    trained.focus = focus_of(base);
    trained.attended = attended;
    trained.backbone = backbone_weights(base);
    trained.head_weights = copy_of(*head);
    trained.title = std::to_string(classes) + " activities of one's own";
    trained.source = "Head '" + kind + "' trained (" + named.name + ") on features of '" +
                     base.name() + (attended.name.empty() ? "'" : "' and '" + attended.name + "'") +
                     ", seed " + std::to_string(recipe.seed) + ", " +
                     std::to_string(report.history.size()) + " epochs, by fovea train head.";
    trained.measured = measured;
    const Bundle made = write_bundle(training.settings.out, base, trained);
    std::printf("\nwritten: '%s'\n", made.folder().c_str());
    return report.stopped ? interrupted_exit_code : 0;
}

} // namespace fovea
