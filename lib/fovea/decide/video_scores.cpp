// SPDX-License-Identifier: MIT
#include "fovea/decide/video_scores.h"

#include <algorithm>

namespace fovea {

bool VideoScores::add(TimeSpan time, const std::vector<float> &scores)
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
    salience_.push_back({time, weight});
    if (salience_.size() > max_moments) {
        for (std::size_t i = 0; i + 1 < salience_.size(); i += 2)
            salience_[i / 2] = {{salience_[i].time.start, salience_[i + 1].time.end},
                                std::max(salience_[i].weight, salience_[i + 1].weight)};
        if (salience_.size() % 2 != 0)
            salience_[salience_.size() / 2] = salience_.back();
        salience_.resize((salience_.size() + 1) / 2);
    }
    if (weight <= strongest_weight_)
        return false;
    strongest_weight_ = weight;
    strongest_ = scores;
    return true;
}

std::vector<float> VideoScores::scores() const
{
    return rule_.normal >= 0 ? strongest_ : pooled();
}

std::vector<float> VideoScores::pooled() const
{
    if (rule_.pooling == Pooling::Max)
        return greatest_;
    std::vector<float> pooled(sum_.size());
    std::transform(sum_.begin(), sum_.end(), pooled.begin(), [this](double sum) {
        return static_cast<float>(sum / static_cast<double>(windows_));
    });
    if (rule_.pooling == Pooling::Both)
        std::transform(pooled.begin(), pooled.end(), greatest_.begin(), pooled.begin(),
                       [](float mean, float greatest) { return (mean + greatest) / 2; });
    return pooled;
}

} // namespace fovea
