// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/salience/timeline.h"

namespace fovea {

/** \brief Which stretches of a video a summary is made of */
struct StretchRule {
    double ratio = 0.25;  ///< share of the video kept at most; without a threshold
    double threshold = 0; ///< weight from which a moment is kept; 0: by ratio
    Nanoseconds min_duration = nanoseconds_per_second;
    Nanoseconds padding = nanoseconds_per_second / 2; ///< before and behind each stretch
};

/**
 * \brief The salient stretches of a video, in order, apart from each other
 *
 * A stretch shorter than min_duration grows evenly about its middle, then each gets its padding;
 * stretches that touch become one. By ratio: the weightiest moments that together, grown, do not
 * exceed ratio of the video; of moments that weigh the same those in the middle of their run come
 * first. Where not even one grown stretch fits, the weightiest moment alone fills the ratio.
 * \param video what the timeline tells of; stretches stay inside
 * \return none where no moment has a weight above 0
 */
std::vector<TimeSpan> salient_stretches(const Timeline &timeline, const TimeSpan &video,
                                        const StretchRule &rule);

} // namespace fovea
