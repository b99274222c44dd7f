#pragma once

#include <memory>
#include <vector>

#include "fovea/bundle/combination.h"
#include "fovea/engine/activity_head.h"
#include "fovea/store/feature_file.h"
#include "fovea/store/result.h"

namespace fovea {

/**
 * \brief Rows of one video by several models, their channels side by side: what combined_head() reads
 * \param files by model, in order
 * \throw Error Settings when they have other regions, or rows at other times (expected and got)
 */
FeatureFile side_by_side(std::vector<FeatureFile> files);

/**
 * \brief The weighted mean of what the models' heads say of such rows, classes as the first one's
 *
 * With it actions are found as by one model: windows are judged by all, and then the weaker of those
 * that overlap go.
 */
std::shared_ptr<ActivityHead> combined_head(const std::vector<WeightedModel> &models);

/** \brief The actions in such rows, by the rule of the first model: a result each, in order of time */
std::vector<Result> combined_segments(const std::vector<WeightedModel> &models,
                                      const FeatureFile &rows);

} // namespace fovea
