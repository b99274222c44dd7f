// SPDX-License-Identifier: MIT
#pragma once

#include "commands/eval.h"

namespace fovea {

/**
 * \brief `fovea eval --alarms`: what alarms of a model find, how soon, and how often they are false
 *
 * The videos of the list, or the feature files that it names, are scored once; the alarm rule is
 * replayed on the scores at each threshold. Writes OUT/alarms.txt, .json and .svg.
 * \return exit code: 1 when a video failed, 130 when interrupted
 * \throw Error when the list or the model cannot be used
 */
int evaluate_alarms(const EvaluateOptions &asked);

} // namespace fovea
