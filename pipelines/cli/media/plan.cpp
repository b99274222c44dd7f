#include "media/plan.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "fovea/focus/region_choice.h"

namespace fovea {

namespace {

/* For the length of clips of consecutive frames. What a file states is not asked: it may be wrong. */
constexpr double assumed_fps = 25;
constexpr double milliseconds = 1000; // of a second
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
    const double rate = card_.sampling.rate > 0 ? card_.sampling.rate : assumed_fps;
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
    return is_short(media_.duration) ? SurveyNeed::Frames : SurveyNeed::None;
}

/** \brief Whether a plan is made for the length of the video; of one of unknown length too */
bool AnalysisPlan::is_short(Nanoseconds duration) const
{
    return to_seconds(duration) < clips_to_stream * clip_seconds();
}

int AnalysisPlan::streaming_period() const
{
    const double rate = card_.sampling.rate > 0 ? card_.sampling.rate / looked_at_per_detection
                                                : surveys_per_second;
    return static_cast<int>(std::lround(milliseconds / rate));
}

Stage AnalysisPlan::detect_stage(int period) const
{
    const std::string detector = settings_.detector.empty() ? "hog" : settings_.detector;
    return {"foveadetect",
            {{"model", detector},
             {"threshold", to_text(card_.actor.min_score)},
             {"inference-period", std::to_string(period)},
             {"device", "auto"}, // --device is for the network; OpenCV rarely has CUDA
             {"area", area_name(card_.area)},
             {"threads", std::to_string(settings_.threads)}}};
}

Stage AnalysisPlan::actor_stage() const
{
    const double window_ms =
        card_.actor_window_ms > 0 ? card_.actor_window_ms : milliseconds * clip_seconds();
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
        chain.push_back(
            detect_stage(static_cast<int>(std::lround(milliseconds / surveys_per_second))));
        chain.push_back(actor_stage());
    }
    chain.push_back({"fakesink", {{"sync", "false"}}});
    return chain;
}

Chain AnalysisPlan::features(const Survey &survey) const
{
    Chain chain = upright();
    if (card_.regions.actor && !whole_video()) {
        chain.push_back(detect_stage(streaming_period()));
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

    // A sliding plan runs on time stamps, but for a video that is shorter than two clips.
    const bool planned =
        survey.frames > 0 && (settings_.mode == "one-shot" || is_short(survey.time));
    const bool streams = sampling() == Sampling::Sliding && !planned;
    chain.push_back({"foveafeatures",
                     {{"model", settings_.model},
                      {"device", settings_.device},
                      {"precision", settings_.precision},
                      {"mode", settings_.mode},
                      {"sampling", name_of(samplings, streams ? Sampling::Every : sampling())},
                      {"timesteps", std::to_string(settings_.timesteps)},
                      {"total-frames", std::to_string(survey.frames)},
                      {"total-time", std::to_string(survey.time)},
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
