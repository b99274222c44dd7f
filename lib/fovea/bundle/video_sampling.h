// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "fovea/bundle/card.h"
#include "fovea/core/time.h"
#include "fovea/video/sampling_plan.h"

namespace fovea {

/** \brief What must be known of a whole video before it is analysed */
enum class SurveyNeed {
    None,
    Frames, ///< their exact number
    Actor   ///< that, and where the acting person is
};

/**
 * \brief How one video is sampled: what a card leaves to the video
 *
 * Plans over the whole video need the number of its frames, and their actor's box is one for the
 * whole video. A sliding plan needs neither, unless the video is shorter than two clips.
 */
class VideoSampling
{
public:
    /**
     * \param card with what was asked for, see card_with()
     * \param duration that the file states; 0: it does not
     */
    VideoSampling(const ActivityCard &card, Nanoseconds duration);

    Sampling plan() const { return plan_; }

    /** \brief The plan needs the number of frames \return false for Sliding and Every */
    bool is_of_whole_video() const;

    SurveyNeed survey_need() const;

    /**
     * \brief A sliding plan runs on time stamps, but for one clip and a video shorter than two clips
     * \param frames that were counted; 0: they were not \param time that they last, as measured
     */
    bool runs_on_time_stamps(std::uint64_t frames, Nanoseconds time) const;

    double clip_seconds() const;

    /** \brief From one person detection to the next, where it feeds a causal window or rows, ms */
    double detection_period_ms() const;

    /**
     * \brief The same of a video that was counted: one shorter than a sliding window has the window's
     * frames nearer to each other, and how persons move is asked of each
     * \param frames 0: they were not counted \param time that they last
     */
    double detection_period_ms(std::uint64_t frames, Nanoseconds time) const;

    /** \brief The same for a survey */
    double survey_period_ms() const;

    /** \brief Causal window of the actor, ms */
    double actor_window_ms() const;

private:
    bool is_short(Nanoseconds duration) const;

    double rate_;      ///< of the card: frames a second; 0: every frame
    double frames_;    ///< a timestep
    bool actor_;       ///< a region is the acting person's
    bool persons_;     ///< how they move, or what a class takes of them, is asked
    double window_ms_; ///< of the actor, by the card; 0: a clip's length
    Nanoseconds duration_;
    Sampling plan_;
    bool one_clip_; ///< all timesteps are one
};

} // namespace fovea
