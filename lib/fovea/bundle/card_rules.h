// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "fovea/bundle/bundle.h"
#include "fovea/decide/activity_stream.h"
#include "fovea/decide/alarm.h"
#include "fovea/decide/class_needs.h"

namespace fovea {

/** \brief How scores become a label: as the model's card says */
DecisionRule decision_rule(const Bundle &bundle);

/**
 * \brief Which of its classes raise alarms, and when: as the card says; none where it says nothing
 * \throw Error Settings when a label of the card's alarms is none of the model's
 */
std::optional<AlarmRule> alarm_rule(const Bundle &bundle);

/** \brief The same; where the card says nothing, \a otherwise for each class but the normal one */
AlarmRule alarm_rule(const Bundle &bundle, const AlarmLimits &otherwise);

/**
 * \brief What its labels are made from, as the card says; no segments
 * \throw Error as alarm_rule(); Settings when a label of the card's needs is none of the model's
 */
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
