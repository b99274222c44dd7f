// SPDX-License-Identifier: MIT
#include "commands/eval_features.h"

#include <algorithm>
#include <cstdio>

#include "commands/extract.h"
#include "fovea/core/printable.h"
#include "fovea/nn/names.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/data/list_truths.h"
#include "interrupt.h"

namespace fovea {

EvaluateOptions with_folders(EvaluateOptions options, const Bundle &model)
{
    if (options.out.empty())
        options.out = model.name() + ".eval";
    if (options.features.empty())
        options.features = options.out / "features";
    std::error_code error;
    std::filesystem::create_directories(options.out, error);
    if (error)
        throw cannot_write(options.out, error.value());
    return options;
}

ClipList event_list(const EvaluateOptions &options, const Bundle &model)
{
    ListOptions list_options;
    list_options.root = options.root;
    list_options.labels = model.labels();
    list_options.labels.emplace_back(ambiguous_name);
    ClipList list = read_clip_list(options.list, list_options);
    for (const std::string &warning : list.warnings)
        std::fprintf(stderr, "fovea: warning: %s\n", printable(warning).c_str());
    return list;
}

Error nothing_in_split(const EvaluateOptions &options, const std::string &what)
{
    return {Error::Kind::Settings, "list '" + options.list.string() + "': has no " + what +
                                       " in the split '" + options.split +
                                       "'; give --split, or --split all"};
}

EvaluationFeatures extract_split(const EvaluateOptions &options,
                                 const std::vector<WeightedModel> &models, EvaluationOf what)
{
    EvaluationFeatures features;
    for (const auto &[model, weight] : models) {
        ExtractOptions extraction;
        extraction.analysis = options.analysis;
        extraction.out = options.features;
        if (models.size() > 1) {
            extraction.analysis.model = model.folder().string();
            extraction.out /= model.name();
        }
        extraction.jobs = options.jobs;
        extraction.list = options.list;
        extraction.root = options.root;
        extraction.split = options.split;
        extraction.stretches = what == EvaluationOf::Stretches;
        if (what == EvaluationOf::Clips) {
            const ActivityCard &card = model.activity();
            extraction.many_labels = card.decision.many_labels;
            extraction.mirrored = nn::test_crops(card.head) > 0;
        }
        features.folders.push_back(extraction.out);
        features.code = std::max(features.code, extract(extraction));
        if (interrupted())
            break;
    }
    return features;
}

} // namespace fovea
