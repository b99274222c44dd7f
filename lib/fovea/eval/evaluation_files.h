// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/eval/metrics.h"

namespace fovea {

/**
 * \brief Evaluates, and writes NAME.txt, .json, .svg (of clips with one label), -predictions.csv and
 * -activitynet.json into \a folder
 * \throw Error CannotWrite; as evaluate()
 */
Evaluation write_evaluation(const std::filesystem::path &folder, const std::string &name,
                            const std::vector<Prediction> &predictions,
                            const std::vector<std::string> &labels);

} // namespace fovea
