#include "media/plan.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "fovea/focus/region_choice.h"

namespace fovea {

namespace {

constexpr double assumed_fps = 25; // where a file does not say
/* The detector sees every second frame that the network sees: measured on the test clips of fights
 * and falls, the labels are the same, at half the cost. */
constexpr double looked_at_per_detection = 2;
constexpr double surveys_per_second = 8;   // person detections; a person moves little in 1/8 s
constexpr double clips_to_stream = 2;      // a shorter video gets a plan made for its length
constexpr const char *queued_frames = "8"; // 25 MB of 1080p

const char *area_name(ViewArea area)
{
    return area == ViewArea::Square ? "square" : "frame";
}

std::string flag(bool on)
{
    return on ? "true" : "false";
}

Stage bounded_queue()
{
    return {"queue",
            {{"max-size-buffers", queued_frames}, {"max-size-bytes", "0"}, {"max-size-time", "0"}}};
}

std::string box_text(const Box &box)
{
    return to_text(box.x) + "," + to_text(box.y) + "," + to_text(box.width) + "," +
           to_text(box.height);
}

} // namespace

Chain intake()
{
    // Both pass frames through untouched where nothing is to be done. videoflip reads 8 bits only.
    return {bounded_queue(), {"videoconvert", {}}, {"videoflip", {{"video-direction", "auto"}}}};
}

AnalysisPlan::AnalysisPlan(ActivityCard card, AnalysisSettings settings, MediaInfo media)
    : card_(std::move(card)), settings_(std::move(settings)), media_(std::move(media))
{
    if (media_.fps <= 0)
        media_.fps = assumed_fps;
    if (settings_.regions != "card")
        card_.regions = chosen_regions(card_.regions, settings_.regions);
}

Chain AnalysisPlan::upright() const
{
    Chain chain = intake();
    if (settings_.mirrored)
        chain.push_back({"videoflip", {{"video-direction", "horiz"}}});
    return chain;
}

Sampling AnalysisPlan::sampling() const
{
    return settings_.sampling == Sampling::Card ? card_.sampling.plan : settings_.sampling;
}

bool AnalysisPlan::whole_video() const
{
    return sampling() != Sampling::Sliding && sampling() != Sampling::Every;
}

double AnalysisPlan::clip_seconds() const
{
    const double rate = card_.sampling.rate > 0 ? card_.sampling.rate : media_.fps;
    return card_.sampling.frames / rate;
}

SurveyNeed AnalysisPlan::survey_need() const
{
    if (whole_video())
        return card_.regions.actor ? SurveyNeed::Actor : SurveyNeed::Frames;
    if (settings_.mode == "one-shot")
        return SurveyNeed::Frames;
    if (sampling() == Sampling::Every)
        return SurveyNeed::None;
    return to_seconds(media_.duration) < clips_to_stream * clip_seconds() ? SurveyNeed::Frames
                                                                          : SurveyNeed::None;
}

int AnalysisPlan::streaming_interval() const
{
    const double rate = card_.sampling.rate > 0 ? card_.sampling.rate / looked_at_per_detection
                                                : surveys_per_second;
    return std::max(1, static_cast<int>(std::lround(media_.fps / rate)));
}

Stage AnalysisPlan::detect_stage(int interval) const
{
    const std::string detector = settings_.detector.empty() ? "hog" : settings_.detector;
    return {"foveadetect",
            {{"model", detector},
             {"threshold", to_text(card_.actor.min_score)},
             {"inference-interval", std::to_string(interval)},
             {"device", "auto"}, // --device is for the network; OpenCV rarely has CUDA
             {"area", area_name(card_.area)},
             {"threads", std::to_string(settings_.threads)}}};
}

Stage AnalysisPlan::actor_stage() const
{
    const double window_ms =
        card_.actor_window_ms > 0 ? card_.actor_window_ms : 1000 * clip_seconds();
    return {"foveaactor",
            {{"method", card_.actor.method == ActorOptions::Method::Mean ? "mean" : "union"},
             {"area", area_name(card_.actor.area)},
             {"margin", to_text(card_.actor.margin)},
             {"min-score", to_text(card_.actor.min_score)},
             {"window", std::to_string(std::lround(window_ms))}}};
}

Chain AnalysisPlan::survey() const
{
    Chain chain = upright();
    if (survey_need() == SurveyNeed::Actor) {
        const auto interval = static_cast<int>(std::lround(media_.fps / surveys_per_second));
        chain.push_back(detect_stage(std::max(1, interval)));
        chain.push_back(actor_stage());
    }
    chain.push_back({"fakesink", {{"sync", "false"}}});
    return chain;
}

Chain AnalysisPlan::features(const Survey &survey) const
{
    Chain chain = upright();
    if (card_.regions.actor && !whole_video()) {
        chain.push_back(detect_stage(streaming_interval()));
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
                      {"area", area_name(card_.regions.area)}}});
    chain.push_back(bounded_queue());

    // Without the number of frames a sliding plan runs on time stamps.
    const bool streams = sampling() == Sampling::Sliding && survey.frames == 0;
    chain.push_back({"foveafeatures",
                     {{"model", settings_.model},
                      {"device", settings_.device},
                      {"precision", settings_.precision},
                      {"mode", settings_.mode},
                      {"sampling", name_of(samplings, streams ? Sampling::Every : sampling())},
                      {"timesteps", std::to_string(settings_.timesteps)},
                      {"total-frames", std::to_string(survey.frames)},
                      {"threads", std::to_string(settings_.threads)}}});
    const SecondLook &look = settings_.look;
    if (look.focus != Focus::Card)
        chain.back().properties.emplace_back("focus", name_of(focuses, look.focus));
    if (look.fusion != Fusion::Card)
        chain.back().properties.emplace_back("focus-fusion", name_of(fusions, look.fusion));
    if (look.entropy != Entropy::Card)
        chain.back().properties.emplace_back("focus-entropy", name_of(entropies, look.entropy));
    if (look.attribution != Attribution::Card)
        chain.back().properties.emplace_back("focus-attribution",
                                             name_of(attributions, look.attribution));
    if (!settings_.attended.empty())
        chain.back().properties.emplace_back("attended", settings_.attended);
    if (settings_.gate > 0)
        chain.back().properties.emplace_back("gate", to_text(settings_.gate));
    return chain;
}

} // namespace fovea
