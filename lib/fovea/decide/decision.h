#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "fovea/core/time.h"

namespace fovea {

/** \brief How scores become a label */
struct DecisionRule {
    int normal = -1;          ///< class that is no event; -1: every class is an activity
    float threshold = 0;      ///< an event, or an activity, needs this score
    bool many_labels = false; ///< scores are independent: a video's are the greatest of its windows
};

struct Decision {
    int label = 0;        ///< class
    float confidence = 0; ///< its score; of normal: 1 less the strongest event's score
};

/**
 * \brief The label of one window
 *
 * With a normal class: the strongest other class when it reaches the threshold, else normal.
 * Without: the strongest class; none when it does not reach the threshold.
 */
std::optional<Decision> decide(const std::vector<float> &scores, const DecisionRule &rule);

/** \brief How much a window counts as evidence: with a normal class, the strongest event's score */
float event_score(const std::vector<float> &scores, const DecisionRule &rule);

/**
 * \brief From the windows of a video to its label
 *
 * With a normal class the video is what its strongest event says, else normal; without, the mean of
 * the scores decides, of many labels the greatest score of each class. Memory is constant: past
 * max_moments windows, neighbours are merged.
 */
class VideoDecision
{
public:
    struct Moment {
        TimeSpan time;
        float weight = 0; ///< event_score, or with no normal class the winner's score; [0, 1]
    };

    static constexpr std::size_t max_moments = 65536; // 19 hours at one window a second

    explicit VideoDecision(const DecisionRule &rule) : rule_(rule) {}

    /** \return true when this window is now the decisive one: the strongest so far */
    bool add(TimeSpan time, const std::vector<float> &scores);

    bool empty() const { return windows_ == 0; }

    /** \brief By class: of the decisive window with a normal class, else the mean or greatest */
    std::vector<float> scores() const;

    std::optional<Decision> decision() const { return decide(scores(), rule_); }

    const std::vector<Moment> &moments() const { return moments_; }

    TimeSpan time() const { return time_; }

private:
    DecisionRule rule_;
    std::size_t windows_ = 0;
    std::vector<double> sum_;      ///< of scores, by class
    std::vector<float> greatest_;  ///< score, by class
    std::vector<float> strongest_; ///< scores of the decisive window
    float strongest_weight_ = -1;
    std::vector<Moment> moments_;
    TimeSpan time_;
};

} // namespace fovea
