// SPDX-License-Identifier: MIT
#include "commands/eval_features.h"

#include <algorithm>
#include <cstdio>

#include "commands/extract.h"
#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/core/printable.h"
#include "fovea/nn/names.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/rows_record.h"
#include "interrupt.h"
#include "progress.h"

namespace fovea {

namespace {

constexpr const char *features_name = "features";     ///< of the folder beside the figures
constexpr const char *first_stage_name = "proposals"; ///< in the first model's, which no model has

/** \brief Whether the folders of features of several models are as many; one model twice has one */
void check_names(const std::vector<WeightedModel> &models)
{
    for (std::size_t i = 0; i < models.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const Bundle &one = models[j].bundle;
            const Bundle &other = models[i].bundle;
            std::error_code none;
            if (one.name() == other.name() &&
                !std::filesystem::equivalent(one.folder(), other.folder(), none))
                throw Error(Error::Kind::Settings,
                            "models '" + one.folder().string() + "' and '" +
                                other.folder().string() + "' are both named '" + one.name() +
                                "', expected a name of each for its features; change 'name' in "
                                "one's card.json");
        }
}

/** \brief Whether rows become labels: it would be refused behind hours of extracting them */
void check_decide(const std::vector<WeightedModel> &models)
{
    for (const auto &[model, weight] : models) {
        load_head(model);
        window_settings(model);
    }
}

/** \brief A model to be extracted, and in which folder of the features */
struct ExtractedModel {
    const Bundle *bundle;
    std::filesystem::path folder; ///< empty: the features' itself
};

std::vector<ExtractedModel> extracted_models(const std::vector<WeightedModel> &models,
                                             const Bundle *first_stage)
{
    std::vector<ExtractedModel> extracted;
    for (const auto &[model, weight] : models)
        extracted.push_back({&model, models.size() > 1 ? model.name() : ""});
    if (first_stage != nullptr)
        extracted.push_back({first_stage, extracted.front().folder / first_stage_name});
    return extracted;
}

} // namespace

EvaluateOptions with_folders(EvaluateOptions options, const std::vector<WeightedModel> &models)
{
    check_names(models);
    check_decide(models);
    if (options.out.empty())
        options.out = models.front().bundle.name() + ".eval";
    options.is_own_folder = options.features.empty();
    if (options.is_own_folder)
        options.features = options.out / features_name;
    make_folder(options.out);
    return options;
}

ClipList event_list(const EvaluateOptions &options, const Bundle &model)
{
    ListOptions list_options;
    list_options.root = options.root;
    list_options.labels = model.labels();
    list_options.labels.emplace_back(ambiguous_name);
    list_options.check_files = options.parts.empty(); // their videos may be elsewhere
    ClipList list = read_clip_list(options.list, list_options);
    std::for_each(list.warnings.begin(), list.warnings.end(), warn);
    return list;
}

Error nothing_in_split(const EvaluateOptions &options, const std::string &what, bool splits)
{
    if (!splits)
        return {Error::Kind::Settings,
                "list '" + options.list.string() + "': has no splits, expected a " + what +
                    " in the split '" + options.split +
                    "'; give the list that a training made of it, training/list.csv in its --out, "
                    "or --split all, which judges what was trained on as well"};
    return {Error::Kind::Settings, "list '" + options.list.string() + "': has no " + what +
                                       " in the split '" + options.split +
                                       "'; give --split, or --split all"};
}

bool has_splits(const ClipList &list)
{
    return std::any_of(list.clips.begin(), list.clips.end(),
                       [](const ListedClip &clip) { return !clip.split.empty(); });
}

bool is_feature_file(const std::filesystem::path &file)
{
    return file.extension() == feature_ending;
}

void check_features(const EvaluateOptions &options, const std::vector<WeightedModel> &models,
                    const std::filesystem::path &rows)
{
    const std::string place =
        "list '" + options.list.string() + "': names feature files, which are ";
    if (options.share.shard.is_part() || !options.parts.empty())
        throw Error(Error::Kind::Settings,
                    place + "evaluated at once: leave --shard and --merge out");
    if (models.size() > 1)
        throw Error(Error::Kind::Settings,
                    place + "one model's, expected videos for several models");
    const Bundle &model = models.front().bundle;
    const FeatureFile file = read_feature_file(rows);
    if (!are_rows_of(model, file).value_or(true))
        throw Error(Error::Kind::Settings, place + "of model '" + file.bundle +
                                               "', expected the network of '" + model.name() +
                                               "'; extract them again");
}

EvaluationFeatures extract_split(const EvaluateOptions &options,
                                 const std::vector<WeightedModel> &models, EvaluationOf what,
                                 const Bundle *first_stage)
{
    EvaluationFeatures features;
    for (const auto &[model, folder] : extracted_models(models, first_stage)) {
        ExtractOptions extraction;
        extraction.analysis = options.analysis;
        extraction.out = options.features;
        extraction.list_name = evaluated_name;
        extraction.keeps_other_splits = false;
        extraction.refuses_other_rows = !options.is_own_folder && folder.empty();
        if (!folder.empty()) {
            extraction.analysis.model = model->folder().string();
            extraction.out /= folder;
        }
        extraction.jobs = options.jobs;
        extraction.share = options.share;
        extraction.patience_s = options.patience_s;
        for (const auto &part : options.parts)
            extraction.parts.push_back(part / features_name / folder);
        extraction.list = options.list;
        extraction.root = options.root;
        extraction.split = options.split;
        extraction.stretches = what == EvaluationOf::Stretches;
        if (what == EvaluationOf::Clips) {
            const ActivityCard &card = model->activity();
            extraction.many_labels = card.decision.many_labels;
            extraction.mirrored = nn::test_crops(card.head) > 0;
        }
        features.folders.push_back(extraction.out);
        features.code = std::max(features.code, extract(extraction));
        if (interrupted())
            break;
    }
    const bool is_share = options.share.shard.is_part();
    if (is_share && !interrupted())
        std::printf("\nwritten: '%s', a part without figures; once all shares are done, the same "
                    "command with --merge and their folders in place of --shard tells them\n",
                    printable(options.out.string()).c_str());
    const bool is_made = std::all_of( // else each video has been told
        features.folders.begin(), features.folders.end(),
        [](const auto &folder) { return std::filesystem::exists(folder / evaluated_name); });
    features.are_all = !is_share && !interrupted() && is_made;
    return features;
}

} // namespace fovea
