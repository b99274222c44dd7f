// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "fovea/bundle/analysis_settings.h"
#include "fovea/bundle/combination.h"
#include "fovea/decide/two_stage_head.h"

namespace fovea {

/** \brief A first stage before the models that classify windows */
struct ProposalSettings {
    std::string
        model; ///< of two classes, one of them background_label or its normal one; empty: none
    double threshold = usual_proposal_threshold;
};

/** \brief The first stage of a two-stage detector, opened */
struct ProposalModel {
    Bundle bundle;
    std::size_t action = 0; ///< which of its two labels is no background
    double threshold = usual_proposal_threshold;
};

/**
 * \brief Opens what \a settings name
 * \param model whose windows it proposes, with \a analysis asked of both
 * \throw Error as open_activity_model; Settings where its labels are not two, one of them the background,
 * or its rows lie at other times than those of \a model: another sampling or other regions
 */
ProposalModel open_proposals(const ProposalSettings &settings, const Bundle &model,
                             const AnalysisSettings &analysis);

/** \brief Both stages in one head: rows of \a models, then those of \a proposals \throw Error as load_head */
std::shared_ptr<ActivityHead> load_two_stages(const ProposalModel &proposals,
                                              const std::vector<WeightedModel> &models);

} // namespace fovea
