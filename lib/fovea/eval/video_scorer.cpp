// SPDX-License-Identifier: MIT
#include "fovea/eval/video_scorer.h"

#include <algorithm>

#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/decide/mean_head.h"
#include "fovea/eval/random_crops.h"
#include "fovea/eval/rows_between.h"
#include "fovea/nn/names.h"
#include "fovea/store/tensors/combined_rows.h"
#include "fovea/store/tensors/feature_file.h"

namespace fovea {

namespace {

/** \brief The class that an activity of the whole video names */
std::optional<int> told_label(const std::vector<Activity> &told)
{
    const auto video = std::find_if(told.begin(), told.end(), [](const Activity &activity) {
        return activity.scope == Activity::Scope::Video;
    });
    return video == told.end() ? std::nullopt : std::optional(video->label.label_id);
}

WindowSettings settings_of(const Bundle &bundle, Pooling pooling)
{
    WindowSettings settings = window_settings(bundle);
    if (pooling != Pooling::Card)
        settings.rule.pooling = pooling;
    return settings;
}

int best_of(const std::vector<float> &scores)
{
    return static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

} // namespace

VideoScorer::VideoScorer(const std::vector<EvaluatedModel> &models, Pooling pooling)
    : rule_(settings_of(models.front().bundle, pooling).rule),
      by_alarms_(alarm_rule(models.front().bundle).has_value())
{
    for (const EvaluatedModel &model : models) {
        const std::shared_ptr<ActivityHead> head = load_head(model.bundle);
        parts_.push_back({model, head,
                          ActivityStream(head, model.bundle.name(), model.bundle.labels(),
                                         settings_of(model.bundle, pooling))});
    }
    if (!by_alarms_ || models.size() == 1)
        return;
    std::vector<WeightedModel> weighted;
    for (const EvaluatedModel &model : models)
        weighted.push_back({model.bundle, model.weight});
    const Bundle &first = models.front().bundle;
    joint_ = std::make_unique<ActivityStream>(load_head(weighted), first.name(), first.labels(),
                                              settings_of(first, pooling));
}

std::optional<VideoOutcome> VideoScorer::score(const std::filesystem::path &file,
                                               const std::optional<TimeInterval> &stretch)
{
    VideoOutcome joint;
    joint.pooled.resize(labels().size());
    joint.scores.resize(labels().size());
    std::vector<FeatureFile> of_models;
    for (Part &part : parts_) {
        if (!std::filesystem::exists(part.model.features / file))
            return std::nullopt;
        FeatureFile rows = read_feature_file(part.model.features / file);
        if (stretch)
            rows = rows_between(rows, stretch->start, stretch->end);
        std::vector<Activity> told =
            part.windows.run(rows_of(rows.features, rows.times, rows.jumps, rows.persons));
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
        add(&joint.scores, part.windows.video_scores());
        if (joint_)
            of_models.push_back(rows);
    }
    const bool fit = std::all_of(of_models.begin(), of_models.end(), [&](const FeatureFile &rows) {
        return rows_combine(of_models.front(), rows);
    });
    std::optional<int> label;
    if (joint_ && fit) {
        const FeatureFile rows = combined_rows(std::move(of_models));
        label =
            told_label(joint_->run(rows_of(rows.features, rows.times, rows.jumps, rows.persons)));
        joint.scores = joint_->video_scores();
    } else if (by_alarms_ && !joint_) {
        label = told_label(joint.activities);
    } else if (const auto decision = decide(joint.scores, rule_)) {
        label = decision->label;
    }
    joint.label = label.value_or(best_of(joint.pooled));
    return joint;
}

VideoEvaluation evaluate_videos(VideoScorer &scorer, const std::vector<EvaluatedVideo> &videos)
{
    VideoEvaluation evaluation;
    for (const EvaluatedVideo &video : videos) {
        const std::optional<VideoOutcome> outcome = scorer.score(video.file, video.stretch);
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
