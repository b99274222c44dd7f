// SPDX-License-Identifier: MIT
#include "fovea/train/head_training.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <ATen/Context.h>

#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/focus/region_choice.h"
#include "fovea/nn/architecture.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/heads.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/data/clip_targets.h"
#include "fovea/train/data/feature_samples.h"
#include "fovea/train/data/window_starts.h"
#include "fovea/train/kept_classifier.h"
#include "fovea/train/lists/feature_list.h"
#include "fovea/train/loop/module_state.h"
#include "fovea/train/loop/named_recipes.h"
#include "fovea/train/rows_record.h"

namespace fovea {

namespace {

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
    if (!first.bundle_sha256.empty() && base.weights().sha256 != first.bundle_sha256)
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
    if (name == AttendedModel::persons)
        return {name, /*sha256=*/""};
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

/** \brief Frames of a row whose features stand side by side behind the model's */
std::int64_t frames_attended_to(const Bundle &base, const AttendedModel &attended,
                                const std::filesystem::path &out)
{
    if (attended.name.empty() || attended.is_persons())
        return 1;
    const ActivityCard &card = base.activity();
    const Bundle second = Bundle::open_part(out, attended.name);
    return std::max(1, attended_frames(card, row_facts_of(card).rows, second));
}

/** \brief How the rows were taken: as their record says, else as the model's card */
SamplingOptions sampling_of(const std::optional<RowsRecord> &record, SamplingOptions of_card)
{
    if (!record)
        return of_card;
    const JsonReader made(record->made, record->file);
    const Sampling plan = value_named(samplings, record->file + ": sampling",
                                      made.get<std::string>("sampling", "card"));
    if (plan != Sampling::Card && plan != Sampling::Every)
        of_card.plan = plan;
    if (const int timesteps = made.get<int>("timesteps", 0); timesteps > 0)
        of_card.timesteps = timesteps;
    of_card.mode = value_named(feature_modes, record->file + ": mode",
                               made.get<std::string>("mode", "one-at-a-time"));
    return of_card;
}

/** \brief Who found the persons of the rows; empty: it is not said */
std::string detector_of(const std::optional<RowsRecord> &record)
{
    const Json found = record ? record->made.value("detector", Json("")) : Json("");
    const Json detector = found.is_object() ? found : Json{{"name", found}}; // a network, or hog
    return JsonReader(detector, record ? record->file : "").get<std::string>("name", "");
}

/** \brief False where the record says that nobody looked for keypoints */
bool tell_keypoints(const std::optional<RowsRecord> &record)
{
    return !record || !record->made.contains("pose") || record->made.at("pose") != "none";
}

std::string head_of(const HeadTraining &training, const NamedRecipe &named)
{
    if (!training.head.empty())
        return training.head;
    return named.head.empty() ? "ra" : named.head;
}

/** \brief One head from its features to its bundle */
class HeadRun
{
public:
    HeadRun(const HeadTraining &training, RunWatcher &watcher);

    TrainReport train();

    /** \brief The bundle, before its test is run: what was trained is safe then */
    Bundle write(const TrainReport &report);

    /** \brief Judges validation and, unless the training was stopped, the test split */
    Bundle measure(const Bundle &made, bool stopped);

private:
    std::unique_ptr<FeatureSamples> samples(const std::string &split, int crops) const;
    std::string judged(const FeatureSamples &samples, const std::string &split);
    void check_head() const;
    void leave_out_unfit();
    void warn_of_mixed_rows();

    int window() const
    {
        const int crop = named_.recipe.crop_rows;
        return crop > 0 ? crop : base_->activity().decision.window;
    }

    int hop() const
    {
        const int crop = named_.recipe.crop_rows;
        return crop > 0 ? std::max(1, crop / 4) : base_->activity().decision.hop;
    }

    /** \brief Windows of training and test are at any row; those of validation where a stretch holds none at a hop */
    bool crops_at_random() const { return named_.recipe.crop_rows > 0; }

    bool many_labels() const { return training_.settings.changes.many_labels; }

    const HeadTraining &training_;
    RunWatcher &watcher_;
    const NamedRecipe &named_;
    std::string kind_; ///< of the head
    ClipList list_;
    std::filesystem::path first_file_;
    FeatureFile first_; ///< the others are as this one
    std::optional<Bundle> base_;
    AttendedModel attended_;
    std::int64_t attended_frames_ = 1; ///< of a row
    RegionChoice choice_;
    Recipe recipe_;
    std::unique_ptr<FeatureSamples> validation_;
    std::shared_ptr<nn::Head> head_;
    std::unique_ptr<HeadClassifier> classifier_;
};

const NamedRecipe &recipe_of(const HeadTraining &training)
{
    const std::string &asked = training.settings.recipe;
    return recipe_named(asked.empty() ? "heads" : asked, NamedRecipe::Trains::Head);
}

void HeadRun::check_head() const
{
    if (many_labels() && nn::head_gives_shares(kind_))
        throw Error(Error::Kind::Settings, "head '" + kind_ +
                                               "' says one class of all; expected one for any "
                                               "number of labels, such as region-mean or ra");
}

/** \brief Stretches that hold no window; but of crops, none that starts at a hop */
void HeadRun::leave_out_unfit()
{
    const auto is_unfit = [&](const ListedClip &clip) {
        go_on(watcher_);
        if (!is_stretch(clip) || !starts_in_stretch(clip, read_feature_file(clip.path), window(),
                                                    crops_at_random() ? 1 : hop())
                                      .empty())
            return false;
        list_.warnings.push_back("'" + clip.path.string() +
                                 "': no window lies in the stretch of '" + clip.label +
                                 "'; left out");
        return true;
    };
    auto &clips = list_.clips;
    clips.erase(std::remove_if(clips.begin(), clips.end(), is_unfit), clips.end());
}

/** \brief Rows of one network may still be of other frames or regions; those of another are refused as they are read */
void HeadRun::warn_of_mixed_rows()
{
    const auto &path = list_.clips.front().path;
    if (std::string why = unlike_card(path, *base_); !why.empty())
        list_.warnings.push_back(std::move(why));
    const auto first = record_of(path);
    for (const ListedClip &clip : list_.clips) {
        go_on(watcher_);
        const auto record = first ? record_of(clip.path) : std::nullopt;
        const std::string keys = record ? made_otherwise(*record, *first) : "";
        if (!keys.empty()) {
            list_.warnings.push_back("'" + clip.path.string() + "': made with another " + keys +
                                     " than '" + path.string() +
                                     "', others maybe too; extract all with the same options");
            return;
        }
    }
}

HeadRun::HeadRun(const HeadTraining &training, RunWatcher &watcher)
    : training_(training),
      watcher_(watcher),
      named_(recipe_of(training)),
      kind_(head_of(training, named_))
{
    training_device(training.settings);
    check_head();
    check_changes(named_.recipe, training.settings.changes);
    prepare_process(training.settings.threads);
    list_ = read_feature_list(training.features, training.list, many_labels());
    first_file_ = list_.clips.front().path;
    first_ = read_feature_file(first_file_);
    base_ = base_bundle(training, list_, first_);
    if (nn::architecture_facts(base_->activity().architecture).rows_are_scores)
        throw Error(Error::Kind::Settings, "model '" + base_->name() +
                                               "': expected rows of features, got the scores of " +
                                               base_->activity().architecture +
                                               "; attend to them, or train on those of vgg19-fc6");
    attended_ = attended_of(first_, training.settings.out);
    attended_frames_ = frames_attended_to(*base_, attended_, training.settings.out);
    if (base_->activity().focus.is_late())
        throw Error(Error::Kind::Settings,
                    "model '" + base_->name() +
                        "': expected one network's rows, got focus with fusion late: each of its "
                        "looks has a classifier of its own; train one with fusion temporal");
    choice_ = regions_for(training, first_, base_->activity().regions);
    warn_of_mixed_rows();
    leave_out_unfit();
    normal_class(*base_, list_.labels, training.settings.normal);
    check_begins(list_, training.settings, watcher);
    prepare_list(&list_, training.settings, watcher);
    recipe_ = changed(named_.recipe, training.settings.changes, count_classes(list_, "train"));
}

std::unique_ptr<FeatureSamples> HeadRun::samples(const std::string &split, int crops) const
{
    FeatureSamplesOptions options;
    options.window = window();
    options.hop = hop();
    options.whole_clips = kind_ == "persons"; // who moves how is of a clip, not of its half
    options.regions = choice_.places;
    options.like = first_file_;
    options.crops = crops;
    options.training = split == "train";
    options.between_hops = crops_at_random();
    options.seed = options.training ? recipe_.seed : 0;

    const std::vector<ListedClip> listed = list_.of_split(split);
    const auto targets = targets_of(list_, listed);
    const bool many = recipe_.labelling == Labelling::Many;
    const auto labels = many ? labels_of(list_, listed) : std::vector<at::Tensor>(listed.size());
    std::vector<FeatureClip> clips;
    for (std::size_t i = 0; i < listed.size(); ++i)
        clips.push_back({listed[i].path, targets[i], labels[i], listed[i]});
    return std::make_unique<FeatureSamples>(std::move(clips), options);
}

TrainReport HeadRun::train()
{
    const auto train_on = samples("train", /*crops=*/0);
    validation_ = samples("val", /*crops=*/0);
    at::manual_seed(recipe_.seed); // first weights
    head_ =
        nn::make_head(kind_, train_on->channels(), static_cast<std::int64_t>(list_.labels.size()),
                      first_.attended_channels, many_labels(), attended_frames_);
    if (keep_classifier(*base_, list_.labels, head_.get()))
        watcher_.note("the classifier of '" + base_->name() + "' is kept; the persons learn");
    classifier_ = std::make_unique<HeadClassifier>(head_);
    check_files(*validation_, watcher_); // a damaged one would end the run after its training
    if (!list_.of_split("test").empty())
        check_files(*samples("test", nn::test_crops(kind_)), watcher_);
    TrainerOptions options;
    options.recipe = recipe_;
    options.trained_on = {{"recipe", named_.name},
                          {"head", kind_},
                          {"labels", list_.labels},
                          {"regions", region_words(choice_.regions)},
                          {"features", base_->weights().sha256},
                          {"attended", first_.attended_sha256}};
    return run_training(*classifier_, *train_on, validation_.get(), options, training_.settings,
                        watcher_);
}

std::string HeadRun::judged(const FeatureSamples &samples, const std::string &split)
{
    return score_split(*classifier_, samples, list_, split, recipe_, training_.settings, watcher_);
}

Bundle HeadRun::measure(const Bundle &made, bool stopped)
{
    std::string measured = "Validation: " + judged(*validation_, "val");
    if (!stopped && !list_.of_split("test").empty()) {
        const auto test_on = samples("test", nn::test_crops(kind_));
        measured =
            "Test split, clips unseen in training: " + judged(*test_on, "test") + " " + measured;
    }
    return made_by_first(training_.settings, [&] { return write_measured(made, measured); });
}

Bundle HeadRun::write(const TrainReport &report)
{
    TrainedBundle trained;
    trained.head = kind_;
    trained.many_labels = many_labels();
    trained.window = recipe_.crop_rows;
    trained.labels = list_.labels;
    trained.normal = training_.settings.normal;
    trained.regions = choice_.regions;
    const std::optional<RowsRecord> record = record_of(list_.clips.front().path);
    trained.detector = detector_of(record);
    trained.sampling = sampling_of(record, base_->activity().sampling);
    trained.focus = focus_of(*base_);
    trained.attended = attended_;
    trained.keypoints = tell_keypoints(record);
    trained.backbone = backbone_weights(*base_);
    trained.head_weights = copy_of(*head_);
    trained.title = std::to_string(list_.labels.size()) + " activities of one's own";
    trained.source = "Head '" + kind_ + "' trained (" + named_.name + ") on features of '" +
                     base_->name() +
                     (attended_.name.empty() ? "'" : "' and '" + attended_.name + "'") + ", seed " +
                     std::to_string(recipe_.seed) + ", " + std::to_string(report.history.size()) +
                     " epochs, by fovea train head.";
    trained.measured = "Not measured: the test has not come to its end.";
    Bundle made = made_by_first(
        training_.settings, [&] { return write_bundle(training_.settings.out, *base_, trained); });
    tell_made(made, watcher_, training_.settings.processes->is_first());
    tell_events(made, watcher_);
    return made;
}

} // namespace

TrainingOutcome train_head(const HeadTraining &training, RunWatcher &watcher)
{
    HeadRun run(training, watcher);
    const TrainReport report = run.train();
    return {run.measure(run.write(report), report.stopped), report.stopped};
}

} // namespace fovea
