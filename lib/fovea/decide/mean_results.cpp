// SPDX-License-Identifier: MIT
#include "fovea/decide/mean_results.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "fovea/core/names.h"
#include "fovea/core/stated_time.h"
#include "fovea/core/utc.h"

namespace fovea {

namespace {

using Words = std::vector<std::string>;

bool is_same_stretch(const Activity &a, const Activity &b)
{
    if (a.scope != b.scope || a.scope == Activity::Scope::Segment)
        return false;
    return a.scope == Activity::Scope::Video || is_same_span(a.time, b.time);
}

const Activity *same_in(const std::vector<Result> &results, const Activity &wanted)
{
    const auto found = std::find_if(results.begin(), results.end(), [&](const Result &result) {
        return result.has_activity && is_same_stretch(result.activity, wanted);
    });
    return found == results.end() ? nullptr : &found->activity;
}

std::vector<float> scores_of(const Activity &activity, const Words &labels)
{
    std::vector<float> scores(labels.size());
    for (const ScoredLabel &scored : activity.top_k) {
        if (const int place = place_of(scored.label, labels); place >= 0)
            scores[static_cast<std::size_t>(place)] = scored.confidence;
    }
    return scores;
}

/** \brief The mean of what all models say; empty where one says nothing of this stretch */
std::vector<float> mean_scores(const std::vector<WeightedResults> &of_models,
                               const Activity &activity, const Words &labels)
{
    std::vector<float> mean(labels.size());
    for (const WeightedResults &one : of_models) {
        const Activity *same = same_in(one.results, activity);
        if (same == nullptr)
            return {};
        const std::vector<float> scores = scores_of(*same, labels);
        for (std::size_t i = 0; i < mean.size(); ++i)
            mean[i] += scores[i] * one.weight;
    }
    return mean;
}

/** \brief What is said by the mean: labels, and the alarms of the windows as they come */
class MeanDecision
{
public:
    MeanDecision(const Words &labels, const WindowSettings &settings)
        : labels_(labels), settings_(settings)
    {
        if (settings.alarms)
            alarms_.emplace(labels, *settings.alarms);
    }

    /** \brief Labels \a result, or takes its activity away \return its alarms, a line each */
    std::vector<Result> judge(Result *result, const std::vector<float> &mean)
    {
        const bool is_video = result->activity.scope == Activity::Scope::Video;
        std::vector<AlarmEvent> events;
        if (alarms_ && is_video) {
            events = alarms_->jump();
        } else if (alarms_ && !mean.empty()) {
            AlarmWindow window = alarm_window(result->activity, labels_.size(), result->persons);
            window.scores = mean;
            events = alarms_->add(window);
            has_windows_ = true;
        }
        result->has_activity = !mean.empty() && label(&result->activity, mean, is_video);
        return lines(events, *result);
    }

private:
    bool label(Activity *activity, const std::vector<float> &scores, bool is_video) const
    {
        if (alarms_ && has_windows_ && is_video)
            return set_label_by_alarm(activity, strongest_, scores, labels_, settings_.rule,
                                      settings_.top_k);
        return set_label(activity, scores, labels_, settings_.rule, settings_.top_k);
    }

    std::vector<Result> lines(const std::vector<AlarmEvent> &events, Result like)
    {
        like.has_activity = false;
        like.activity = {};
        std::vector<Result> made;
        for (const AlarmEvent &event : events) {
            if (!strongest_ || event.label.confidence > strongest_->label.confidence)
                strongest_ = event;
            made.push_back(like);
            made.back().alarm = event;
        }
        return made;
    }

    const Words &labels_;
    const WindowSettings &settings_;
    std::optional<Alarms> alarms_;
    bool has_windows_ = false; ///< models of other windows have none in common
    std::optional<AlarmEvent> strongest_;
};

} // namespace

std::vector<Result> mean_results(const std::vector<WeightedResults> &of_models, const Words &labels,
                                 const WindowSettings &settings, const std::string &name)
{
    MeanDecision decision(labels, settings);
    std::vector<Result> results;
    for (Result result : of_models.front().results) {
        std::vector<Result> alarms;
        if (result.has_activity) {
            result.model = name;
            alarms = decision.judge(&result, mean_scores(of_models, result.activity, labels));
        }
        if (result.has_activity || !result.persons.empty())
            results.push_back(std::move(result));
        std::move(alarms.begin(), alarms.end(), std::back_inserter(results));
    }
    return results;
}

void take_origin(const Result &like, Result *result)
{
    result->resolution = like.resolution;
    result->source = like.source;
    result->run = like.run;
    if (const auto utc = from_utc_text(like.utc))
        result->utc = to_utc_text(*utc + result->timestamp - like.timestamp);
}

} // namespace fovea
