// SPDX-License-Identifier: MIT
#pragma once

#include "commands/eval.h"

namespace fovea {

/**
 * \brief `fovea eval --segments`: how well actions are found in untrimmed videos
 *
 * Truths are the stretches of the list; those labelled Ambiguous are neither right nor wrong. Writes
 * segments.txt, .json and the predictions in ActivityNet's form; with --proposals also how many windows
 * the first stage keeps, and what it loses. Of THUMOS'14 the weaker segments
 * are removed at an overlap 0.1 below the one that is judged (Li et al., section IV-C).
 * \return as evaluate_model \throw as evaluate_model
 */
int evaluate_segments(const EvaluateOptions &asked);

} // namespace fovea
