// SPDX-License-Identifier: MIT
#include "fovea/salience/moments.h"

#include <algorithm>

namespace fovea {

namespace {

float score_of(const Activity &activity, const std::string &label)
{
    for (const ScoredLabel &scored : activity.top_k)
        if (scored.label == label)
            return scored.confidence;
    return activity.label.label == label ? activity.label.confidence : 0;
}

} // namespace

float activity_event_score(const Activity &activity, const std::string &normal)
{
    if (activity.label.label != normal)
        return activity.label.confidence;
    float score = 0;
    for (const ScoredLabel &other : activity.top_k)
        if (other.label != normal)
            score = std::max(score, other.confidence);
    return score;
}

std::vector<Moment> moments_of(const Activity &activity, const SalientLabels &labels)
{
    float scale = labels.label.empty() ? activity_event_score(activity, labels.normal)
                                       : score_of(activity, labels.label);
    if (activity.scope == Activity::Scope::Video) {
        const bool counts = labels.label.empty() || activity.label.label == labels.label;
        scale = counts ? 1.0F : 0.0F;
    }
    std::vector<Moment> moments;
    for (const Salience &salience : activity.salience)
        moments.push_back({salience.time, salience.weight * scale});
    for (std::size_t i = 1; i < moments.size(); ++i) // timesteps that skip frames have no gaps here
        moments[i - 1].time.end = std::max(moments[i - 1].time.end, moments[i].time.start);
    if (moments.empty())
        moments.push_back({activity.time, scale});
    return moments;
}

std::vector<Moment> moments_of(const std::vector<Result> &results, const SalientLabels &labels)
{
    std::vector<Moment> windows;
    std::vector<Moment> video;
    for (const Result &result : results) {
        if (!result.has_activity)
            continue;
        const std::vector<Moment> moments = moments_of(result.activity, labels);
        if (result.activity.scope == Activity::Scope::Window)
            windows.insert(windows.end(), moments.begin(), moments.end());
        else
            video = moments;
    }
    return merged(std::move(windows.empty() ? video : windows));
}

std::vector<Moment> merged(std::vector<Moment> moments)
{
    std::stable_sort(moments.begin(), moments.end(), [](const Moment &a, const Moment &b) {
        return a.time.start != b.time.start ? a.time.start < b.time.start : a.weight > b.weight;
    });
    const auto end =
        std::unique(moments.begin(), moments.end(),
                    [](const Moment &a, const Moment &b) { return a.time.start == b.time.start; });
    moments.erase(end, moments.end());
    return moments;
}

} // namespace fovea
