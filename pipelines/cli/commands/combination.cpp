#include "commands/combination.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <sstream>

#include "fovea/core/errors.h"
#include "options/model_choice.h"

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

/** \brief Replaces label and scores \return false when no class reaches its threshold */
bool settle(Activity *activity, const std::vector<float> &scores, const Words &labels,
            const DecisionRule &rule, std::size_t top_k)
{
    const auto decision = decide(scores, rule);
    if (!decision)
        return false;
    const auto scored = [&](int label, float confidence) {
        return ScoredLabel{labels[static_cast<std::size_t>(label)], label, confidence};
    };
    activity->label = scored(decision->label, decision->confidence);
    std::vector<int> order(labels.size());
    std::iota(order.begin(), order.end(), 0);
    const auto score = [&](int label) { return scores[static_cast<std::size_t>(label)]; };
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return score(a) > score(b); });
    order.resize(std::min(order.size(), top_k));
    activity->top_k.clear();
    for (const int label : order)
        activity->top_k.push_back(scored(label, score(label)));
    return true;
}

} // namespace

std::vector<WeightedModel> open_models(const std::string &names)
{
    std::vector<std::vector<WeightedModel>> groups;
    std::istringstream list(names);
    for (std::string name; std::getline(list, name, ',');) {
        const Bundle named = Bundle::open(name);
        if (named.kind() != Bundle::Kind::Combination) {
            groups.push_back({{open_activity_model(name), 1}});
            continue;
        }
        groups.push_back(models_of(named));
        for (const WeightedModel &model : groups.back())
            check_weights(model.bundle);
    }
    if (groups.empty())
        throw Error(Error::Kind::Settings, "model: expected a name or a folder, got nothing");
    std::vector<WeightedModel> models;
    for (const auto &group : groups)
        for (const WeightedModel &model : group) {
            models.push_back({model.bundle, model.weight / static_cast<double>(groups.size())});
            check_same_labels(models.front().bundle, model.bundle);
        }
    return models;
}

std::vector<float> in_order_of(const Words &labels, const Words &own,
                               const std::vector<float> &scores)
{
    std::vector<float> ordered;
    for (const std::string &label : labels)
        ordered.push_back(scores[static_cast<std::size_t>(std::find(own.begin(), own.end(), label) -
                                                          own.begin())]);
    return ordered;
}

std::vector<Result> combined(const std::vector<SaidByModel> &of_models, const Words &labels,
                             const DecisionRule &rule, std::size_t top_k, const std::string &name)
{
    std::vector<Result> results;
    for (Result result : of_models.front().results) {
        if (result.has_activity) {
            std::vector<float> mean(labels.size());
            bool in_all = true;
            for (const SaidByModel &one : of_models) {
                const Activity *same = same_in(one.results, result.activity);
                in_all = in_all && same != nullptr;
                if (same == nullptr)
                    break;
                const std::vector<float> scores = scores_of(*same, labels);
                for (std::size_t i = 0; i < mean.size(); ++i)
                    mean[i] += scores[i] * one.weight;
            }
            result.has_activity = in_all && settle(&result.activity, mean, labels, rule, top_k);
            result.model = name;
        }
        if (result.has_activity || !result.persons.empty())
            results.push_back(std::move(result));
    }
    return results;
}

} // namespace fovea
