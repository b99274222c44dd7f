// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "fovea/core/result.h"
#include "fovea/decide/feature_row.h"
#include "fovea/decide/suppression_stream.h"
#include "fovea/engine/activity_head.h"

namespace fovea {

/** \brief The class of windows that show no action, where a model has one */
constexpr const char *background_label = "background";

/** \brief How actions are found in the rows of an untrimmed video */
struct SegmentRule {
    /** Of the windows: with timesteps of 16 frames the 16 to 512 frames of Li et al., section IV */
    std::vector<std::int64_t> lengths = {1, 2, 4, 8, 16, 32}; ///< timesteps; of_frames: frames
    bool of_frames = false;   ///< a timestep is a window by itself, of frames sampled from it
    double fps = 0;           ///< of_frames: frames a second of the video; needed by the first row
    std::int64_t rows = 1;    ///< of a timestep, where a clip gives several: windows never cut them
    double stride = 0.25;     ///< of a window's length
    double overlap = 0.4;     ///< above it the weaker of two segments of a class goes
    float threshold = 0;      ///< score that a segment needs, before its prior
    int background = -1;      ///< class that is no action; -1: none
    bool many_labels = false; ///< every class above the threshold, not only the best
    std::vector<std::vector<double>> priors; ///< of each class and length; empty: all 1
};

/** \brief An action, from when to when */
struct Segment {
    int label = 0; ///< class
    float confidence = 0;
    TimeSpan time;
};

/**
 * \brief Windows of several lengths over the rows of a stream, each scored by the head
 *
 * Of frames: each timestep is one, and they come in the order of their last frames.
 */
class RowWindows
{
public:
    /** \throw Error Settings for a rule out of its range */
    RowWindows(std::shared_ptr<ActivityHead> head, const SegmentRule &rule);

    /**
     * \param row the times of a timestep's first rows do not fall
     * \return what is found in the windows that end with this row, in seconds; scores with priors
     * \throw Error Settings when the regions change in mid-stream, or as ActivityHead::run
     */
    std::vector<FoundInterval> add(const FeatureRow &row);

    /** \brief No window to come starts before this, in seconds */
    double frontier() const;

    void set_threshold(float threshold) { rule_.threshold = threshold; }

    /** \brief SegmentRule::fps as it was measured meanwhile */
    void set_frame_rate(double fps) { rule_.fps = fps; }

    /** \brief The stream jumped: windows do not span the jump */
    void reset();

private:
    std::int64_t step_of(std::size_t scale) const;
    void score(std::int64_t rows, TimeInterval time, std::size_t scale,
               std::vector<FoundInterval> *found) const;
    void score_timestep(std::vector<FoundInterval> *found) const;

    std::shared_ptr<ActivityHead> head_;
    SegmentRule rule_;
    std::int64_t longest_ = 0;    ///< rows
    std::deque<FeatureRow> rows_; ///< the last of the stream, at most the longest window
    std::int64_t count_ = 0;      ///< rows
};

/**
 * \brief The strongest of a class's windows that overlap: a segment is told when it can no
 * longer change
 *
 * Memory is bounded by the longest window and by what waits. Source: Li et al., Spatio-Temporal
 * Attention Networks, section IV-C; Shou et al., S-CNN, CVPR 2016
 */
class SegmentFinder
{
public:
    /** \throw as RowWindows */
    SegmentFinder(std::shared_ptr<ActivityHead> head, const SegmentRule &rule);

    /** \return the segments that are settled now \throw as RowWindows::add */
    std::vector<Segment> add(const FeatureRow &row);

    /** \brief The end, or a jump of the stream \return the rest */
    std::vector<Segment> finish();

    /** \brief For windows to come */
    void set_threshold(float threshold) { windows_.set_threshold(threshold); }

    /** \brief As RowWindows::set_frame_rate */
    void set_frame_rate(double fps) { windows_.set_frame_rate(fps); }

private:
    RowWindows windows_;
    SuppressionStream intervals_;
};

/**
 * \brief What is found in all windows of a video, the weaker of those that overlap too
 * \param rows [R, T', C] \param times of the rows \param jumps as rows_of()
 */
std::vector<FoundInterval> find_windows(std::shared_ptr<ActivityHead> head, const SegmentRule &rule,
                                        const Array &rows, const std::vector<TimeSpan> &times,
                                        const std::vector<std::int64_t> &jumps = {});

/** \brief The segments of a whole video, by their ends: what a SegmentFinder tells of its rows */
std::vector<Segment> find_segments(std::shared_ptr<ActivityHead> head, const SegmentRule &rule,
                                   const Array &rows, const std::vector<TimeSpan> &times,
                                   const std::vector<std::int64_t> &jumps = {});

/** \brief A segment as it is told \throw std::out_of_range without a label for it */
Activity activity_of(const Segment &segment, const std::vector<std::string> &labels);

} // namespace fovea
