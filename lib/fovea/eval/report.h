// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/core/json_fwd.h"
#include "fovea/eval/metrics.h"

namespace fovea {

/** \brief The figures for a person to read, with 95 % intervals and the confusion matrix */
std::string to_text(const Evaluation &evaluation);

/**
 * \brief The figures in one plain sentence: "top-1 86.9 % (53 of 61 clips; 95 % interval ...); recall
 * fight 90.0 %, ..." or, of many labels, the mean average precision
 */
std::string to_sentence(const Evaluation &evaluation);

/** \brief value, low and high of its 95 % interval, hits, total */
Json to_json(const Share &share);

Json to_json(const Evaluation &evaluation);

/** \brief The confusion matrix as a drawing: truth by row, shaded by its share of the row; of clips
 * with one label */
std::string to_svg(const Evaluation &evaluation);

/** \brief CSV: id,group,truth,predicted and a score for each class; with a header line */
std::string predictions_csv(const std::vector<Prediction> &predictions,
                            const std::vector<std::string> &labels);

/** \brief {"version", "results": {id: [{"label", "score"}]}, "external_data"}: the best labels of a video, at most five */
Json predictions_activity_net(const std::vector<Prediction> &predictions,
                              const std::vector<std::string> &labels);

} // namespace fovea
