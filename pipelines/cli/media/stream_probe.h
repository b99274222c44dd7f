// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include <gst/gst.h>

#include "fovea/video/decoding_report.h"
#include "fovea/video/stream_duration.h"

namespace fovea {

/**
 * \brief Looks at the streams of a file behind its decoder: one zero for all, the first frame
 *
 * The stream time of the first frame is made 0, for pictures and sound; running times stay, so that
 * both keep together. Caps of full-range frames whose decoder names no colour matrix get the usual
 * one: GStreamer 1.22 takes such caps for limited range; pixels of negative width get their shape, and a
 * rate above 10,000 a second is none. Streams of frames that follow one another, as of files that were joined, keep
 * the id of the first: they are one video. Where the times of the next begin anew they go on behind those before, for
 * sound too. Where a video is written, a frame that does not say when it is shown comes
 * at the assumed rate behind the one before, and one that does not say how long it lasts does as long as that. One instance serves one run; it must outlive the pads.
 */
class StreamProbe
{
public:
    void watch_frames(GstPad *pad);

    /**
     * \brief Frames of full range pass \a filter in RGB, so that the videoconvert behind it makes limited
     * range of them: x264enc's files do not say which they are, and GStreamer 1.22's videoconvert leaves
     * the range as it is from one YUV format to another
     * \param filter a capsfilter between two videoconverts behind the frames; it must outlive the pads
     */
    void limit_range(GstElement *filter) { range_filter_ = filter; }

    /** \brief Sound that is written beside the frames: it waits for the first of them */
    void watch_sound(GstPad *pad);

    /** \brief A stream that is thrown away: only how far it goes is looked at */
    void watch_other(GstPad *pad);

    /** \brief Sets what is counted and measured of the streams; of the frames those that \a report says are unread are none */
    void tell(DecodingReport *report) const;

    /** \brief Buffers that came by, of all streams */
    std::uint64_t moved() const { return moved_; }

private:
    static constexpr Nanoseconds patience = 10 * nanoseconds_per_second; ///< of sound

    struct Stream {
        StreamProbe *probe = nullptr;
        GstSegment segment = {};        ///< as it comes
        GstClockTime earlier = 0;       ///< by which it begins before the first in its place
        std::string id = {};            ///< as it comes
        bool follows = false;           ///< another, and nothing of it came yet
        GstClockTime later = 0;         ///< than it says, since it follows another
        GstClockTime running_later = 0; ///< and in running time
        GstClockTime end = 0;           ///< of what came, with all of that
        GstClockTime running_end = 0;
        bool sending = false; ///< the event in hand is ours
    };

    static GstPadProbeReturn on_frames(GstPad *pad, GstPadProbeInfo *info, gpointer data);
    static GstPadProbeReturn on_sound(GstPad *pad, GstPadProbeInfo *info, gpointer data);
    static GstPadProbeReturn on_other(GstPad *pad, GstPadProbeInfo *info, gpointer data);

    static void take_segment(GstEvent *event, Stream *stream);
    static void take_stream(GstEvent *event, Stream *stream);
    void go_on(GstPad *pad, Stream *stream, GstBuffer *buffer) const;
    void send_segment(GstPad *pad, Stream *stream) const;
    void watch(GstPad *pad, GstPadProbeCallback callback);
    void begin(GstPad *pad, Stream *stream, GstClockTime time);
    void take_caps(GstPadProbeInfo *info) const;
    void keep_id(GstPadProbeInfo *info);
    void see_frame(GstPad *pad, Stream *stream, GstBuffer *buffer);
    void lend_times(GstPadProbeInfo *info);
    void reach(const Stream &stream, GstBuffer *buffer);
    GstClockTime zero_of(const Stream &stream) const;
    GstEvent *from_zero(const Stream &stream) const;

    std::atomic<std::uint64_t> moved_ = 0;
    mutable std::mutex mutex_; ///< guards what follows; streaming threads write it
    std::condition_variable begun_;
    StreamDuration shown_;
    Nanoseconds reached_ = 0;
    Nanoseconds last_stamp_ = 0;           ///< as told
    std::optional<GstClockTimeDiff> zero_; ///< stream time of the first frame in the first segment
    GstClockTime before_ = GST_CLOCK_TIME_NONE; ///< PTS of the frame before; of the frames' thread
    GstElement *range_filter_ = nullptr;        ///< null: nothing is written, any range goes on
    std::string id_;                            ///< of the first stream; of the frames' thread
};

} // namespace fovea
