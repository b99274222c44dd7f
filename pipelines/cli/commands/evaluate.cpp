#include "commands/evaluate.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

#include "commands/combination.h"
#include "commands/extract.h"
#include "commands/training_run.h"
#include "commands/verdict.h"
#include "fovea/bundle/load.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/decide/decision.h"
#include "fovea/nn/heads.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/feature_file.h"
#include "interrupt.h"
#include "options/model_choice.h"

namespace fovea {

namespace {

/** \brief One of the models that judge together, or the only one */
struct Member {
    const Bundle *model = nullptr;
    float weight = 1; ///< share of the mean
    std::unique_ptr<ActivityHead> head;
    std::filesystem::path features; ///< folder of its feature files
};

/** \brief The mean of the models' scores; none where a model has no rows of the video */
std::optional<Verdict> joint_verdict(const std::vector<Member> &members,
                                     const std::filesystem::path &file, const DecisionRule &rule)
{
    const std::vector<std::string> &labels = members.front().model->labels();
    Verdict joint;
    joint.scores.resize(labels.size());
    joint.decided.resize(labels.size());
    for (const Member &member : members) {
        if (!std::filesystem::exists(member.features / file))
            return std::nullopt;
        const FeatureFile rows = read_feature_file(member.features / file);
        const CardDecision &decision = member.model->activity().decision;
        Verdict own =
            judge_video(*member.head, rows.features, decision, decision_rule(*member.model));
        if (const int crops = nn::test_crops(member.model->activity().head); crops > 0)
            own.scores = mean_of_crops(*member.head, rows, decision.window, crops);
        const auto add = [&](std::vector<float> *sum, const std::vector<float> &scores) {
            const auto ordered = in_order_of(labels, member.model->labels(), scores);
            for (std::size_t i = 0; i < sum->size(); ++i)
                (*sum)[i] += ordered[i] * member.weight;
        };
        add(&joint.scores, own.scores);
        add(&joint.decided, own.decided);
    }
    joint.strongest = strongest_class(joint, rule);
    return joint;
}

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

/** \brief What a clip shows, of the classes of the list */
Prediction truth_of(const ListedClip &clip, const ClipList &list, bool many_labels)
{
    Prediction truth;
    truth.id = clip.id;
    truth.group = clip.group;
    truth.truth = many_labels ? -1 : list.class_of(clip.label);
    for (const std::string &label : many_labels ? clip.labels() : std::vector<std::string>()) {
        if (list.class_of(label) >= 0)
            truth.truths.push_back(list.class_of(label));
    }
    return truth;
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
    std::vector<Member> members;
    int code = 0;
    for (const auto &[one, weight] : models) {
        Member member;
        const bool one_of_many = models.size() > 1;
        member.features = features_of(options, one, one_of_many);
        code = std::max(code, extract(extraction_of(options, one, member.features, one_of_many)));
        if (interrupted())
            return code;
        member.head = load_head(one);
        member.model = &one;
        member.weight = static_cast<float>(weight);
        members.push_back(std::move(member));
    }

    const DecisionRule rule = decision_rule(model);
    ListOptions written_as;
    written_as.many_labels = rule.many_labels;
    const ClipList written = read_clip_list(members.front().features / "list.csv", written_as);
    std::vector<Prediction> by_mean;
    std::vector<Prediction> by_strongest;
    int lost = 0;
    for (const ListedClip &clip : written.clips) {
        const Prediction truth = truth_of(clip, list, rule.many_labels);
        if (truth.truth < 0 && truth.truths.empty()) // told when the list was read
            continue;
        const auto verdict = joint_verdict(members, clip.path.filename(), rule);
        if (!verdict) { // told when it could not be extracted
            ++lost;
            continue;
        }
        by_mean.push_back(truth);
        by_mean.back().scores = verdict->scores;
        by_strongest.push_back(by_mean.back());
        by_strongest.back().predicted = verdict->strongest;
    }
    report_evaluation(options.out, rule.many_labels ? "greatest-of-windows" : "mean-of-windows",
                      by_mean, model.labels());
    if (rule.normal >= 0)
        report_evaluation(options.out, "strongest-event", by_strongest, model.labels());
    if (lost > 0)
        std::printf("\nleft out: %d clips that could not be extracted, see above\n", lost);
    std::printf("\nwritten: '%s'\n", options.out.c_str());
    return code;
}

} // namespace fovea
