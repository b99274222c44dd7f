// SPDX-License-Identifier: MIT
#include "fovea/eval/video_scorer.h"

#include <algorithm>

#include "fovea/bundle/load.h"
#include "fovea/bundle/rules.h"
#include "fovea/decide/combined_head.h"
#include "fovea/eval/crops.h"
#include "fovea/nn/names.h"
#include "fovea/store/feature_file.h"

namespace fovea {

namespace {

int label_of(const VideoOutcome &outcome, const DecisionRule &rule)
{
    if (const auto decision = decide(outcome.scores, rule))
        return decision->label;
    const auto best = std::max_element(outcome.pooled.begin(), outcome.pooled.end());
    return static_cast<int>(best - outcome.pooled.begin());
}

} // namespace

VideoScorer::VideoScorer(const std::vector<EvaluatedModel> &models)
    : rule_(decision_rule(models.front().bundle))
{
    for (const EvaluatedModel &model : models) {
        const std::shared_ptr<ActivityHead> head = load_head(model.bundle);
        parts_.push_back({model, head,
                          ActivityWindows(head, model.bundle.name(), model.bundle.labels(),
                                          window_settings(model.bundle))});
    }
}

std::optional<VideoOutcome> VideoScorer::score(const std::filesystem::path &file)
{
    VideoOutcome joint;
    joint.pooled.resize(labels().size());
    joint.scores.resize(labels().size());
    for (Part &part : parts_) {
        if (!std::filesystem::exists(part.model.features / file))
            return std::nullopt;
        const FeatureFile rows = read_feature_file(part.model.features / file);
        std::vector<Activity> told =
            part.windows.run(rows_of(rows.features, rows.times, rows.jumps));
        if (&part == &parts_.front())
            joint.activities = std::move(told);
        const ActivityCard &card = part.model.bundle.activity();
        const int crops = nn::test_crops(card.head);
        const std::vector<float> pooled =
            crops > 0 ? mean_of_crops(*part.head, rows, card.decision.window, crops)
                      : part.windows.video().pooled();
        const auto add = [&](std::vector<float> *sum, const std::vector<float> &scores) {
            const auto ordered = in_order_of(labels(), part.model.bundle.labels(), scores);
            for (std::size_t i = 0; i < sum->size(); ++i)
                (*sum)[i] += ordered[i] * static_cast<float>(part.model.weight);
        };
        add(&joint.pooled, pooled);
        add(&joint.scores, part.windows.video().scores());
    }
    joint.label = label_of(joint, rule_);
    return joint;
}

VideoEvaluation evaluate_videos(VideoScorer &scorer, const std::vector<EvaluatedVideo> &videos)
{
    VideoEvaluation evaluation;
    for (const EvaluatedVideo &video : videos) {
        const std::optional<VideoOutcome> outcome = scorer.score(video.file);
        if (!outcome) {
            ++evaluation.left_out;
            continue;
        }
        Prediction prediction = video.truth;
        prediction.scores = outcome->pooled;
        evaluation.by_windows.push_back(prediction);
        prediction.predicted = outcome->label;
        evaluation.by_strongest.push_back(std::move(prediction));
    }
    return evaluation;
}

} // namespace fovea
