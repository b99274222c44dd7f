// SPDX-License-Identifier: MIT
#include "highlight/video_stream.h"

#include <algorithm>
#include <utility>

#include "base/frame_times.h"
#include "fovea/core/errors.h"

namespace fovea {

namespace {

GstBuffer *copied(GstBuffer *buffer)
{
    GstBuffer *copy = gst_buffer_copy_deep(buffer);
    if (copy == nullptr)
        throw Error(Error::Kind::Init,
                    "a frame of a pool with a limit cannot be copied, and cannot wait without; put "
                    "videoconvert or a download from the device before foveahighlight");
    return copy;
}

} // namespace

VideoStream::VideoStream(StreamPads pads, const HighlightOptions &options, KeptPieces *pieces,
                         WorkCounts *counts, std::function<void(const KeptPiece &)> on_piece)
    : pads_(pads),
      times_(options),
      expected_(GST_ELEMENT(GST_PAD_PARENT(pads.sink)), "activity", {"foveaattention"}),
      delay_(options.delay()),
      pieces_(pieces),
      counts_(counts),
      on_piece_(std::move(on_piece)),
      stated_duration_(usual_duration)
{
    restart();
}

void VideoStream::set_rate(int numerator, int denominator)
{
    scarce_.forget();
    stated_duration_ = numerator > 0 ? gst_util_uint64_scale_int(GST_SECOND, denominator, numerator)
                                     : usual_duration;
}

void VideoStream::restart()
{
    pads_.restart();
    held_.clear();
    times_.reset();
    pieces_->restart();
    counts_->reset();
    next_pts_ = 0;
    ends_.forget_frames();
    clock_ = {};
}

void VideoStream::learn(const FoveaMeta &meta)
{
    if (meta.activities->len > 0)
        expected_.see();
    if (times_.learns())
        times_.take(meta);
}

GstFlowReturn VideoStream::take(GstBuffer *buffer)
{
    HeldFrame frame = {{buffer, gst_buffer_unref}, {}};
    ends_.see_frame();
    const std::optional<TimeSpan> time = span_of(buffer);
    GstFlowReturn flow = GST_FLOW_OK;
    if (time && !held_.empty() && time->start < held_.front().time.start) {
        flow = decide_held(); // the stream jumped back: what was said is not of what comes
        times_.reset();
    }
    if (const FoveaMeta *meta = fovea_meta_get(buffer))
        learn(*meta);
    if (!time || flow != GST_FLOW_OK)
        return flow;
    frame.time = *time;
    if (!times_.learns())
        return decide(std::move(frame));

    const Nanoseconds now = frame.time.start;
    expected_.see_frame(now);
    if (scarce_.has(buffer)) // upstream needs it to make the next in
        frame.buffer.reset(copied(buffer));
    held_.push_back(std::move(frame));
    while (flow == GST_FLOW_OK && !held_.empty() && held_.front().time.start + delay_ <= now) {
        flow = decide(std::move(held_.front()));
        held_.pop_front();
    }
    return flow;
}

GstFlowReturn VideoStream::decide_held()
{
    GstFlowReturn flow = GST_FLOW_OK;
    for (; flow == GST_FLOW_OK && !held_.empty(); held_.pop_front())
        flow = decide(std::move(held_.front()));
    return flow;
}

/* A flow error comes with its message. */
void VideoStream::end_at(GstEvent *event)
{
    const bool is_last = GST_EVENT_TYPE(event) == GST_EVENT_EOS;
    if (ends_.take(event) == StreamEnds::End::None && !is_last)
        return;
    decide_held();
    expected_.end();
    times_.reset(); // what was said is not of what comes
    if (const auto ended = is_last ? pieces_->end() : pieces_->cut())
        on_piece_(*ended);
}

void VideoStream::pass_over(GstClockTime start, GstClockTime duration)
{
    const auto begin = pads_.stream_time(start);
    if (!begin || times_.learns())
        return;
    const auto length = static_cast<Nanoseconds>(std::min(duration, GstClockTime{longest_time}));
    if (const auto ended = pieces_->drop({*begin, *begin + length}))
        on_piece_(*ended);
}

/* What a buffer says, else the measured interval of frames, else what the caps state. */
GstClockTime VideoStream::duration_of(GstBuffer *buffer)
{
    if (GST_BUFFER_PTS_IS_VALID(buffer) && GST_BUFFER_PTS(buffer) <= GstClockTime{longest_time}) {
        const auto time = static_cast<Nanoseconds>(GST_BUFFER_PTS(buffer));
        const FrameClock::Step step = clock_.step(time);
        if (step == FrameClock::Step::Jump)
            clock_.restart();
        clock_.see(time);
    }
    if (GST_BUFFER_DURATION_IS_VALID(buffer) && GST_BUFFER_DURATION(buffer) > 0)
        return std::min(GST_BUFFER_DURATION(buffer), GstClockTime{longest_time});
    if (GST_BUFFER_PTS_IS_VALID(buffer) && clock_.interval() > 0)
        return static_cast<GstClockTime>(clock_.interval());
    return stated_duration_;
}

std::optional<TimeSpan> VideoStream::span_of(GstBuffer *buffer)
{
    const GstClockTime duration = duration_of(buffer);
    const GstClockTime pts = GST_BUFFER_PTS_IS_VALID(buffer) ? GST_BUFFER_PTS(buffer) : next_pts_;
    next_pts_ = pts + duration;
    const auto start = pads_.stream_time(pts);
    if (!start)
        return {};
    return TimeSpan{*start, *start + static_cast<Nanoseconds>(duration)};
}

GstFlowReturn VideoStream::decide(HeldFrame frame)
{
    if (!times_.salient(frame.time.start)) {
        ++counts_->dropped;
        if (const auto ended = pieces_->drop(frame.time))
            on_piece_(*ended);
        return GST_FLOW_OK;
    }
    ++counts_->processed;
    const Nanoseconds time = pieces_->keep(frame.time);
    return pads_.push(frame.buffer.release(), time, frame.time.end - frame.time.start);
}

} // namespace fovea
