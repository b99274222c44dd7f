// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/core/result.h"
#include "fovea/salience/timeline.h"

namespace fovea {

/** \brief The score of the event, of the strongest one where \a activity is normal */
float activity_event_score(const Activity &activity, const std::string &normal);

/** \brief Which activities make a moment salient */
struct SalientLabels {
    std::string normal; ///< the label that is no event
    std::string label;  ///< only this one counts; empty: any event
};

/**
 * \brief How much each moment of a window, or of a whole video, counts
 *
 * A window's score says that something happens in it, and its time weights when: a moment weighs
 * their product. Without time weights the window is one moment. The whole video's time weights stand
 * for themselves where its label counts.
 */
std::vector<Moment> moments_of(const Activity &activity, const SalientLabels &labels);

/**
 * \brief How much each moment of a video counts: by its windows, or by its own time weights where it
 * has none. Of a timestep that is in several windows the greatest weight counts
 */
std::vector<Moment> moments_of(const std::vector<Result> &results, const SalientLabels &labels);

/** \brief One moment for each start, with the greatest weight; ordered by start */
std::vector<Moment> merged(std::vector<Moment> moments);

} // namespace fovea
