// SPDX-License-Identifier: MIT
#include "fovea/bundle/combination_results.h"

#include <utility>

#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/decide/mean_results.h"
#include "fovea/decide/segment_finder.h"
#include "fovea/store/tensors/combined_rows.h"

namespace fovea {

namespace {

/** \brief Actions that all models find together in the rows of all of them */
std::vector<Result> joint_segments(const std::vector<WeightedModel> &models,
                                   const ProposalModel *proposals, const FeatureFile &rows)
{
    const Bundle &first = models.front().bundle;
    SegmentRule rule = segment_rule(first);
    rule.fps = rows.fps;
    const std::shared_ptr<ActivityHead> head =
        proposals != nullptr ? load_two_stages(*proposals, models) : load_head(models);
    std::vector<Result> results;
    for (const Segment &segment :
         find_segments(head, rule, rows.features, rows.times, rows.jumps)) {
        Result result;
        result.timestamp = segment.time.end;
        result.has_activity = true;
        result.activity = activity_of(segment, first.labels());
        results.push_back(std::move(result));
    }
    return results;
}

} // namespace

std::vector<Result> combination_results(const std::vector<WeightedModel> &models,
                                        const ProposalModel *proposals, ModelFindings findings,
                                        const std::string &name, const std::string &video,
                                        ImageSize resolution)
{
    const Bundle &first = models.front().bundle;
    std::vector<Result> results;
    if (models.size() == 1) {
        results = std::move(findings.results.at(0));
    } else {
        std::vector<WeightedResults> of_models;
        for (std::size_t i = 0; i < models.size(); ++i)
            of_models.push_back(
                {std::move(findings.results.at(i)), static_cast<float>(models[i].weight)});
        results = mean_results(of_models, first.labels(), window_settings(first), name);
    }
    if (findings.rows.empty())
        return results;
    Result like;
    like.resolution = resolution;
    like.source = video;
    if (!results.empty())
        like = results.front();
    for (Result &segment :
         joint_segments(models, proposals, combined_rows(std::move(findings.rows)))) {
        take_origin(like, &segment);
        segment.model = models.size() == 1 ? first.name() : name;
        results.push_back(std::move(segment));
    }
    return results;
}

} // namespace fovea
