// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include <gst/video/video.h>

#include "base/expected_input.h"
#include "base/live.h"
#include "base/scarce_buffer.h"
#include "base/stream_ends.h"
#include "fovea/core/frame_clock.h"
#include "highlight/kept_pieces.h"
#include "highlight/salient_times.h"
#include "highlight/stream_pads.h"

namespace fovea {

/** \brief The video of foveahighlight: frames of salient times go on, the others do not */
class VideoStream
{
public:
    /**
     * \param counts frames kept (`processed`) and left out
     * \param on_piece told of each piece that has ended
     */
    VideoStream(StreamPads pads, const HighlightOptions &options, KeptPieces *pieces,
                WorkCounts *counts, std::function<void(const KeptPiece &)> on_piece);

    /** \brief As new caps state it: counts only for frames without time stamps */
    void set_rate(int numerator, int denominator);

    /** \brief Frames wait for results that come later */
    bool waits() const { return times_.learns(); }

    /** \brief The length of the whole output; 0: not known */
    Nanoseconds length() const { return times_.length(); }

    void take_segment(GstEvent *event) { pads_.take_segment(event); }

    /** \brief What is learned of frames that have passed */
    void learn(const FoveaMeta &meta);

    /** \param buffer (transfer full) */
    GstFlowReturn take(GstBuffer *buffer);

    /** \brief A stretch without frames. \param duration as an event states it, however long that is */
    void pass_over(GstClockTime start, GstClockTime duration);

    /** \brief Where \a event ends the video, as at the last frame: frames that wait are decided */
    void end_at(GstEvent *event);

    /** \brief After a flush */
    void restart();

private:
    struct HeldFrame {
        std::unique_ptr<GstBuffer, decltype(&gst_buffer_unref)> buffer;
        TimeSpan time;
    };

    std::optional<TimeSpan> span_of(GstBuffer *buffer);
    GstClockTime duration_of(GstBuffer *buffer);
    GstFlowReturn decide(HeldFrame frame);
    GstFlowReturn decide_held();

    StreamPads pads_;
    SalientTimes times_;
    ExpectedInput expected_; ///< of a stream that is learned from
    Nanoseconds delay_;
    KeptPieces *pieces_; ///< of the element, which outlives this
    WorkCounts *counts_; ///< likewise
    std::function<void(const KeptPiece &)> on_piece_;
    GstClockTime stated_duration_; ///< of a frame
    StreamEnds ends_;
    ScarceBuffers scarce_;
    FrameClock clock_;
    GstClockTime next_pts_ = 0; ///< for frames without a time stamp
    std::deque<HeldFrame> held_;
};

} // namespace fovea
