// SPDX-License-Identifier: MIT
#include "media/transport_times.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "fovea/core/clock_text.h"
#include "fovea/core/time.h"

namespace fovea {

namespace {

constexpr GstClockTimeDiff out_of_order = GST_SECOND / 4; // back by less is no seam
constexpr GstClockTimeDiff longest_gap = 10 * GST_SECOND; // ahead by more is one
constexpr GstClockTimeDiff longest_frame = GST_SECOND;
constexpr const char *times_name = "fovea-transport-times";

/** \brief Of a clock of 90 kHz that begins anew after 2^33 */
using Ticks = std::int64_t;

constexpr Ticks ticks_around = Ticks{1} << 33;

constexpr std::size_t most_headers = 1024; // of a stream that is not read

/** \brief From one time of a stream to another, the shorter way around */
Ticks step_between(Ticks from, Ticks to)
{
    const Ticks step = (to - from) & (ticks_around - 1);
    return step < ticks_around / 2 ? step : step - ticks_around;
}

GstClockTimeDiff time_of(Ticks ticks)
{
    return ticks * 100'000 / 9;
}

std::optional<Ticks> ticks_of(GstClockTime time)
{
    if (!GST_CLOCK_TIME_IS_VALID(time))
        return std::nullopt;
    return static_cast<Ticks>(gst_util_uint64_scale_round(time, 9, 100'000)) & (ticks_around - 1);
}

/** \brief What the header of a frame states */
struct FrameHeader {
    std::uint64_t offset = 0; ///< in the file
    std::optional<Ticks> pts, dts;

    Ticks decoded() const { return dts ? *dts : pts.value_or(0); }

    Ticks shown_behind_decoded() const { return pts && dts ? step_between(*dts, *pts) : 0; }
};

/**
 * \brief Headers of one stream, in the order of its frames
 *
 * The first frames are held back until a PCR comes: their headers come before all of them. Later a frame whose header
 * is not the last was lost.
 */
class Headers
{
public:
    void add(std::uint64_t offset, std::optional<Ticks> FrameHeader::*time, Ticks ticks);

    /** \brief That of the frame that comes next; nothing where it has none */
    std::optional<FrameHeader> take();

    void begin() { are_held_back_ = true; }

private:
    std::deque<FrameHeader> headers_;
    bool are_held_back_ = true;
};

void Headers::add(std::uint64_t offset, std::optional<Ticks> FrameHeader::*time, Ticks ticks)
{
    if (headers_.empty() || headers_.back().offset != offset)
        headers_.push_back({offset, {}, {}});
    if (headers_.size() > most_headers)
        headers_.pop_front();
    headers_.back().*time = ticks;
}

std::optional<FrameHeader> Headers::take()
{
    if (headers_.empty())
        return std::nullopt;
    const FrameHeader next = are_held_back_ ? headers_.front() : headers_.back();
    headers_.pop_front();
    if (!are_held_back_)
        headers_.clear();
    are_held_back_ = are_held_back_ && !headers_.empty();
    return next;
}

/** \brief Of one demuxer; of its thread, which posts what a frame's header states before it pushes the frame */
struct DemuxerTimes {
    std::map<unsigned, Headers> headers; ///< by PID
    GstClockTimeDiff added = 0; ///< to its times: where tracks change, new ones go on with it
    bool are_stated = false;    ///< the demuxer's times are those of the headers
    std::optional<Ticks> first; ///< that a header states
    bool gives_none = true;     ///< no frame had a time yet
    bool is_jump_told = false;

    void post(const GstStructure *message);

    /** \brief As a frame's header states it, behind a moment for what was before the first */
    GstClockTime time_at(Ticks ticks) const;
};

using SharedTimes = std::shared_ptr<DemuxerTimes>;

GstClockTime DemuxerTimes::time_at(Ticks ticks) const
{
    constexpr GstClockTimeDiff moment = 5 * GST_SECOND;
    return std::max<GstClockTimeDiff>(moment + time_of(step_between(first.value_or(ticks), ticks)),
                                      0);
}

void DemuxerTimes::post(const GstStructure *message)
{
    guint pid = 0;
    guint64 offset = 0;
    guint64 ticks = 0;
    if (gst_structure_get_uint(message, "pid", &pid) == FALSE ||
        gst_structure_get_uint64(message, "offset", &offset) == FALSE)
        return;
    if (gst_structure_get_uint64(message, "pts", &ticks) != FALSE) {
        headers[pid].add(offset, &FrameHeader::pts, static_cast<Ticks>(ticks));
        if (!first)
            first = static_cast<Ticks>(ticks);
    }
    if (gst_structure_get_uint64(message, "dts", &ticks) != FALSE)
        headers[pid].add(offset, &FrameHeader::dts, static_cast<Ticks>(ticks));
}

/** \brief Times of one pad */
class PadTimes
{
public:
    PadTimes(GstElement *element, SharedTimes demuxer, unsigned pid)
        : element_(element),
          demuxer_(std::move(demuxer)),
          headers_(&demuxer_->headers[pid]),
          added_(demuxer_->added)
    {
        headers_->begin();
    }

    /** \brief Adds to the demuxer's times of a frame, or gives it those of its header where the demuxer gives none */
    GstBuffer *mend(GstBuffer *frame);

    /** \brief Adds what the frame before got \param frame writable */
    void move(GstBuffer *frame) const;

private:
    GstClockTimeDiff added_to(const GstBuffer *frame, const FrameHeader &header);
    GstClockTimeDiff joined(GstClockTimeDiff time);
    void tell_jump(GstClockTimeDiff time) const;

    GstElement *element_; ///< the demuxer, whose pad it is
    SharedTimes demuxer_;
    Headers *headers_; ///< of the demuxer
    GstClockTimeDiff added_;
    std::optional<Ticks> ticks_;       ///< of the frame before, as if they did not begin anew
    GstClockTimeDiff offset_ = 0;      ///< of the stream's times
    GstClockTimeDiff latest_ = 0;      ///< time of the frame before
    GstClockTimeDiff step_ = 0;        ///< from the one before that to it
    GstClockTimeDiff step_before_ = 0; ///< and to that: where data is lost one of the two is a gap
};

/** \brief A frame's time, right behind the one before where the stream begins anew */
GstClockTimeDiff PadTimes::joined(GstClockTimeDiff time)
{
    const bool jumps_ahead = time > latest_ + longest_gap;
    if (jumps_ahead)
        tell_jump(time);
    if (jumps_ahead || time + out_of_order < latest_)
        time = latest_ + std::min(step_, step_before_);
    if (time > latest_) {
        step_before_ = step_;
        step_ = std::min(time - latest_, longest_frame);
    }
    return time;
}

/* The first of a file, of pictures or sound */
void PadTimes::tell_jump(GstClockTimeDiff time) const
{
    if (!std::exchange(demuxer_->is_jump_told, true))
        GST_ELEMENT_WARNING(
            element_, STREAM, DEMUX,
            ("times jump ahead by %s; what is behind follows at once, as another recording",
             clock_text(to_seconds(time - latest_)).c_str()),
            (nullptr));
}

/** \return what is added to the demuxer's times of a frame */
GstClockTimeDiff PadTimes::added_to(const GstBuffer *frame, const FrameHeader &header)
{
    const GstClockTimeDiff by_demuxer =
        GST_BUFFER_DTS_IS_VALID(frame)
            ? GST_CLOCK_DIFF(0, GST_BUFFER_DTS(frame))
            : GST_CLOCK_DIFF(0, GST_BUFFER_PTS(frame)) - time_of(header.shown_behind_decoded());
    const bool is_first = !ticks_;
    ticks_ = is_first ? header.decoded() : *ticks_ + step_between(*ticks_, header.decoded());
    const GstClockTimeDiff in_stream = time_of(*ticks_);
    GstClockTimeDiff time = by_demuxer + added_;
    if (!is_first)
        time = joined(in_stream + offset_);
    offset_ = time - in_stream;
    latest_ = time;
    return time - by_demuxer;
}

GstBuffer *PadTimes::mend(GstBuffer *frame)
{
    const bool has_time = GST_CLOCK_TIME_IS_VALID(GST_BUFFER_DTS_OR_PTS(frame));
    demuxer_->gives_none = demuxer_->gives_none && !has_time;
    if (!has_time && !demuxer_->gives_none)
        return frame;
    const std::optional<FrameHeader> header =
        demuxer_->are_stated
            ? FrameHeader{0, ticks_of(GST_BUFFER_PTS(frame)), ticks_of(GST_BUFFER_DTS(frame))}
            : headers_->take();
    if (!has_time) {
        if (!header || !header->pts)
            return frame;
        frame = gst_buffer_make_writable(frame);
        GST_BUFFER_PTS(frame) = demuxer_->time_at(*header->pts);
        GST_BUFFER_DTS(frame) = header->dts ? demuxer_->time_at(*header->dts) : GST_CLOCK_TIME_NONE;
    }
    if (header)
        added_ = demuxer_->added = added_to(frame, *header);
    if (added_ == 0)
        return frame;
    frame = gst_buffer_make_writable(frame);
    move(frame);
    return frame;
}

void PadTimes::move(GstBuffer *frame) const
{
    const auto moved = [this](GstClockTime time) {
        return GST_CLOCK_TIME_IS_VALID(time) ? static_cast<GstClockTime>(std::max<GstClockTimeDiff>(
                                                   GST_CLOCK_DIFF(0, time) + added_, 0))
                                             : time;
    };
    GST_BUFFER_PTS(frame) = moved(GST_BUFFER_PTS(frame));
    GST_BUFFER_DTS(frame) = moved(GST_BUFFER_DTS(frame));
}

/* What has one header: a frame, or several of sound as a list, as FFmpeg writes Opus */
GstPadProbeReturn on_frames(GstPad *, GstPadProbeInfo *info, gpointer data)
{
    auto *times = static_cast<PadTimes *>(data);
    if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) == 0) {
        info->data = times->mend(GST_PAD_PROBE_INFO_BUFFER(info));
        return GST_PAD_PROBE_OK;
    }
    auto *list = gst_buffer_list_make_writable(GST_PAD_PROBE_INFO_BUFFER_LIST(info));
    info->data = list;
    for (guint i = 0; i < gst_buffer_list_length(list); ++i) {
        GstBuffer *frame = gst_buffer_list_get_writable(list, i);
        if (i == 0)
            times->mend(frame); // which is writable: it stays where it is
        else
            times->move(frame);
    }
    return GST_PAD_PROBE_OK;
}

/** \brief From a pad's name, as in video_0_0041 */
std::optional<unsigned> pid_of(const std::string &pad)
{
    const bool is_of_time = pad.rfind("video_", 0) == 0 || pad.rfind("audio_", 0) == 0;
    if (!is_of_time) // texts have gaps of their own
        return std::nullopt;
    return static_cast<unsigned>(std::strtoul(pad.c_str() + pad.rfind('_') + 1, nullptr, 16));
}

void on_pad(GstElement *element, GstPad *pad, gpointer demuxer)
{
    if (const auto pid = pid_of(GST_PAD_NAME(pad)))
        gst_pad_add_probe(pad,
                          static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER |
                                                       GST_PAD_PROBE_TYPE_BUFFER_LIST),
                          on_frames,
                          new PadTimes(element, *static_cast<SharedTimes *>(demuxer), *pid),
                          [](gpointer times) { delete static_cast<PadTimes *>(times); });
}

void on_element(GstBin *, GstBin *, GstElement *element, gpointer)
{
    GstElementFactory *factory = gst_element_get_factory(element);
    const std::string name = factory != nullptr ? GST_OBJECT_NAME(factory) : "";
    const bool is_program = name == "mpegpsdemux";
    if (name != "tsdemux" && !is_program)
        return;
    auto *times = new SharedTimes(std::make_shared<DemuxerTimes>());
    (*times)->are_stated = is_program;
    g_object_set_data_full(G_OBJECT(element), times_name, times,
                           [](gpointer data) { delete static_cast<SharedTimes *>(data); });
    g_object_set(element, is_program ? "ignore-scr" : "emit-stats", TRUE, nullptr);
    g_signal_connect(element, "pad-added", G_CALLBACK(on_pad), times);
}

GstBusSyncReply on_message(GstBus *, GstMessage *message, gpointer)
{
    if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ELEMENT || GST_MESSAGE_SRC(message) == nullptr)
        return GST_BUS_PASS;
    auto *times = static_cast<SharedTimes *>(
        g_object_get_data(G_OBJECT(GST_MESSAGE_SRC(message)), times_name));
    const GstStructure *structure = gst_message_get_structure(message);
    if (times == nullptr || !gst_structure_has_name(structure, "tsdemux"))
        return GST_BUS_PASS;
    (*times)->post(structure);
    gst_message_unref(message);
    return GST_BUS_DROP;
}

} // namespace

void keep_transport_times(GstElement *pipeline, GstElement *decoder)
{
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    gst_bus_set_sync_handler(bus, on_message, nullptr, nullptr);
    g_signal_connect(decoder, "deep-element-added", G_CALLBACK(on_element), nullptr);
}

} // namespace fovea
