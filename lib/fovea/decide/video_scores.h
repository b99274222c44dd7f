// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "fovea/core/result.h"
#include "fovea/decide/label_decision.h"

namespace fovea {

/**
 * \brief A video's scores, made of those of its windows
 *
 * With a normal class the video is what its strongest event says, else normal; without, the scores of
 * all windows decide, pooled as the rule says. Memory is constant: past
 * max_moments windows, neighbours are merged.
 */
class VideoScores
{
public:
    static constexpr std::size_t max_moments = 65536; // 19 hours at one window a second

    explicit VideoScores(const DecisionRule &rule) : rule_(rule) {}

    /** \return true when this window is now the decisive one: the strongest so far */
    bool add(TimeSpan time, const std::vector<float> &scores);

    /** \brief For windows added from now on, and the decision */
    void set_rule(const DecisionRule &rule) { rule_ = rule; }

    bool empty() const { return windows_ == 0; }

    /** \brief Those that the video is labelled by: with a normal class the decisive window's */
    std::vector<float> scores() const;

    /** \brief Those of all windows, as the rule pools them */
    std::vector<float> pooled() const;

    std::optional<LabelDecision> decision() const { return decide(scores(), rule_); }

    /** \brief Each window's event_score(), or with no normal class the winner's score */
    const std::vector<Salience> &salience() const { return salience_; }

    TimeSpan time() const { return time_; }

private:
    DecisionRule rule_;
    std::size_t windows_ = 0;
    std::vector<double> sum_;      ///< of scores, by class
    std::vector<float> greatest_;  ///< score, by class
    std::vector<float> strongest_; ///< scores of the decisive window
    float strongest_weight_ = -1;
    std::vector<Salience> salience_;
    TimeSpan time_;
};

} // namespace fovea
