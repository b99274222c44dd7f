// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "fovea/core/json_fwd.h"
#include "fovea/eval/alarm_evaluation.h"

namespace fovea {

/**
 * \brief The figures for a person to read: as ruled, by set, and of all at some thresholds
 * \param alarms_per_hour a wanted rate, of each class; none: it is not asked for
 */
std::string to_text(const AlarmEvaluation &evaluation, std::optional<double> alarms_per_hour);

/** \brief All figures at every threshold; with a wanted rate also the threshold it asks for, or null */
Json to_json(const AlarmEvaluation &evaluation, std::optional<double> alarms_per_hour);

/**
 * \brief Share of events found against false alarms an hour, of all videos: a line a class, a dot where
 * the rule stands
 *
 * The rate's axis is logarithmic; at its left end stands no false alarm at all.
 */
std::string to_svg(const AlarmEvaluation &evaluation);

} // namespace fovea
