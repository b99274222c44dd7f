// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/bundle/proposals.h"
#include "fovea/core/result.h"
#include "fovea/store/tensors/feature_file.h"

namespace fovea {

/** \brief What each of several models says of one video, in the order of the models */
struct ModelFindings {
    std::vector<std::vector<Result>> results; ///< each tells all scores: top_k of every class
    std::vector<FeatureFile>
        rows; ///< the last ones those of the proposals; empty: no segments are looked for
};

/**
 * \brief What several models say of one video together, see mean_results(); with rows also the
 * actions that their mean_head() finds; one model says what it says
 * \param proposals the first stage of these; null: none
 * \param name told as the model's \param video, resolution told with segments
 * \throw Error as load_head, combined_rows, find_segments
 */
std::vector<Result> combination_results(const std::vector<WeightedModel> &models,
                                        const ProposalModel *proposals, ModelFindings findings,
                                        const std::string &name, const std::string &video,
                                        ImageSize resolution);

} // namespace fovea
