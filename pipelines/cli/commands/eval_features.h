// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <vector>

#include "commands/eval.h"
#include "fovea/bundle/open_model.h"

namespace fovea {

/**
 * \brief What every evaluation begins with: where features and figures lie, and the folder of the
 * figures made
 * \throw Error CannotWrite
 */
EvaluateOptions with_folders(EvaluateOptions options, const Bundle &model);

/** \brief What clips of a list are extracted for */
enum class EvaluationOf {
    Clips,    ///< each is one video
    Stretches ///< several of a video, which is taken whole and once
};

/** \brief Feature files of a split */
struct EvaluationFeatures {
    std::vector<std::filesystem::path> folders; ///< one of each model; fewer after Ctrl-C
    int code = 0;                               ///< as extract()
};

/** \param options of with_folders() \throw Error as extract() */
EvaluationFeatures extract_split(const EvaluateOptions &options,
                                 const std::vector<WeightedModel> &models, EvaluationOf what);

} // namespace fovea
