// SPDX-License-Identifier: MIT
#include "highlight/audio_stream.h"

#include <algorithm>
#include <memory>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

Nanoseconds time_of(guint64 samples, int rate)
{
    return static_cast<Nanoseconds>(gst_util_uint64_scale_int(samples, GST_SECOND, rate));
}

/* The nearest sample boundary to a time from the buffer's start */
guint64 samples_in(Nanoseconds time, int rate)
{
    return gst_util_uint64_scale_int_round(static_cast<guint64>(std::max<Nanoseconds>(0, time)),
                                           rate, GST_SECOND);
}

} // namespace

void AudioStream::set_caps(GstCaps *caps)
{
    if (!gst_audio_info_from_caps(&info_, caps))
        throw Error(Error::Kind::Settings, "the sound is no raw sound; put a decoder and "
                                           "audioconvert before audio_sink");
}

GstFlowReturn AudioStream::take(GstBuffer *buffer)
{
    if (!GST_BUFFER_PTS_IS_VALID(buffer)) {
        gst_buffer_unref(buffer);
        throw Error(Error::Kind::Settings,
                    "a buffer of sound without a time stamp; put audiorate before audio_sink");
    }
    GstBuffer *inside =
        gst_audio_buffer_clip(buffer, &pads_.segment, info_.rate, static_cast<gint>(info_.bpf));
    if (inside == nullptr)
        return GST_FLOW_OK;
    const std::unique_ptr<GstBuffer, decltype(&gst_buffer_unref)> owner(inside, gst_buffer_unref);

    const Nanoseconds start = pads_.stream_time(GST_BUFFER_PTS(inside)).value_or(0);
    const guint64 samples = gst_buffer_get_size(inside) / static_cast<gsize>(info_.bpf);
    const TimeSpan time = {start, start + time_of(samples, info_.rate)};
    if (!pieces_->wait_until(time.end, [this] { return !stopped_; }))
        return GST_FLOW_FLUSHING;

    GstFlowReturn flow = GST_FLOW_OK;
    for (const KeptPiece &piece : pieces_->overlapping(time)) {
        flow = push_piece(inside, time, piece);
        if (flow != GST_FLOW_OK)
            break;
    }
    return flow;
}

GstFlowReturn AudioStream::push_piece(GstBuffer *buffer, const TimeSpan &time,
                                      const KeptPiece &piece)
{
    const guint64 first = samples_in(piece.in.start - time.start, info_.rate);
    const guint64 last = samples_in(std::min(piece.in.end, time.end) - time.start, info_.rate);
    if (last <= first)
        return GST_FLOW_OK;
    GstBuffer *part =
        gst_audio_buffer_truncate(gst_buffer_ref(buffer), info_.bpf, first, last - first);
    const Nanoseconds into_piece = time.start + time_of(first, info_.rate) - piece.in.start;
    return pads_.push(part, piece.out + std::max<Nanoseconds>(0, into_piece),
                      time_of(last - first, info_.rate));
}

void AudioStream::stop()
{
    stopped_ = true;
    pieces_->wake();
}

void AudioStream::restart()
{
    pads_.restart();
    stopped_ = false;
}

} // namespace fovea
