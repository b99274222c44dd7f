// SPDX-License-Identifier: MIT
#include "fovea/decide/combined_results.h"

#include <algorithm>
#include <cstdlib>

#include "fovea/core/utc.h"

namespace fovea {

namespace {

constexpr Nanoseconds same_moment = nanoseconds_per_millisecond;

using Words = std::vector<std::string>;

bool is_same_stretch(const Activity &a, const Activity &b)
{
    if (a.scope != b.scope || a.scope == Activity::Scope::Segment)
        return false;
    return a.scope == Activity::Scope::Video ||
           (std::abs(a.time.start - b.time.start) <= same_moment &&
            std::abs(a.time.end - b.time.end) <= same_moment);
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
        const auto place = std::find(labels.begin(), labels.end(), scored.label);
        if (place != labels.end())
            scores[static_cast<std::size_t>(place - labels.begin())] = scored.confidence;
    }
    return scores;
}

} // namespace

std::vector<Result> combined_results(const std::vector<WeightedResults> &of_models,
                                     const Words &labels, const DecisionRule &rule,
                                     std::size_t top_k, const std::string &name)
{
    std::vector<Result> results;
    for (Result result : of_models.front().results) {
        if (result.has_activity) {
            std::vector<float> mean(labels.size());
            bool in_all = true;
            for (const WeightedResults &one : of_models) {
                const Activity *same = same_in(one.results, result.activity);
                in_all = in_all && same != nullptr;
                if (same == nullptr)
                    break;
                const std::vector<float> scores = scores_of(*same, labels);
                for (std::size_t i = 0; i < mean.size(); ++i)
                    mean[i] += scores[i] * one.weight;
            }
            result.has_activity = in_all && set_label(&result.activity, mean, labels, rule, top_k);
            result.model = name;
        }
        if (result.has_activity || !result.persons.empty())
            results.push_back(std::move(result));
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
