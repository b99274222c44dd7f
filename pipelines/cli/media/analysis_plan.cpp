// SPDX-License-Identifier: MIT
#include "media/analysis_plan.h"

#include <cmath>
#include <limits>
#include <utility>

#include "fovea/core/formatted.h"
#include "media/survey.h"

namespace fovea {

namespace {

/* More than a window's hop of most cards: the detector goes on while a window is looked at */
constexpr const char *queued_frames = "24";
constexpr const char *queued_bytes =
    "25000000"; // 8 frames of 1080p, 3 of 4K, for which 9 were no faster

std::string flag(bool on)
{
    return on ? "true" : "false";
}

std::string box_text(const Box &box)
{
    return to_text(box.x) + "," + to_text(box.y) + "," + to_text(box.width) + "," +
           to_text(box.height);
}

} // namespace

Stage bounded_queue()
{
    return {"queue",
            {{"max-size-buffers", queued_frames},
             {"max-size-bytes", queued_bytes},
             {"max-size-time", "0"}}};
}

Chain intake(bool is_upright)
{
    // videoconvert passes frames through untouched where nothing is to be done; videoflip, which reads
    // 8 bits only, copies them all the same
    Chain chain = {bounded_queue(), {"videoconvert", {}}};
    if (!is_upright)
        chain.push_back({"videoflip", {{"video-direction", "auto"}}});
    return chain;
}

AnalysisPlan::AnalysisPlan(const ActivityCard &card, AnalysisSettings settings,
                           const MediaInfo &media)
    : card_(card_with(card, settings)),
      settings_(std::move(settings)),
      is_upright_(media.is_upright),
      sampling_(card_, media.duration)
{
}

Chain AnalysisPlan::upright() const
{
    Chain chain = intake(is_upright_);
    if (settings_.mirrored)
        chain.push_back({"videoflip", {{"video-direction", "horiz"}}});
    return chain;
}

Stage AnalysisPlan::detect_stage(double period) const
{
    const std::string detector = settings_.detector.empty() ? "hog" : settings_.detector;
    // of its own accord in float: half precision loses a person here and there
    const std::string precision = settings_.precision == "bf16" ? "bf16" : "fp32";
    Stage stage = {"foveadetect",
                   {{"model", detector},
                    {"threshold", to_text(card_.actor.min_score)},
                    // ms to the nanosecond: what is left out of a period adds up over days
                    {"inference-period", six_places(period)},
                    {"device", "auto"}, // --device is for the network; OpenCV rarely has CUDA
                    {"precision", precision},
                    {"area", name_of(view_areas, card_.area)},
                    {"threads", std::to_string(settings_.threads)}}};
    if (settings_.motion_gate > 0)
        stage.properties.emplace_back("motion-gate", to_text(settings_.motion_gate));
    return stage;
}

/**
 * \brief Keypoints of the two largest, of each detection: on validation as good as of six, while every
 * second detection says less of speeds
 */
Stage AnalysisPlan::pose_stage() const
{
    return {"foveapose",
            {{"model", settings_.pose},
             {"most", "2"},
             {"inference-interval", "1"},
             {"device", "auto"},
             {"threads", std::to_string(settings_.threads)}}};
}

Stage AnalysisPlan::actor_stage() const
{
    return {"foveaactor",
            {{"method", name_of(actor_methods, card_.actor.method)},
             {"area", name_of(view_areas, card_.actor.area)},
             {"margin", to_text(card_.actor.margin)},
             {"min-score", to_text(card_.actor.min_score)},
             {"motion", to_text(card_.actor.motion)},
             {"window", std::to_string(std::lround(sampling_.actor_window_ms()))}}};
}

Chain AnalysisPlan::survey() const
{
    Chain chain = upright();
    if (sampling_.survey_need() == SurveyNeed::Actor) {
        chain.push_back(detect_stage(sampling_.survey_period_ms()));
        chain.push_back(actor_stage());
    }
    chain.push_back({"fakesink", {{"sync", "false"}}});
    return chain;
}

Chain AnalysisPlan::features(const Survey &survey) const
{
    Chain chain = upright();
    const bool follows_actor = card_.regions.actor && !sampling_.is_of_whole_video();
    if (follows_actor || card_.attended.is_persons())
        chain.push_back(detect_stage(sampling_.detection_period_ms(survey.frames, survey.time)));
    if (card_.attended.is_persons() && !settings_.pose.empty())
        chain.push_back(pose_stage());
    if (follows_actor) {
        chain.push_back(actor_stage());
    } else if (card_.regions.actor && survey.actor) {
        chain.push_back(actor_stage());
        chain.back().properties.emplace_back("box", box_text(*survey.actor));
    }

    chain.push_back({"foveagrid",
                     {{"grid", std::to_string(card_.regions.grid)},
                      {"fraction", to_text(card_.regions.fraction)},
                      {"full-frame", flag(card_.regions.full)},
                      {"actor", flag(card_.regions.actor)},
                      {"area", name_of(view_areas, card_.regions.area)}}});
    if (card_.regions.crops)
        chain.back().properties.emplace_back("crops", flag(true));
    if (card_.regions.cut_width < 1 || card_.regions.cut_height < 1) {
        chain.back().properties.emplace_back("cut-width", to_text(card_.regions.cut_width));
        chain.back().properties.emplace_back("cut-height", to_text(card_.regions.cut_height));
    }
    chain.push_back(bounded_queue());
    chain.push_back(features_stage(survey));
    return chain;
}

Stage AnalysisPlan::features_stage(const Survey &survey) const
{
    const bool streams = sampling_.runs_on_time_stamps(survey.frames, survey.time);
    Stage stage = {"foveafeatures",
                   {{"model", settings_.model},
                    {"device", settings_.device},
                    {"precision", settings_.precision},
                    {"mode", name_of(feature_modes, card_.sampling.mode)},
                    {"sampling", name_of(samplings, streams ? Sampling::Every : sampling_.plan())},
                    {"timesteps", std::to_string(settings_.timesteps)},
                    {"total-frames", std::to_string(survey.frames)},
                    {"total-time", std::to_string(survey.time)},
                    {"threads", std::to_string(settings_.threads)}}};
    if (settings_.size > 0)
        stage.properties.emplace_back("input-size", std::to_string(settings_.size));
    const SecondLook &look = settings_.look;
    if (look.focus != Focus::Card)
        stage.properties.emplace_back("focus", name_of(focuses, look.focus));
    if (look.fusion != Fusion::Card)
        stage.properties.emplace_back("focus-fusion", name_of(fusions, look.fusion));
    if (look.entropy != Entropy::Card)
        stage.properties.emplace_back("focus-entropy", name_of(entropies, look.entropy));
    if (look.attribution != Attribution::Card)
        stage.properties.emplace_back("focus-attribution", name_of(attributions, look.attribution));
    if (!settings_.attended.empty())
        stage.properties.emplace_back("attended", settings_.attended);
    if (settings_.gate > 0)
        stage.properties.emplace_back("gate", to_text(settings_.gate));
    return stage;
}

std::vector<Stage> AnalysisPlan::network_stages(const ActivityCard &card,
                                                const AnalysisSettings &settings)
{
    MediaInfo long_file;
    long_file.duration = std::numeric_limits<Nanoseconds>::max();
    const AnalysisPlan plan(card, settings, long_file);
    const bool of_persons = plan.card_.attended.is_persons();
    std::vector<Stage> stages;
    if (plan.card_.regions.actor || of_persons) // in the survey or behind it
        stages.push_back(plan.detect_stage(plan.sampling_.detection_period_ms()));
    if (of_persons && !settings.pose.empty())
        stages.push_back(plan.pose_stage());
    if (plan.survey_need() == SurveyNeed::None) // else what it finds is among the properties
        stages.push_back(plan.features_stage(Survey()));
    return stages;
}

} // namespace fovea
