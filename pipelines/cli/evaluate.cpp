#include "evaluate.h"

#include <cstdio>

#include "extract.h"
#include "fovea/bundle/load.h"
#include "fovea/core/errors.h"
#include "fovea/engine/decision.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/feature_file.h"
#include "interrupt.h"
#include "model_choice.h"
#include "training_run.h"
#include "verdict.h"

namespace fovea {

namespace {

ClipList list_of(const EvaluateOptions &options, const Bundle &model)
{
    ListOptions list_options;
    list_options.labels = model.labels();
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
    const Bundle model = open_activity_model(options.analysis.model);
    if (options.out.empty())
        options.out = model.name() + ".eval";
    if (options.features.empty())
        options.features = options.out / "features";
    const ClipList list = list_of(options, model);

    std::error_code error;
    std::filesystem::create_directories(options.out, error);
    if (error)
        throw cannot_write(options.out, error.value());
    ExtractOptions extraction;
    extraction.analysis = options.analysis;
    extraction.out = options.features;
    extraction.jobs = options.jobs;
    extraction.list = options.list;
    extraction.split = options.split;
    const int code = extract(extraction);
    if (interrupted())
        return code;

    const auto head = load_head(model);
    const CardDecision &decision = model.activity().decision;
    const DecisionRule rule = decision_rule(model);
    const ClipList written = read_clip_list(options.features / "list.csv");
    std::vector<Prediction> by_mean;
    std::vector<Prediction> by_strongest;
    for (const ListedClip &clip : written.clips) {
        if (list.class_of(clip.label) < 0) // told when the list was read
            continue;
        const FeatureFile file = read_feature_file(clip.path);
        const Verdict verdict = judge_video(*head, file.features, decision, rule);
        by_mean.push_back({clip.id, clip.group, list.class_of(clip.label), verdict.mean, -1});
        by_strongest.push_back(by_mean.back());
        by_strongest.back().predicted = verdict.strongest;
    }
    report_evaluation(options.out, "mean-of-windows", by_mean, model.labels());
    if (rule.normal >= 0)
        report_evaluation(options.out, "strongest-event", by_strongest, model.labels());
    std::printf("\nwritten: '%s'\n", options.out.c_str());
    return code;
}

} // namespace fovea
