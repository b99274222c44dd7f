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
std::string rows_in_words(const Bundle &model, const AnalysisSettings &analysis)
{
    const ActivityCard card = card_with(model.activity(), analysis);
    const SamplingOptions &sampling = card.sampling;
    const bool spreads = sampling.plan == Sampling::Spread;
    const bool is_stream = sampling.plan == Sampling::Every; // at the pace of the card's own plan
    std::string words = std::string(name_of(samplings, sampling.plan)) + " of " +
                        std::to_string(sampling.frames) + " frames";
    if (sampling.plan == Sampling::Sliding || ((spreads || is_stream) && sampling.rate > 0))
        words += " at " + formatted("%g", sampling.rate) + " a second";
    else if (is_stream && model.activity().sampling.plan == Sampling::Segments)
        words += " over all of a timestep";
    else if (sampling.plan == Sampling::Clips || spreads || is_stream)
        words += ", stride " + std::to_string(sampling.stride);
    if (sampling.plan == Sampling::Sliding || (is_stream && sampling.hop > 0))
        words += ", a clip every " + std::to_string(sampling.hop);
    else if (is_stream)
        words += ", a clip every " + formatted("%g", sampling.interval_ms) + " ms";
    if (sampling.plan == Sampling::Clips && sampling.fill == Fill::Drop)
        words += ", whole clips alone";
    if (has_timesteps(sampling.plan) && !is_stream)
        words += ", timesteps " + std::to_string(sampling.timesteps);
    if (is_one_whole(sampling.plan))
        words += std::string(", ") + name_of(feature_modes, sampling.mode);
    return words + ", regions " + region_words(card.regions);
}

/** \brief Which of the two labels is the action */
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

} // namespace

ProposalModel open_proposals(const ProposalSettings &settings, const Bundle &model,
                             const AnalysisSettings &analysis)
{
    const Bundle bundle = open_activity_model(settings.model);
    ProposalModel proposals = {bundle, action_of(bundle), settings.threshold};
    check_flow_of(bundle);
    const std::string own = rows_in_words(bundle, analysis);
    const std::string of_model = rows_in_words(model, analysis);
    if (own != of_model)
        throw Error(Error::Kind::Settings, "--proposals '" + bundle.name() +
                                               "': expected the rows of model '" + model.name() +
                                               "' (" + of_model + "), got " + own +
                                               "; train both on one list from the same card");
    return proposals;
}

std::shared_ptr<ActivityHead> load_two_stages(const ProposalModel &proposals,
                                              const std::vector<WeightedModel> &models)
{
    return two_stage_head({load_head(proposals.bundle), proposals.action, proposals.threshold},
                          load_head(models));
}

} // namespace fovea
