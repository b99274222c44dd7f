// SPDX-License-Identifier: MIT
#include "media/labelling.h"

#include "fovea/store/web_video.h"
#include "media/analysis_plan.h"
#include "media/decoding_chain.h"
#include "media/early_elements.h"
#include "media/pipeline.h"
#include "media/survey.h"

namespace fovea {

namespace {

Chain labelling_chain(const ActivityCard &card, const AnalysisPlan &plan, const Survey &survey,
                      const ModelLabelling &labelling, const std::filesystem::path &video,
                      const std::string &uri)
{
    Chain chain = plan.features(survey);
    if (labelling.keeps_rows)
        chain.push_back({"foveadump",
                         {{"location", rows_beside(uri)},
                          {"video-id", file_name_of(video).stem().string()},
                          {"model", labelling.analysis.model}}});
    Stage attention = {"foveaattention", {{"model", labelling.analysis.model}}};
    if (labelling.analysis.pooling != Pooling::Card)
        attention.properties.emplace_back("pool", name_of(poolings, labelling.analysis.pooling));
    if (labelling.segments)
        attention.properties.emplace_back("segments", "true");
    if (labelling.all_scores > 0) {
        attention.properties.emplace_back("top-k", std::to_string(labelling.all_scores));
        attention.properties.emplace_back("threshold", "0"); // decided by the mean
    }
    chain.push_back(attention);
    if (!card.decision.alarms.empty() &&
        labelling.all_scores == 0) // of several models the mean alarms
        chain.push_back({"foveaalarm", {{"model", labelling.analysis.model}}});
    chain.push_back(
        {"foveapublish", {{"uri", uri}, {"source", video.string()}, {"frames", "true"}}});
    chain.push_back({"fakesink", {{"sync", "false"}}});
    return chain;
}

} // namespace

std::string rows_beside(const std::string &results)
{
    return results + ".pt";
}

std::vector<std::string> write_results(const ActivityCard &card, const ModelLabelling &labelling,
                                       const MediaInfo &media, const std::string &results,
                                       const std::function<void(double)> &progress,
                                       EarlyElements *early)
{
    const AnalysisPlan plan(card, labelling.analysis, media);
    const double surveyed = plan.survey_share();
    const Survey survey = run_survey(
        plan, media, [&](double share) { progress(surveyed * share); }, early);

    PipelineSpec spec = {
        media.file, labelling_chain(card, plan, survey, labelling, media.name, results), {}};
    spec.early = early;
    FilePipeline pipeline(spec);
    if (early != nullptr)
        early->clear(); // of a short video the features' network is asked for with other properties
    const DecodingReport report =
        pipeline.run({[&](double share) { progress(surveyed + (1 - surveyed) * share); }, {}});
    check_decoded(report);
    return notes_of(report, media);
}

std::string launch_line(const ActivityCard &card, const ModelLabelling &labelling,
                        const MediaInfo &media)
{
    const AnalysisPlan plan(card, labelling.analysis, media);
    const Survey survey = run_survey(plan, media, {});
    Chain chain = decoding_chain(media.file);
    for (Stage &stage : labelling_chain(card, plan, survey, labelling, media.name, "stdout:"))
        chain.push_back(std::move(stage));
    return "gst-launch-1.0 " + to_launch_line(chain);
}

} // namespace fovea
