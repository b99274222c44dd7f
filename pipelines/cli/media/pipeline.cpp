// SPDX-License-Identifier: MIT
#include "media/pipeline.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include <gst/app/gstappsink.h>

#include "fovea/core/clock_text.h"
#include "fovea/core/errors.h"
#include "fovea/core/named_thread.h"
#include "fovea/core/stop_flag.h"
#include "interrupt.h"
#include "media/bus_messages.h"
#include "media/decoding_chain.h"
#include "media/early_elements.h"
#include "media/element.h"
#include "media/file_end.h"
#include "media/stream_probe.h"
#include "media/transport_times.h"

namespace fovea {

namespace {

constexpr GstClockTime poll_interval = 100 * GST_MSECOND;
constexpr int polls_a_look = 10;          // a second
constexpr const char *frames_ahead = "4"; // decoded while the frame in hand is worked on
constexpr std::chrono::seconds stop_patience(
    5); // for the end to travel through after Ctrl-C, and for threads to come back

bool is_sound_or_text(const GstCaps *caps)
{
    const gchar *name = gst_structure_get_name(gst_caps_get_structure(caps, 0));
    return g_str_has_prefix(name, "audio/") || g_str_has_prefix(name, "text/") ||
           g_str_has_prefix(name, "subpicture/");
}

std::string stream_of(GstPad *pad)
{
    g_autofree gchar *id = gst_pad_get_stream_id(pad);
    return id != nullptr ? id : "";
}

/* Elements whose pad was taken away, or never came, end here. */
void end_unlinked(GstElement *element)
{
    g_autoptr(GstPad) sink = gst_element_get_static_pad(element, "sink");
    if (sink != nullptr && gst_pad_is_linked(sink) == FALSE)
        gst_pad_send_event(sink, gst_event_new_eos());
}

std::string pad_media(GstPad *pad)
{
    g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad);
    if (caps == nullptr)
        caps = gst_pad_query_caps(pad, nullptr);
    if (gst_caps_is_empty(caps) || gst_caps_is_any(caps))
        return "";
    return gst_structure_get_name(gst_caps_get_structure(caps, 0));
}

/* Sound to the muxer, through the cutter where there is one. Returns the head of it. */
GstElement *add_audio(GstBin *bin, const PipelineSpec &spec)
{
    const ChainEnds audio = add_chain(bin, spec.audio);
    g_autoptr(GstElement) muxer = gst_bin_get_by_name(bin, muxer_name);
    if (muxer == nullptr || gst_element_link(audio.last, muxer) == FALSE)
        throw Error(Error::Kind::Init, "the sound does not link to the muxer");
    if (spec.audio_to_cutter.empty())
        return audio.first;

    const ChainEnds uncut = add_chain(bin, spec.audio_to_cutter);
    g_autoptr(GstElement) cutter = gst_bin_get_by_name(bin, cutter_name);
    if (cutter == nullptr ||
        gst_element_link_pads(uncut.last, "src", cutter, "audio_sink") == FALSE ||
        gst_element_link_pads(cutter, "audio_src", audio.first, "sink") == FALSE)
        throw Error(Error::Kind::Init, "the sound does not link to foveahighlight");
    return uncut.first;
}

} // namespace

struct FilePipeline::State {
    GstElement *pipeline = nullptr; // owned
    GstElement *decoder = nullptr;
    GstElement *video_head = nullptr;
    GstElement *audio_head = nullptr;

    Nanoseconds left_out = 0; // of the pipeline's duration, as read_to_end() says
    int patience_s = 0;
    bool stood_still = false;
    StreamProbe probe;
    std::mutex mutex;               // guards pictures
    std::set<std::string> pictures; // streams coded as such
    std::function<void(GstSample *)> frame;
    std::atomic<bool> in_frame{false}; // it has one in hand
    std::exception_ptr thrown;         // by frame, before the error that it ends the stream with

    static GstFlowReturn on_sample(GstAppSink *sink, gpointer self)
    {
        auto *state = static_cast<State *>(self);
        g_autoptr(GstSample) sample = gst_app_sink_pull_sample(sink);
        if (sample == nullptr)
            return GST_FLOW_EOS;
        state->in_frame = true;
        try {
            state->frame(sample);
        } catch (...) { // C, which calls this, knows none
            state->thrown = std::current_exception();
            // nobody else tells it where all before the queue has ended already
            GST_ELEMENT_ERROR(sink, STREAM, FAILED, ("a frame was not taken"), (nullptr));
        }
        state->in_frame = false;
        return state->thrown == nullptr ? GST_FLOW_OK : GST_FLOW_ERROR;
    }

    void hand_out(GstElement *sink)
    {
        GstAppSinkCallbacks callbacks = {};
        callbacks.new_sample = on_sample;
        gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, this, nullptr);
    }

    /* Whether the caps fit is seen when they come, mended by the probe: what does not fit is an error then */
    bool link(GstPad *pad, GstElement *head) const
    {
        if (head == nullptr)
            return false;
        g_autoptr(GstPad) sink = gst_element_get_static_pad(head, "sink");
        return gst_pad_is_linked(sink) == FALSE &&
               gst_pad_link_full(pad, sink, GST_PAD_LINK_CHECK_TEMPLATE_CAPS) == GST_PAD_LINK_OK;
    }

    /* Streams that are not looked at still must flow, or the demuxer stalls. */
    void discard(GstPad *pad)
    {
        GstElement *sink = make_element({"fakesink", {{"sync", "false"}, {"async", "false"}}});
        gst_bin_add(GST_BIN(pipeline), sink);
        gst_element_sync_state_with_parent(sink);
        link(pad, sink);
        probe.watch_other(pad);
    }

    bool is_of_picture(GstPad *pad)
    {
        const std::lock_guard lock(mutex);
        return pictures.count(stream_of(pad)) > 0;
    }

    /* What moves takes the place of a picture: nothing flows before all pads are there. */
    void let_go_of_picture(GstPad *pad)
    {
        g_autoptr(GstPad) sink = gst_element_get_static_pad(video_head, "sink");
        g_autoptr(GstPad) before = gst_pad_get_peer(sink);
        if (before == nullptr || !is_of_picture(before) || is_of_picture(pad))
            return;
        gst_pad_unlink(before, sink);
        discard(before);
    }

    static void on_pad(GstElement *, GstPad *pad, gpointer self)
    {
        auto *state = static_cast<State *>(self);
        const std::string media = pad_media(pad);
        if (media == "video/x-raw")
            state->let_go_of_picture(pad);
        const bool linked = (media == "video/x-raw" && state->link(pad, state->video_head)) ||
                            (media == "audio/x-raw" && state->link(pad, state->audio_head));
        if (!linked)
            state->discard(pad);
    }

    /* The muxer waits for a sound that will not come: end it. */
    static void on_no_more_pads(GstElement *, gpointer self)
    {
        const auto *state = static_cast<State *>(self);
        if (state->audio_head != nullptr)
            end_unlinked(state->audio_head);
    }

    /* Where the streams of a file change midway, those that do not go on are taken away before their end. */
    static void on_drained(GstElement *, gpointer self)
    {
        const auto *state = static_cast<State *>(self);
        end_unlinked(state->video_head);
        on_no_more_pads(nullptr, self);
        const std::unique_ptr<GstIterator, void (*)(GstIterator *)> sinks(
            gst_bin_iterate_sinks(GST_BIN(state->pipeline)), gst_iterator_free);
        gst_iterator_foreach(
            sinks.get(),
            [](const GValue *sink, gpointer) {
                end_unlinked(GST_ELEMENT(g_value_get_object(sink)));
            },
            nullptr);
    }

    static gboolean on_continue(GstElement *, GstPad *pad, GstCaps *caps, gpointer self)
    {
        auto *state = static_cast<State *>(self);
        if (is_coded_as_pictures(caps)) {
            const std::lock_guard lock(state->mutex);
            state->pictures.insert(stream_of(pad));
        }
        return state->audio_head != nullptr || !is_sound_or_text(caps);
    }
};

FilePipeline::FilePipeline(const PipelineSpec &spec) : state_(std::make_unique<State>())
{
    state_->pipeline = GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr)));
    try {
        build(spec);
    } catch (...) {
        gst_element_set_state(state_->pipeline, GST_STATE_NULL); // of elements that were made early
        gst_object_unref(state_->pipeline);
        throw;
    }
}

void FilePipeline::build(const PipelineSpec &spec)
{
    auto *bin = GST_BIN(state_->pipeline);
    const ChainEnds decoding = add_chain(bin, decoding_chain(spec.file));
    GstElement *decoder = state_->decoder = decoding.last;
    state_->patience_s = spec.patience_s;
    state_->left_out = read_to_end(decoding.first, /*for_frames=*/true);
    Chain video = spec.video;
    if (spec.frame)
        video.insert(video.end(), {{"queue", {{"max-size-buffers", frames_ahead}}},
                                   {"appsink", {{"sync", "false"}}}});
    const ChainEnds frames = add_chain(bin, video, [&](const Stage &stage) {
        GstElement *early = spec.early != nullptr ? spec.early->take(stage) : nullptr;
        return early != nullptr ? early : make_element(stage);
    });
    state_->video_head = frames.first;
    if (spec.frame) {
        state_->frame = spec.frame;
        state_->hand_out(frames.last);
    }
    if (!spec.audio.empty())
        state_->audio_head = add_audio(bin, spec);

    g_autoptr(GstPad) sink = gst_element_get_static_pad(state_->video_head, "sink");
    state_->probe.watch_frames(sink);
    if (g_autoptr(GstElement) filter = gst_bin_get_by_name(bin, range_filter_name))
        state_->probe.limit_range(filter); // the pipeline's
    if (state_->audio_head != nullptr) {
        g_autoptr(GstPad) sound = gst_element_get_static_pad(state_->audio_head, "sink");
        state_->probe.watch_sound(sound);
    }
    keep_transport_times(state_->pipeline, decoder);
    g_signal_connect(decoder, "pad-added", G_CALLBACK(State::on_pad), state_.get());
    g_signal_connect(decoder, "no-more-pads", G_CALLBACK(State::on_no_more_pads), state_.get());
    g_signal_connect(decoder, "drained", G_CALLBACK(State::on_drained), state_.get());
    g_signal_connect(decoder, "autoplug-continue", G_CALLBACK(State::on_continue), state_.get());
}

FilePipeline::~FilePipeline()
{
    if (state_ == nullptr)
        return;
    gst_element_set_state(state_->pipeline, GST_STATE_NULL);
    gst_object_unref(state_->pipeline);
}

/* Threads that stand still may never come back: then the pipeline is left as it is, with what they use. What takes frames
 * is the caller's: while it has one it is waited for. */
void FilePipeline::stop()
{
    if (!state_->stood_still) {
        gst_element_set_state(state_->pipeline, GST_STATE_NULL);
        return;
    }
    const auto stopped = std::make_shared<StopFlag>();
    auto *pipeline = GST_ELEMENT(gst_object_ref(state_->pipeline));
    named_thread("fovea-stop", [pipeline, stopped] {
        gst_element_set_state(pipeline, GST_STATE_NULL);
        gst_object_unref(pipeline);
        stopped->stop();
    }).detach();
    while (!stopped->wait(stop_patience))
        if (!state_->in_frame) {
            state_.release(); // NOLINT(bugprone-unused-return-value): see above
            return;
        }
}

namespace {

/** \param left_out of what the pipeline takes for it */
Nanoseconds duration_of(GstElement *pipeline, Nanoseconds left_out)
{
    gint64 duration = 0;
    return gst_element_query_duration(pipeline, GST_FORMAT_TIME, &duration) != FALSE
               ? std::max<Nanoseconds>(duration - left_out, 0)
               : 0;
}

void tell_progress(GstElement *pipeline, Nanoseconds duration, const PipelineWatcher &watcher)
{
    gint64 position = 0;
    if (watcher.progress && duration > 0 &&
        gst_element_query_position(pipeline, GST_FORMAT_TIME, &position) != FALSE)
        watcher.progress(
            std::clamp(static_cast<double>(position) / static_cast<double>(duration), 0.0, 1.0));
}

Error stands_still(Nanoseconds reached, Nanoseconds duration, int seconds)
{
    const std::string of =
        duration > 0 ? " of its " + clock_text(to_seconds(duration)) : std::string();
    return {Error::Kind::Settings, "stands still at " + clock_text(to_seconds(reached)) + of +
                                       ": for " + std::to_string(seconds) +
                                       " s no frame came and nothing was worked on, so GStreamer "
                                       "waits for what does not come; make another file of it "
                                       "first, for example with: ffmpeg -i FILE OTHER.mp4"};
}

} // namespace

void FilePipeline::run_to_end(const PipelineWatcher &watcher, DecodingReport *report)
{
    constexpr auto wanted = static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR |
                                                        GST_MESSAGE_WARNING | GST_MESSAGE_ELEMENT);
    GstElement *pipeline = state_->pipeline;
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    gint64 give_up_at = 0; // 0: not stopping
    StallWatch stall(state_->patience_s);
    int polls = 0;

    gst_element_set_state(pipeline, GST_STATE_PLAYING); // a failure is told on the bus
    for (;;) {
        g_autoptr(GstMessage) message = gst_bus_timed_pop_filtered(bus, poll_interval, wanted);
        if (message != nullptr && handle_message(message, watcher, report))
            break;
        if (interrupted() && give_up_at == 0) {
            gst_element_send_event(pipeline, gst_event_new_eos());
            give_up_at = g_get_monotonic_time() + stop_patience.count() * G_USEC_PER_SEC;
        }
        if (give_up_at > 0 && g_get_monotonic_time() > give_up_at)
            break;
        if (message != nullptr)
            continue;
        const Nanoseconds duration = duration_of(pipeline, state_->left_out);
        tell_progress(pipeline, duration, watcher);
        if (++polls % polls_a_look != 0 || state_->in_frame ||
            !stall.look(StallWatch::signs(state_->probe.moved())))
            continue;
        state_->probe.tell(report);
        const Nanoseconds rounded =
            std::min(nanoseconds_per_second, duration / 20); // by containers
        if (std::exchange(state_->stood_still, true) || duration <= 0 ||
            report->shown + report->in_gaps + rounded < duration)
            throw stands_still(report->reached, duration, state_->patience_s);
        report->warnings.insert("is read to its end, but GStreamer does not tell that it ends");
        end_streams(state_->decoder);
        stall = StallWatch(state_->patience_s);
    }
    if (interrupted())
        throw Interrupted();
}

DecodingReport FilePipeline::run(const PipelineWatcher &watcher)
{
    DecodingReport report;
    try {
        run_to_end(watcher, &report);
    } catch (...) {
        stop();
        if (state_ != nullptr && state_->thrown != nullptr)
            std::rethrow_exception(state_->thrown);
        throw;
    }
    state_->probe.tell(&report);
    stop();
    return report;
}

} // namespace fovea
