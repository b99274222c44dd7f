// SPDX-License-Identifier: MIT
#include "media/survey.h"

#include "media/pipeline.h"

namespace fovea {

namespace {

std::optional<Box> actor_of(const GstStructure *message)
{
    gboolean has_actor = FALSE;
    gst_structure_get_boolean(message, "has-actor", &has_actor);
    gdouble x = 0;
    gdouble y = 0;
    gdouble width = 0;
    gdouble height = 0;
    if (has_actor == FALSE || gst_structure_get(message, "x", G_TYPE_DOUBLE, &x, "y", G_TYPE_DOUBLE,
                                                &y, "width", G_TYPE_DOUBLE, &width, "height",
                                                G_TYPE_DOUBLE, &height, nullptr) == FALSE)
        return std::nullopt;
    return Box{static_cast<float>(x), static_cast<float>(y), static_cast<float>(width),
               static_cast<float>(height)};
}

} // namespace

Survey run_survey(const AnalysisPlan &plan, const MediaInfo &media,
                  const std::function<void(double)> &progress, EarlyElements *early)
{
    if (plan.survey_need() == SurveyNeed::None)
        return {};

    Survey survey;
    PipelineSpec spec = {media.file, plan.survey(), {}};
    spec.early = early;
    FilePipeline pipeline(spec);
    const DecodingReport report =
        pipeline.run({progress, [&](const GstStructure *message) {
                          if (gst_structure_has_name(message, "fovea-actor") != FALSE)
                              survey.actor = actor_of(message);
                      }});
    check_decoded(report);
    survey.frames = report.frames;
    survey.time = report.shown;
    return survey;
}

} // namespace fovea
