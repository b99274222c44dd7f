// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fovea/core/result.h"
#include "fovea/decide/alarm.h"
#include "fovea/decide/label_decision.h"
#include "fovea/decide/segment_finder.h"
#include "fovea/decide/video_scores.h"
#include "fovea/decide/window_scores.h"

namespace fovea {

/** \brief What a label is made from; a model's own: window_settings() */
struct WindowSettings {
    std::size_t window = 0; ///< rows a label is made from; 0: the whole stream
    std::size_t hop = 1;    ///< rows from window to window
    std::size_t top_k = 5;  ///< labels told with each activity
    DecisionRule rule;
    PersonsNeeds needs;                  ///< that windows are held against; segments are not
    std::optional<SegmentRule> segments; ///< actions are found too; none: only windows
    std::optional<AlarmRule> alarms;     ///< they label the video; none: the rule does
};

/**
 * \brief Rows in, activities out: each window as it is complete, each segment as it can no longer
 * change, the whole video at the end
 *
 * This is what is said of a window and of a video, wherever it is said: in a stream, in a file and
 * in an evaluation. WindowScores scores each window, decide() makes its label, VideoScores makes the
 * video's from all of them; SegmentFinder finds actions beside it. With alarms a video's label is
 * its strongest alarm, else normal, with 1 less the strongest event's score. Memory is constant, but for a
 * window of 0, which keeps every row until the end.
 */
class ActivityStream
{
public:
    /**
     * \param model name of the bundle, for errors
     * \param labels by class
     * \throw as SegmentFinder
     */
    ActivityStream(std::shared_ptr<ActivityHead> head, std::string model,
                   std::vector<std::string> labels, const WindowSettings &settings);

    /**
     * \brief One whose index is not above the last one's is of another count of rows, or of a shuffled plan: no
     * window spans them, but for that of the whole stream
     * \return the activities of the windows that \a row completes, and of the segments it settles
     * \throw Error Settings when the row's regions or channels differ from the window's or head's,
     * or the head's classes from the labels
     */
    std::vector<Activity> add(const FeatureRow &row);

    /**
     * \brief The end: the video's activity; none without rows or below the threshold
     *
     * A last window that is not full counts only where there was no full one.
     */
    std::vector<Activity> finish();

    /** \brief add() of each row of a whole video, and finish() \throw as add() */
    std::vector<Activity> run(const std::deque<FeatureRow> &rows);

    /** \brief The stream jumped: no window spans the jump \return the segments before it */
    std::vector<Activity> drop_begun();

    /** \brief Hop, top_k, thresholds and whether there are alarms: taken of \a settings from the next row on */
    void update(const WindowSettings &settings);

    /** \brief Frames a second as measured so far, for segments of frames: SegmentRule::fps */
    void set_frame_rate(double fps);

    /** \brief Back to the start */
    void reset();

    /** \brief Scores of the windows so far; after finish() those of the video, until a row comes */
    const VideoScores &video() const { return video_; }

    /** \brief Those that the video is labelled by: of a window of its strongest alarm, else as video() */
    std::vector<float> video_scores() const { return alarm_ ? alarm_scores_ : video_.scores(); }

private:
    std::optional<Activity> window_activity(const ScoredWindow &window);
    bool has_alarmed(const ScoredWindow &window);
    bool label_video(Activity *activity) const;
    std::optional<Activity> video_activity() const;
    void add_segments(const std::vector<Segment> &segments, std::vector<Activity> *made) const;

    std::string model_;
    std::vector<std::string> labels_;
    WindowSettings settings_;
    WindowScores windows_;
    std::uint64_t next_index_ = 0;
    std::unique_ptr<SegmentFinder> segments_; ///< null: none are asked for
    VideoScores video_;
    std::optional<Alarms> alarms_;
    std::optional<AlarmEvent> alarm_; ///< the strongest so far
    std::vector<float> alarm_scores_; ///< of the window in which it got so strong
    Activity
        decisive_; ///< of that, else the strongest window: its regions and heat serve the video
    FrameCounts frames_;       ///< of all rows
    std::uint64_t unseen_ = 0; ///< timesteps, since the last window told
    std::uint64_t all_unseen_ = 0;
    bool finished_ = false;
};

} // namespace fovea
