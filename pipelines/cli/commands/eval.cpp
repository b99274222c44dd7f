// SPDX-License-Identifier: MIT
#include "commands/eval.h"

#include <algorithm>
#include <cstdio>

#include "commands/extract.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"
#include "fovea/eval/video_scorer.h"
#include "fovea/nn/names.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/data/list_truths.h"
#include "interrupt.h"
#include "run_printer.h"

namespace fovea {

namespace {

std::filesystem::path features_of(const EvaluateOptions &options, const Bundle &model,
                                  bool one_of_many)
{
    const auto folder = options.features.empty() ? options.out / "features" : options.features;
    return one_of_many ? folder / model.name() : folder;
}

ExtractOptions extraction_of(const EvaluateOptions &options, const Bundle &model,
                             const std::filesystem::path &features, bool one_of_many)
{
    ExtractOptions extraction;
    extraction.analysis = options.analysis;
    if (one_of_many)
        extraction.analysis.model = model.folder().string();
    extraction.out = features;
    extraction.jobs = options.jobs;
    extraction.list = options.list;
    extraction.split = options.split;
    extraction.many_labels = model.activity().decision.many_labels;
    extraction.mirrored = nn::test_crops(model.activity().head) > 0;
    return extraction;
}

ClipList list_of(const EvaluateOptions &options, const Bundle &model)
{
    ListOptions list_options;
    list_options.labels = model.labels();
    list_options.many_labels = model.activity().decision.many_labels;
    ClipList list = read_clip_list(options.list, list_options);
    for (const std::string &warning : list.warnings) {
        if (warning.find("label '") != std::string::npos) // the others are told when extracting
            std::fprintf(stderr, "fovea: warning: %s\n", warning.c_str());
    }
    std::vector<ListedClip> kept;
    for (ListedClip &clip : list.clips) {
        if (options.split.empty() || clip.split == options.split)
            kept.push_back(std::move(clip));
    }
    list.clips = std::move(kept);
    if (list.clips.empty())
        throw Error(Error::Kind::Settings, "list '" + options.list.string() +
                                               "': has no clip in the split '" + options.split +
                                               "'; give --split, or --split all");
    return list;
}

} // namespace

int evaluate_model(const EvaluateOptions &asked)
{
    EvaluateOptions options = asked;
    const std::vector<WeightedModel> models = open_models(options.analysis.model);
    const Bundle &model = models.front().bundle;
    if (options.out.empty())
        options.out = model.name() + ".eval";
    const ClipList list = list_of(options, model);

    std::error_code error;
    std::filesystem::create_directories(options.out, error);
    if (error)
        throw cannot_write(options.out, error.value());
    std::vector<EvaluatedModel> evaluated;
    int code = 0;
    for (const auto &[one, weight] : models) {
        const bool one_of_many = models.size() > 1;
        evaluated.push_back({one, weight, features_of(options, one, one_of_many)});
        code = std::max(
            code, extract(extraction_of(options, one, evaluated.back().features, one_of_many)));
        if (interrupted())
            return code;
    }

    VideoScorer scorer(evaluated);
    const bool many_labels = scorer.rule().many_labels;
    ListOptions written_as;
    written_as.many_labels = many_labels;
    const ClipList written = read_clip_list(evaluated.front().features / "list.csv", written_as);
    std::vector<EvaluatedVideo> videos;
    for (const ListedClip &clip : written.clips) {
        Prediction truth = truth_of(clip, list, many_labels);
        if (truth.truth >= 0 || !truth.truths.empty()) // the others were told with the list
            videos.push_back({std::move(truth), clip.path.filename()});
    }
    const VideoEvaluation evaluation = evaluate_videos(scorer, videos);
    report_evaluation(options.out, many_labels ? "greatest-of-windows" : "mean-of-windows",
                      evaluation.by_windows, model.labels());
    if (scorer.rule().normal >= 0)
        report_evaluation(options.out, "strongest-event", evaluation.by_strongest, model.labels());
    if (evaluation.left_out > 0)
        std::printf("\nleft out: %d clips that could not be extracted, see above\n",
                    evaluation.left_out);
    std::printf("\nwritten: '%s'\n", options.out.c_str());
    return code;
}

} // namespace fovea
