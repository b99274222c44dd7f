// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>

#include "fovea/engine/activity_head.h"

namespace fovea {

/** \brief The score of an action from which a window is proposed: the public code of S-CNN */
constexpr double usual_proposal_threshold = 0.7;

/** \brief The first of two stages: which windows show an action, whatever it is */
struct ProposalStage {
    std::shared_ptr<ActivityHead> head; ///< of two classes
    std::size_t action = 0;             ///< which of them is no background
    double threshold = usual_proposal_threshold;
};

/**
 * \brief Classifies only the windows that the first stage proposes: of others it has no scores, not
 * one, so that SegmentFinder finds nothing in them
 *
 * Its rows are those of \a classes and behind them those of the first stage, the channels side by side.
 * Source: Shou et al., Temporal Action Localization in Untrimmed Videos via Multi-stage CNNs (S-CNN),
 * CVPR 2016
 */
std::shared_ptr<ActivityHead> two_stage_head(ProposalStage proposals,
                                             std::shared_ptr<ActivityHead> classes);

} // namespace fovea
