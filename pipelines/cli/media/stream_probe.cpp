// SPDX-License-Identifier: MIT
#include "media/stream_probe.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <gst/video/video.h>

#include "fovea/core/stated_time.h"

namespace fovea {

namespace {

constexpr int highest_rate = 10'000; // frames a second; what is stated beyond is no rate

/* Stream time of a stamp in its segment, NONE outside */
GstClockTime stream_time(const GstSegment &segment, GstClockTime stamp)
{
    if (!GST_CLOCK_TIME_IS_VALID(stamp) || segment.format != GST_FORMAT_TIME)
        return GST_CLOCK_TIME_NONE;
    return gst_segment_to_stream_time(&segment, GST_FORMAT_TIME, stamp);
}

std::optional<Nanoseconds> known(GstClockTime time)
{
    if (!GST_CLOCK_TIME_IS_VALID(time))
        return std::nullopt;
    return static_cast<Nanoseconds>(time);
}

/* The same caps with a colour matrix, by the height as videoconvert takes it; NULL: they need none. */
GstCaps *with_matrix(GstCaps *caps)
{
    constexpr int highest_of_bt601 = 576;
    const GstStructure *structure = gst_caps_get_structure(caps, 0);
    const gchar *text = gst_structure_get_string(structure, "colorimetry");
    const gchar *format = gst_structure_get_string(structure, "format");
    GstVideoColorimetry colours;
    if (text == nullptr || format == nullptr ||
        gst_video_colorimetry_from_string(&colours, text) == FALSE)
        return nullptr;
    const auto *info = gst_video_format_get_info(gst_video_format_from_string(format));
    if (!GST_VIDEO_FORMAT_INFO_IS_YUV(info) || colours.range != GST_VIDEO_COLOR_RANGE_0_255 ||
        colours.matrix != GST_VIDEO_COLOR_MATRIX_UNKNOWN)
        return nullptr;

    gint height = 0;
    gst_structure_get_int(structure, "height", &height);
    GstVideoColorimetry usual;
    gst_video_colorimetry_from_string(&usual, height > highest_of_bt601
                                                  ? GST_VIDEO_COLORIMETRY_BT709
                                                  : GST_VIDEO_COLORIMETRY_BT601);
    usual.range = GST_VIDEO_COLOR_RANGE_0_255;
    g_autofree gchar *whole = gst_video_colorimetry_to_string(&usual);
    GstCaps *result = gst_caps_copy(caps);
    gst_caps_set_simple(result, "colorimetry", G_TYPE_STRING, whole, nullptr);
    return result;
}

/* The same caps with a shape of pixels that there is; NULL: theirs is one. Of RGB whose rows go from top to bottom
 * GStreamer 1.22's avidemux says -1/1, which videoconvert refuses. */
GstCaps *with_pixel_shape(GstCaps *caps)
{
    gint width = 0;
    gint height = 0;
    if (gst_structure_get_fraction(gst_caps_get_structure(caps, 0), "pixel-aspect-ratio", &width,
                                   &height) == FALSE ||
        width >= 0)
        return nullptr;
    GstCaps *result = gst_caps_copy(caps);
    gst_caps_set_simple(result, "pixel-aspect-ratio", GST_TYPE_FRACTION, -width, height, nullptr);
    return result;
}

/* The same caps without a rate that no camera has, such as the billion a second that x264enc writes where it varies:
 * mp4mux counts times in hundredths of a frame, for which it has 32 bits. NULL: theirs is one. */
GstCaps *with_rate(GstCaps *caps)
{
    gint frames = 0;
    gint seconds = 0;
    if (gst_structure_get_fraction(gst_caps_get_structure(caps, 0), "framerate", &frames,
                                   &seconds) == FALSE ||
        frames / seconds <= highest_rate)
        return nullptr;
    GstCaps *result = gst_caps_copy(caps);
    gst_caps_set_simple(result, "framerate", GST_TYPE_FRACTION, 0, 1, nullptr);
    return result;
}

bool is_full_range_yuv(const GstCaps *caps)
{
    GstVideoInfo info;
    return gst_video_info_from_caps(&info, caps) != FALSE && GST_VIDEO_INFO_IS_YUV(&info) &&
           info.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255;
}

void replace(GstPadProbeInfo *info, GstEvent *event)
{
    gst_event_unref(GST_PAD_PROBE_INFO_EVENT(info));
    info->data = event;
}

} // namespace

void StreamProbe::watch(GstPad *pad, GstPadProbeCallback callback)
{
    auto stream = std::make_unique<Stream>();
    stream->probe = this;
    gst_segment_init(&stream->segment, GST_FORMAT_UNDEFINED);
    gst_pad_add_probe(pad,
                      static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER |
                                                   GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
                      callback, stream.release(),
                      [](gpointer data) { delete static_cast<Stream *>(data); });
}

void StreamProbe::watch_frames(GstPad *pad)
{
    watch(pad, on_frames);
}

void StreamProbe::watch_sound(GstPad *pad)
{
    watch(pad, on_sound);
}

void StreamProbe::watch_other(GstPad *pad)
{
    watch(pad, on_other);
}

void StreamProbe::tell(DecodingReport *report) const
{
    const std::lock_guard lock(mutex_);
    report->unread = std::min<std::uint64_t>(report->unread, shown_.frames());
    report->frames = shown_.frames() - report->unread;
    report->shown = shown_.time();
    report->reached = reached_;
    report->last_stamp = last_stamp_;
    report->gaps = shown_.gaps();
    report->in_gaps = shown_.in_gaps();
    report->standing = shown_.standing();
}

/* In its segment; 0 before there is one */
GstClockTime StreamProbe::zero_of(const Stream &stream) const
{
    return std::max<GstClockTimeDiff>(zero_.value_or(0) + GST_CLOCK_DIFF(0, stream.earlier), 0);
}

/* The segment with its stream times counted from the first frame and its running times as they are */
GstEvent *StreamProbe::from_zero(const Stream &stream) const
{
    GstSegment moved = stream.segment;
    moved.time += stream.later;
    moved.base += stream.running_later;
    const GstClockTime zero = zero_of(stream);
    if (moved.time >= zero) {
        moved.time -= zero;
    } else {
        const guint64 cut = zero - moved.time;
        moved.start += cut;
        moved.base += cut;
        moved.time = 0;
        moved.position = std::max(moved.position, moved.start);
    }
    moved.base -= std::min(moved.base, stream.earlier);
    return gst_event_new_segment(&moved);
}

/* The first frame: from here on times count from it. */
void StreamProbe::begin(GstPad *pad, Stream *stream, GstClockTime time)
{
    {
        const std::lock_guard lock(mutex_);
        zero_ = GST_CLOCK_TIME_IS_VALID(time) ? GST_CLOCK_DIFF(stream->earlier, time) : 0;
    }
    begun_.notify_all();
    if (zero_of(*stream) > 0)
        send_segment(pad, stream);
}

void StreamProbe::send_segment(GstPad *pad, Stream *stream) const
{
    GstEvent *segment = nullptr;
    {
        const std::lock_guard lock(mutex_); // sound that waited in vain may come before its zero
        segment = from_zero(*stream);
    }
    stream->sending = true;
    gst_pad_send_event(pad, segment);
    stream->sending = false;
}

/* The first buffer of a stream that follows another, with times before its end, comes at that end */
void StreamProbe::go_on(GstPad *pad, Stream *stream, GstBuffer *buffer) const
{
    const GstClockTime time = stream_time(stream->segment, GST_BUFFER_PTS(buffer));
    constexpr GstClockTime longest{longest_time};
    if (!GST_CLOCK_TIME_IS_VALID(time) || time > longest)
        return;
    const GstClockTime begin = time - std::min(time, stream->earlier);
    const GstClockTime running =
        gst_segment_to_running_time(&stream->segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
    if (std::exchange(stream->follows, false)) {
        stream->later = std::max(stream->end, begin) - begin;
        stream->running_later = std::max(stream->running_end, running) - running;
        send_segment(pad, stream);
    }
    const GstClockTime lasts = GST_BUFFER_DURATION_IS_VALID(buffer)
                                   ? std::min<GstClockTime>(GST_BUFFER_DURATION(buffer), GST_SECOND)
                                   : 0;
    stream->end = std::max(stream->end, begin + stream->later + lasts);
    stream->running_end = std::max(stream->running_end, running + stream->running_later + lasts);
}

void StreamProbe::see_frame(GstPad *pad, Stream *stream, GstBuffer *buffer)
{
    const GstClockTime time = stream_time(stream->segment, GST_BUFFER_PTS(buffer));
    if (shown_.frames() == 0)
        begin(pad, stream, time);
    std::optional<Nanoseconds> in_first_segment = known(time);
    if (in_first_segment)
        in_first_segment = GST_CLOCK_DIFF(stream->earlier, time + stream->later);
    const std::lock_guard lock(mutex_);
    shown_.see(in_first_segment, known(GST_BUFFER_DURATION(buffer)));
}

/* At the assumed rate, where it says no time: no muxer takes it. As long as the one before, where it does not say how
   long: what would end the file with no duration is not shown */
void StreamProbe::lend_times(GstPadProbeInfo *info)
{
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER(info);
    if (!GST_BUFFER_PTS_IS_VALID(buffer)) {
        constexpr auto step = static_cast<GstClockTime>(GST_SECOND / assumed_fps);
        buffer = gst_buffer_make_writable(buffer);
        GST_BUFFER_PTS(buffer) = GST_CLOCK_TIME_IS_VALID(before_) ? before_ + step : 0;
        GST_BUFFER_DURATION(buffer) = step;
        info->data = buffer;
    }
    const GstClockTime time = GST_BUFFER_PTS(buffer);
    const GstClockTime before = std::exchange(before_, time);
    const bool has_one = GST_BUFFER_DURATION_IS_VALID(buffer) &&
                         GST_BUFFER_DURATION(buffer) >= GST_SECOND / highest_rate;
    if (has_one || !GST_CLOCK_TIME_IS_VALID(time) || !GST_CLOCK_TIME_IS_VALID(before) ||
        time <= before)
        return;
    buffer = gst_buffer_make_writable(buffer);
    GST_BUFFER_DURATION(buffer) = std::min<GstClockTime>(time - before, GST_SECOND); // or a jump
    info->data = buffer;
}

void StreamProbe::reach(const Stream &stream, GstBuffer *buffer)
{
    ++moved_;
    const GstClockTime stamp =
        GST_BUFFER_PTS_IS_VALID(buffer) ? GST_BUFFER_PTS(buffer) : GST_BUFFER_DTS(buffer);
    const GstClockTime time = stream_time(stream.segment, stamp);
    constexpr GstClockTime longest{longest_time};
    if (!GST_CLOCK_TIME_IS_VALID(time) || time > longest)
        return;
    const GstClockTime duration = GST_BUFFER_DURATION_IS_VALID(buffer)
                                      ? std::min(GST_BUFFER_DURATION(buffer), longest - time)
                                      : 0;
    const std::lock_guard lock(mutex_);
    reached_ = std::max(reached_, static_cast<Nanoseconds>(time + stream.later + duration));
    last_stamp_ = std::max(last_stamp_, static_cast<Nanoseconds>(std::min(stamp, longest)));
}

/* One that begins earlier at the same time takes the place of that before: matroskademux lets the segment begin with the
   first frame of the file, and anew where one of another stream behind that is earlier */
void StreamProbe::take_segment(GstEvent *event, Stream *stream)
{
    const GstSegment before = stream->segment;
    gst_event_copy_segment(event, &stream->segment);
    const GstSegment &now = stream->segment;
    if (before.format == GST_FORMAT_TIME && now.format == GST_FORMAT_TIME &&
        now.base == before.base && now.time == before.time && now.start < before.start)
        stream->earlier += before.start - now.start;
}

void StreamProbe::take_stream(GstEvent *event, Stream *stream)
{
    const gchar *id = nullptr; // the event's
    gst_event_parse_stream_start(event, &id);
    if (!stream->id.empty() && stream->id != id) {
        gst_segment_init(&stream->segment, GST_FORMAT_UNDEFINED);
        stream->earlier = stream->later = stream->running_later = 0;
        stream->follows = true;
    }
    stream->id = id;
}

GstPadProbeReturn StreamProbe::on_other(GstPad *, GstPadProbeInfo *info, gpointer data)
{
    auto *stream = static_cast<Stream *>(data);
    if (GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER(info);
        (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0)
        stream->probe->reach(*stream, buffer);
    else if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_SEGMENT)
        take_segment(GST_PAD_PROBE_INFO_EVENT(info), stream);
    else if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_STREAM_START)
        take_stream(GST_PAD_PROBE_INFO_EVENT(info), stream);
    return GST_PAD_PROBE_OK;
}

void StreamProbe::take_caps(GstPadProbeInfo *info) const
{
    GstCaps *stated = nullptr;
    gst_event_parse_caps(GST_PAD_PROBE_INFO_EVENT(info), &stated);
    g_autoptr(GstCaps) caps = gst_caps_ref(stated);
    for (const auto mended : {with_matrix, with_pixel_shape, with_rate}) {
        if (GstCaps *whole = mended(caps)) {
            gst_caps_unref(std::exchange(caps, whole));
            replace(info, gst_event_new_caps(caps));
        }
    }
    if (range_filter_ == nullptr)
        return;
    g_autoptr(GstCaps) wanted =
        gst_caps_from_string(is_full_range_yuv(caps) ? "video/x-raw,format=BGRx" : "video/x-raw");
    g_object_set(range_filter_, "caps", wanted, nullptr);
}

/* Elements end one video where the id changes */
void StreamProbe::keep_id(GstPadProbeInfo *info)
{
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT(info);
    const gchar *id = nullptr; // the event's
    gst_event_parse_stream_start(event, &id);
    if (id_.empty())
        id_ = id;
    if (id_ == id)
        return;
    event = gst_event_make_writable(event);
    gst_structure_set(gst_event_writable_structure(event), "stream-id", G_TYPE_STRING, id_.c_str(),
                      nullptr);
    info->data = event;
}

GstPadProbeReturn StreamProbe::on_frames(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
    auto *stream = static_cast<Stream *>(data);
    StreamProbe *self = stream->probe;
    if (stream->sending)
        return GST_PAD_PROBE_OK;
    on_other(pad, info, data);
    if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0) {
        self->go_on(pad, stream, GST_PAD_PROBE_INFO_BUFFER(info));
        self->see_frame(pad, stream, GST_PAD_PROBE_INFO_BUFFER(info));
        if (self->range_filter_ != nullptr)
            self->lend_times(info);
        return GST_PAD_PROBE_OK;
    }
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT(info);
    if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT) {
        if (self->shown_.frames() > 0 && stream->segment.format == GST_FORMAT_TIME)
            replace(info, self->from_zero(*stream));
    } else if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
        self->take_caps(info);
    } else if (GST_EVENT_TYPE(event) == GST_EVENT_STREAM_START) {
        self->keep_id(info);
    } else if (GST_EVENT_TYPE(event) == GST_EVENT_EOS && self->shown_.frames() == 0) {
        self->begin(pad, stream, 0); // nobody waits for a frame that will not come
    }
    return GST_PAD_PROBE_OK;
}

GstPadProbeReturn StreamProbe::on_sound(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
    auto *stream = static_cast<Stream *>(data);
    StreamProbe *self = stream->probe;
    if (stream->sending)
        return GST_PAD_PROBE_OK;
    on_other(pad, info, data);
    if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0)
        self->go_on(pad, stream, GST_PAD_PROBE_INFO_BUFFER(info));
    const bool is_segment =
        (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) != 0 &&
        GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_SEGMENT;
    if (!is_segment || stream->segment.format != GST_FORMAT_TIME)
        return GST_PAD_PROBE_OK;

    std::unique_lock lock(self->mutex_);
    self->begun_.wait_for(lock, std::chrono::nanoseconds(patience),
                          [self] { return self->zero_.has_value(); });
    if (self->zero_of(*stream) > 0)
        replace(info, self->from_zero(*stream));
    return GST_PAD_PROBE_OK;
}

} // namespace fovea
