#include "train_backbone.h"

#include <cstdio>
#include <memory>
#include <vector>

#include <ATen/Context.h>

#include "fovea/bundle/backbone_options.h"
#include "fovea/core/errors.h"
#include "fovea/focus/region_choice.h"
#include "fovea/nn/backbone.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/clip_samples.h"
#include "fovea/train/feature_dump.h"
#include "fovea/train/module_state.h"
#include "frame_cache.h"
#include "interrupt.h"
#include "model_choice.h"
#include "progress.h"
#include "train_head.h"

namespace fovea {

namespace {

ActivityCard training_card(const Bundle &base, const BackboneTraining &training)
{
    ActivityCard card = base.activity();
    if (training.timesteps > 0)
        card.sampling.timesteps = training.timesteps;
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

ClipSamplesOptions training_options(const BackboneTraining &training, const ActivityCard &card)
{
    ClipSamplesOptions options;
    options.regions = trained_regions(training, card);
    options.augmentation = training.from_scratch || training.augment ? from_scratch_augmentation()
                                                                     : fine_tuning_augmentation();
    options.seed = training.settings.changes.seed;
    return options;
}

ClipSamplesOptions judging_options(ClipSamplesOptions::Views views)
{
    ClipSamplesOptions options;
    options.training = false;
    options.views = views;
    return options;
}

std::shared_ptr<nn::Backbone> first_network(const Bundle &base, std::int64_t classes,
                                            bool from_scratch)
{
    const auto network = nn::make_backbone(backbone_options(base.activity(), classes));
    if (from_scratch)
        return network;
    Weights weights = backbone_weights(base);
    const std::string classifier = network->classifier() + ".";
    add_with_prefix(&weights, classifier, with_prefix(copy_of(*network), classifier));
    load_weights(*network, weights, base.folder());
    return network;
}

Bundle write(const BackboneTraining &training, const Bundle &base, const ActivityCard &card,
             const ClipList &list, nn::Backbone &network, const std::string &source,
             const std::string &measured)
{
    const Weights all = copy_of(network);
    TrainedBundle trained;
    trained.head = own_head(base.activity().architecture);
    trained.labels = list.labels;
    trained.regions = card.regions;
    trained.backbone = without_prefixes(all, {network.classifier() + "."});
    if (!trained.head.empty())
        add_with_prefix(&trained.head_weights, network.classifier() + ".",
                        with_prefix(all, network.classifier() + "."));
    trained.title = std::to_string(list.labels.size()) + " activities of one's own";
    trained.source = source;
    trained.measured = measured;
    const Bundle made = write_bundle(training.settings.out, base, trained);
    std::printf("\nwritten: '%s'\n", made.folder().c_str());
    return made;
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
    const ClipSamples samples(list.clips, targets_of(list, list.clips), card, cache,
                              judging_options(ClipSamplesOptions::Views::All));
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

} // namespace

namespace {

/** \return as train_backbone */
int train_network(const BackboneTraining &training, bool with_features)
{
    settle_training(training.settings.threads);
    const Bundle base = training.from_scratch ? Bundle::open(training.settings.model)
                                              : open_activity_model(training.settings.model);
    const ActivityCard card = training_card(base, training);
    ListOptions list_options;
    list_options.root = training.root;
    ClipList list = read_clip_list(training.list, list_options);
    const FrameCache cache = make_cache(card, training);
    decode_all(&list, cache);
    settle_list(&list, training.settings);

    using Views = ClipSamplesOptions::Views;
    const SplitSamples train_on =
        split_samples(list, "train", card, cache, training_options(training, card));
    // RAN's multi-regional fine-tuning: one random region in validation too
    ClipSamplesOptions validating = judging_options(Views::Random);
    validating.regions = trained_regions(training, card);
    const SplitSamples validate_on = split_samples(list, "val", card, cache, validating);

    const auto classes = static_cast<std::int64_t>(list.labels.size());
    const Recipe recipe =
        changed(training.from_scratch ? from_scratch_recipe() : fine_tuning_recipe(),
                training.settings.changes, count_classes(list, "train"));
    at::manual_seed(recipe.seed); // first weights
    const auto network = first_network(base, classes, training.from_scratch);
    BackboneClassifier classifier(network, classes,
                                  training.from_scratch ? std::vector<std::string>()
                                                        : fine_tuned_modules(card.architecture));
    const std::string way = training.from_scratch ? "from-scratch" : "fine-tuning";
    const Json trained_on = {{"architecture", card.architecture},
                             {"recipe", way},
                             {"labels", list.labels},
                             {"regions", region_words(card.regions)},
                             {"train_on", training.train_on},
                             {"augment", training.augment},
                             {"timesteps", card.sampling.timesteps}};
    const TrainReport report =
        run_training(classifier, *train_on.samples, validate_on.samples.get(), recipe,
                     training.settings, trained_on);

    const auto folder = training_folder(training.settings.out);
    std::string measured = "Not measured: stopped before the end.";
    const SplitSamples test_on =
        split_samples(list, "test", card, cache, judging_options(Views::All));
    if (!report.stopped && test_on.samples != nullptr)
        measured =
            "Test split, clips unseen in training: " +
            report_evaluation(folder, "test", predict(classifier, *test_on.samples, test_on.clips),
                              list.labels);
    const std::string source = "Network trained (" + way + ") from '" + base.name() + "', seed " +
                               std::to_string(recipe.seed) + ", " +
                               std::to_string(report.history.size()) +
                               " epochs, by fovea train backbone.";
    const Bundle made = write(training, base, card, list, *network, source, measured);
    if (with_features && !report.stopped)
        dump(training, made, list, card, cache, *network);
    return report.stopped ? interrupted_exit_code : 0;
}

} // namespace

int train_backbone(const BackboneTraining &training)
{
    const std::string head = !training.head.empty()  ? training.head
                             : training.from_scratch ? "none"
                                                     : "ra";
    if (head == "none")
        return train_network(training, /*with_features=*/false);

    BackboneTraining network = training;
    network.settings.out = training_folder(training.settings.out) / "backbone";
    if (const int code = train_network(network, /*with_features=*/true); code != 0)
        return code;
    HeadTraining head_training;
    head_training.settings = training.settings;
    head_training.settings.model = network.settings.out;
    head_training.settings.changes = {};
    head_training.settings.changes.seed = training.settings.changes.seed;
    head_training.features = features_folder(network);
    head_training.head = head;
    return train_head(head_training);
}

} // namespace fovea
