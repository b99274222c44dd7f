#include "fovea/decide/decision.h"

#include <algorithm>

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

std::optional<Decision> decide(const std::vector<float> &scores, const DecisionRule &rule)
{
    const int best = strongest_but(scores, rule.normal);
    if (best >= 0 && scores[static_cast<std::size_t>(best)] >= rule.threshold)
        return Decision{best, scores[static_cast<std::size_t>(best)]};
    if (rule.normal < 0 || rule.normal >= static_cast<int>(scores.size()))
        return std::nullopt;
    return Decision{rule.normal, 1 - event_score(scores, rule)};
}

float event_score(const std::vector<float> &scores, const DecisionRule &rule)
{
    const int best = strongest_but(scores, rule.normal);
    return best < 0 ? 0 : scores[static_cast<std::size_t>(best)];
}

bool VideoDecision::add(TimeSpan time, const std::vector<float> &scores)
{
    time_ = windows_ == 0 ? time : TimeSpan{time_.start, std::max(time_.end, time.end)};
    ++windows_;
    sum_.resize(scores.size());
    std::transform(scores.begin(), scores.end(), sum_.begin(), sum_.begin(),
                   [](float score, double sum) { return sum + score; });

    greatest_.resize(scores.size());
    std::transform(scores.begin(), scores.end(), greatest_.begin(), greatest_.begin(),
                   [](float score, float before) { return std::max(score, before); });

    const float weight = event_score(scores, rule_);
    moments_.push_back({time, weight});
    if (moments_.size() > max_moments) {
        for (std::size_t i = 0; i + 1 < moments_.size(); i += 2)
            moments_[i / 2] = {{moments_[i].time.start, moments_[i + 1].time.end},
                               std::max(moments_[i].weight, moments_[i + 1].weight)};
        if (moments_.size() % 2 != 0)
            moments_[moments_.size() / 2] = moments_.back();
        moments_.resize((moments_.size() + 1) / 2);
    }
    if (weight <= strongest_weight_)
        return false;
    strongest_weight_ = weight;
    strongest_ = scores;
    return true;
}

std::vector<float> VideoDecision::scores() const
{
    if (rule_.normal >= 0)
        return strongest_;
    if (rule_.many_labels)
        return greatest_;
    std::vector<float> mean(sum_.size());
    std::transform(sum_.begin(), sum_.end(), mean.begin(), [this](double sum) {
        return static_cast<float>(sum / static_cast<double>(windows_));
    });
    return mean;
}

} // namespace fovea
