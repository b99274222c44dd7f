// SPDX-License-Identifier: MIT
#include "fovea/bundle/video_sampling.h"

#include <algorithm>

#include "fovea/core/stated_time.h"

namespace fovea {

namespace {

constexpr double milliseconds = 1000; // of a second
/* The detector sees every second frame that the network sees: measured on the test clips of fights
 * and falls, the labels are the same, at half the cost. */
constexpr double looked_at_per_detection = 2;
constexpr double surveys_per_second = 8; // person detections; a person moves little in 1/8 s
constexpr double clips_to_stream = 2;    // a shorter video gets a plan made for its length

} // namespace

VideoSampling::VideoSampling(const ActivityCard &card, Nanoseconds duration)
    : rate_(card.sampling.rate),
      frames_(card.sampling.frames),
      actor_(card.regions.actor),
      persons_(card.attended.is_persons() || !card.decision.needs.empty()),
      window_ms_(card.actor_window_ms),
      duration_(duration),
      plan_(card.sampling.plan),
      one_clip_(card.sampling.mode == FeatureMode::OneShot)
{
}

bool VideoSampling::is_of_whole_video() const
{
    return plan_ != Sampling::Sliding && plan_ != Sampling::Every;
}

double VideoSampling::clip_seconds() const
{
    // Clips of consecutive frames: what a file states is not asked, it may be wrong
    return frames_ / (rate_ > 0 ? rate_ : assumed_fps);
}

SurveyNeed VideoSampling::survey_need() const
{
    if (is_of_whole_video())
        return actor_ ? SurveyNeed::Actor : SurveyNeed::Frames;
    if (one_clip_)
        return SurveyNeed::Frames;
    if (plan_ == Sampling::Every)
        return SurveyNeed::None;
    return is_short(duration_) ? SurveyNeed::Frames : SurveyNeed::None;
}

/** \brief Whether a plan is made for the length of the video; of one of unknown length too */
bool VideoSampling::is_short(Nanoseconds duration) const
{
    return to_seconds(duration) < clips_to_stream * clip_seconds();
}

bool VideoSampling::runs_on_time_stamps(std::uint64_t frames, Nanoseconds time) const
{
    const bool planned = frames > 0 && (one_clip_ || is_short(time));
    return plan_ == Sampling::Sliding && !planned;
}

double VideoSampling::detection_period_ms() const
{
    const double looked_at = persons_ ? 1 : looked_at_per_detection; // motion is of every frame
    const double rate = rate_ > 0 ? rate_ / looked_at : surveys_per_second;
    return milliseconds / rate;
}

double VideoSampling::detection_period_ms(std::uint64_t frames, Nanoseconds time) const
{
    const double usual = detection_period_ms();
    if (!persons_ || plan_ != Sampling::Sliding || frames < 2 || frames_ < 2)
        return usual;
    const double from_first_to_last =
        to_seconds(time) * static_cast<double>(frames - 1) / static_cast<double>(frames);
    return std::min(usual, milliseconds * from_first_to_last / (frames_ - 1));
}

double VideoSampling::survey_period_ms() const
{
    return milliseconds / surveys_per_second;
}

double VideoSampling::actor_window_ms() const
{
    return window_ms_ > 0 ? window_ms_ : milliseconds * clip_seconds();
}

} // namespace fovea
