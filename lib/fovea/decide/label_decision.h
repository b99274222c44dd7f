// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "fovea/core/names.h"
#include "fovea/core/result.h"

namespace fovea {

/** \brief What a video's scores are of those of its windows, by class */
enum class Pooling {
    Card, ///< only asked for: as the model's card says
    Mean, ///< of clips, as most of the papers do
    Max,  ///< Sydorov 2019, 5.3
    Both  ///< half of the one and half of the other
};

constexpr Named<Pooling> poolings[] = {{Pooling::Card, "card", "As the card says", NameUse::Asked},
                                       {Pooling::Mean, "mean", "The mean of the windows"},
                                       {Pooling::Max, "max", "The greatest of the windows"},
                                       {Pooling::Both, "both", "Half of each"}};

/** \brief How scores become a label */
struct DecisionRule {
    int normal = -1;                 ///< class that is no event; -1: every class is an activity
    float threshold = 0;             ///< an event, or an activity, needs this score
    bool many_labels = false;        ///< scores are independent
    Pooling pooling = Pooling::Mean; ///< of the windows to the video
};

struct LabelDecision {
    int label = 0;        ///< class
    float confidence = 0; ///< its score; of normal: 1 less the strongest event's score
};

/**
 * \brief The class that scores say, of a window or a video
 *
 * With a normal class: the strongest other class when it reaches the threshold, else normal.
 * Without: the strongest class; none when it does not reach the threshold.
 */
std::optional<LabelDecision> decide(const std::vector<float> &scores, const DecisionRule &rule);

/** \brief How much a window counts as evidence: with a normal class, the strongest event's score */
float event_score(const std::vector<float> &scores, const DecisionRule &rule);

/** \brief The \a count best classes, best first; of equals the first */
std::vector<ScoredLabel> best_labels(const std::vector<float> &scores,
                                     const std::vector<std::string> &labels, std::size_t count);

/**
 * \brief Sets label and top_k by decide() and best_labels()
 * \return false, and nothing is set, where no class reaches its threshold
 */
bool set_label(Activity *activity, const std::vector<float> &scores,
               const std::vector<std::string> &labels, const DecisionRule &rule, std::size_t top_k);

/**
 * \brief Sets label and top_k of a video where alarms decide: its strongest alarm, else the normal
 * class with 1 less the event_score()
 * \param strongest none: it has no alarm \param scores those that decide
 * \return false, and nothing is set, where there is neither
 */
bool set_label_by_alarm(Activity *activity, const std::optional<AlarmEvent> &strongest,
                        const std::vector<float> &scores, const std::vector<std::string> &labels,
                        const DecisionRule &rule, std::size_t top_k);

} // namespace fovea
