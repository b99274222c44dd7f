// SPDX-License-Identifier: MIT
#include "fovea/bundle/proposals.h"

#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/focus/region_choice.h"

namespace fovea {

namespace {

/** \brief What decides when rows are, in words */
std::string rows_in_words(const ActivityCard &card)
{
    const SamplingOptions &sampling = card.sampling;
    const bool spreads = sampling.plan == Sampling::Spread;
    std::string words = std::string(name_of(samplings, sampling.plan)) + " of " +
                        std::to_string(sampling.frames) + " frames";
    if (sampling.plan == Sampling::Sliding || (spreads && sampling.rate > 0))
        words += " at " + formatted("%g", sampling.rate) + " a second";
    if (sampling.plan == Sampling::Sliding)
        words += ", a clip every " + std::to_string(sampling.hop);
    if (sampling.plan == Sampling::Clips || (spreads && sampling.rate <= 0))
        words += ", stride " + std::to_string(sampling.stride);
    if (sampling.plan == Sampling::Clips && sampling.fill == Fill::Drop)
        words += ", whole clips alone";
    if (has_timesteps(sampling.plan))
        words += ", timesteps " + std::to_string(sampling.timesteps);
    if (is_one_whole(sampling.plan))
        words += std::string(", ") + name_of(feature_modes, sampling.mode);
    return words + ", regions " + region_words(card.regions);
}

} // namespace

std::size_t action_of(const Bundle &proposals)
{
    const int background = segment_rule(proposals).background;
    if (proposals.labels().size() != 2 || background < 0)
        throw Error(Error::Kind::Settings,
                    "--proposals '" + proposals.name() +
                        "': expected a model of two labels, an action and the background, got " +
                        std::to_string(proposals.labels().size()) + " labels" +
                        (background < 0 ? " without a background" : "") +
                        "; train one: fovea train backbone --recipe sta-proposal");
    return background == 0 ? 1 : 0;
}

ProposalModel open_proposals(const ProposalSettings &settings, const Bundle &model,
                             const AnalysisSettings &analysis)
{
    ProposalModel proposals = {open_activity_model(settings.model), settings.threshold};
    action_of(proposals.bundle);
    check_flow_of(proposals.bundle);
    const std::string own = rows_in_words(card_with(proposals.bundle.activity(), analysis));
    const std::string of_model = rows_in_words(card_with(model.activity(), analysis));
    if (own != of_model)
        throw Error(Error::Kind::Settings, "--proposals '" + proposals.bundle.name() +
                                               "': expected the rows of model '" + model.name() +
                                               "' (" + of_model + "), got " + own +
                                               "; train both on one list from the same card");
    return proposals;
}

std::shared_ptr<ActivityHead> load_two_stages(const ProposalModel &proposals,
                                              const std::vector<WeightedModel> &models)
{
    return two_stage_head(
        {load_head(proposals.bundle), action_of(proposals.bundle), proposals.threshold},
        load_head(models));
}

} // namespace fovea
