// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/bundle/bundle.h"
#include "fovea/decide/activity_windows.h"

namespace fovea {

/** \brief How scores become a label: as the model's card says */
DecisionRule decision_rule(const Bundle &bundle);

/** \brief What its labels are made from, as the card says; no segments */
WindowSettings window_settings(const Bundle &bundle);

/**
 * \brief How its actions are found in untrimmed videos: as the card says
 *
 * The background is the class of that name, else the card's normal class. Where the card does not
 * say how many rows a timestep has: of a sliding plan those of a clip, the hop of its decision. With
 * the plan `windows` each timestep is one; the caller sets the frames a second of the video.
 */
SegmentRule segment_rule(const Bundle &bundle);

} // namespace fovea
