// SPDX-License-Identifier: MIT
#include "fovea/decide/label_decision.h"

#include <algorithm>
#include <numeric>

namespace fovea {

namespace {

/* The strongest class but for one; -1 when there is no other. */
int strongest_but(const std::vector<float> &scores, int excluded)
{
    int best = -1;
    for (int i = 0; i < static_cast<int>(scores.size()); ++i) {
        const bool stronger = best < 0 || scores[static_cast<std::size_t>(i)] >
                                              scores[static_cast<std::size_t>(best)];
        if (i != excluded && stronger)
            best = i;
    }
    return best;
}

} // namespace

std::optional<LabelDecision> decide(const std::vector<float> &scores, const DecisionRule &rule)
{
    const int best = strongest_but(scores, rule.normal);
    if (best >= 0 && scores[static_cast<std::size_t>(best)] >= rule.threshold)
        return LabelDecision{best, scores[static_cast<std::size_t>(best)]};
    if (rule.normal < 0 || rule.normal >= static_cast<int>(scores.size()))
        return std::nullopt;
    return LabelDecision{rule.normal, 1 - event_score(scores, rule)};
}

float event_score(const std::vector<float> &scores, const DecisionRule &rule)
{
    const int best = strongest_but(scores, rule.normal);
    return best < 0 ? 0 : scores[static_cast<std::size_t>(best)];
}

std::vector<ScoredLabel> best_labels(const std::vector<float> &scores,
                                     const std::vector<std::string> &labels, std::size_t count)
{
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    order.resize(std::min(order.size(), count));
    std::vector<ScoredLabel> best;
    for (const std::size_t label : order)
        best.push_back({labels.at(label), static_cast<int>(label), scores[label]});
    return best;
}

bool set_label(Activity *activity, const std::vector<float> &scores,
               const std::vector<std::string> &labels, const DecisionRule &rule, std::size_t top_k)
{
    const auto decision = decide(scores, rule);
    if (!decision)
        return false;
    activity->label = {labels.at(static_cast<std::size_t>(decision->label)), decision->label,
                       decision->confidence};
    activity->top_k = best_labels(scores, labels, top_k);
    return true;
}

bool set_label_by_alarm(Activity *activity, const std::optional<AlarmEvent> &strongest,
                        const std::vector<float> &scores, const std::vector<std::string> &labels,
                        const DecisionRule &rule, std::size_t top_k)
{
    if (!strongest && rule.normal < 0)
        return false;
    activity->label = strongest ? strongest->label
                                : ScoredLabel{labels.at(static_cast<std::size_t>(rule.normal)),
                                              rule.normal, 1 - event_score(scores, rule)};
    activity->top_k = best_labels(scores, labels, top_k);
    return true;
}

} // namespace fovea
