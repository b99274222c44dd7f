// SPDX-License-Identifier: MIT
#include "highlight/highlight_pads.h"

#include "base/bus_error.h"

namespace fovea {

namespace {

constexpr const char *audio_sink_name = "audio_sink";
constexpr const char *audio_src_name = "audio_src";

HighlightState &state_of(GstPad *pad)
{
    return *static_cast<HighlightState *>(gst_pad_get_element_private(pad));
}

using PadPointer = std::unique_ptr<GstPad, decltype(&gst_object_unref)>;

PadPointer static_pad(GstElement *self, const char *name)
{
    return {gst_element_get_static_pad(self, name), gst_object_unref};
}

/* The other pad of the same stream: caps and events go straight through */
const char *partner_name(GstPad *pad)
{
    const bool is_sink = GST_PAD_IS_SINK(pad);
    const bool is_audio = g_str_has_prefix(GST_PAD_NAME(pad), "audio_");
    if (is_audio)
        return is_sink ? audio_src_name : audio_sink_name;
    return is_sink ? "src" : "sink";
}

GstIterator *partners(GstPad *pad, GstObject *parent)
{
    const PadPointer partner = static_pad(GST_ELEMENT(parent), partner_name(pad));
    if (partner == nullptr)
        return nullptr;
    GValue value = G_VALUE_INIT;
    g_value_init(&value, GST_TYPE_PAD);
    g_value_set_object(&value, partner.get());
    GstIterator *iterator = gst_iterator_new_single(GST_TYPE_PAD, &value);
    g_value_unset(&value);
    return iterator;
}

GstFlowReturn video_chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    return or_post_error<GstFlowReturn>(parent, GST_FLOW_ERROR,
                                        [&] { return state_of(pad).video->take(buffer); });
}

GstFlowReturn audio_chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    return or_post_error<GstFlowReturn>(parent, GST_FLOW_ERROR,
                                        [&] { return state_of(pad).audio->take(buffer); });
}

/* What only the video's events mean; FALSE: an error was posted */
bool note_video_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    HighlightState &state = state_of(pad);
    return or_post_error<bool>(parent, false, [&] {
        if (const FoveaMeta *late = fovea_late_event_parse(event))
            state.video->learn(*late);
        switch (GST_EVENT_TYPE(event)) {
        case GST_EVENT_CAPS: {
            GstCaps *caps = nullptr;
            gst_event_parse_caps(event, &caps);
            gint numerator = 0;
            gint denominator = 1;
            gst_structure_get_fraction(gst_caps_get_structure(caps, 0), "framerate", &numerator,
                                       &denominator);
            state.video->set_rate(numerator, denominator);
            break;
        }
        case GST_EVENT_SEGMENT:
            state.video->take_segment(event);
            break;
        case GST_EVENT_GAP: {
            GstClockTime start = 0;
            GstClockTime duration = 0;
            gst_event_parse_gap(event, &start, &duration);
            if (GST_CLOCK_TIME_IS_VALID(duration))
                state.video->pass_over(start, duration);
            break;
        }
        case GST_EVENT_EOS:
        case GST_EVENT_SEGMENT_DONE:
        case GST_EVENT_STREAM_START:
            state.video->end_at(event);
            break;
        case GST_EVENT_FLUSH_START:
            state.pieces.stop();
            break;
        case GST_EVENT_FLUSH_STOP:
            state.video->restart();
            state.ended_pieces = 0;
            break;
        default:
            break;
        }
        return true;
    });
}

bool note_audio_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    AudioStream &audio = *state_of(pad).audio;
    return or_post_error<bool>(parent, false, [&] {
        switch (GST_EVENT_TYPE(event)) {
        case GST_EVENT_CAPS: {
            GstCaps *caps = nullptr;
            gst_event_parse_caps(event, &caps);
            audio.set_caps(caps);
            break;
        }
        case GST_EVENT_SEGMENT:
            audio.take_segment(event);
            break;
        case GST_EVENT_FLUSH_START:
            audio.stop();
            break;
        case GST_EVENT_FLUSH_STOP:
            audio.restart();
            break;
        default:
            break;
        }
        return true;
    });
}

/* Segments are answered by our own; gaps count as left out. */
template <bool (*note)(GstPad *, GstObject *, GstEvent *)>
gboolean sink_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    const bool ends_here =
        GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT || GST_EVENT_TYPE(event) == GST_EVENT_GAP;
    const bool noted = note(pad, parent, event);
    if (noted && !ends_here)
        return gst_pad_event_default(pad, parent, event);
    gst_event_unref(event);
    return noted ? TRUE : FALSE;
}

/* Times downstream are not those upstream: there is no seeking, and nothing is ever too late. */
gboolean src_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    if (GST_EVENT_TYPE(event) != GST_EVENT_SEEK && GST_EVENT_TYPE(event) != GST_EVENT_QOS)
        return gst_pad_event_default(pad, parent, event);
    const bool is_qos = GST_EVENT_TYPE(event) == GST_EVENT_QOS;
    gst_event_unref(event);
    return is_qos ? TRUE : FALSE;
}

/* Nothing is copied: a query's answer throws nothing. */
GstClockTime delay_of(const HighlightState &state, GstObject *element)
{
    const ObjectLock lock(element);
    return static_cast<GstClockTime>(state.settings.options.delay());
}

gboolean add_delay(GstPad *pad, GstObject *parent, GstQuery *query)
{
    if (!gst_pad_query_default(pad, parent, query))
        return FALSE;
    const HighlightState &state = state_of(pad);
    if (!state.waits)
        return TRUE;
    const GstClockTime delay = delay_of(state, parent);
    gboolean live = FALSE;
    GstClockTime least = 0;
    GstClockTime most = GST_CLOCK_TIME_NONE;
    gst_query_parse_latency(query, &live, &least, &most);
    if (GST_CLOCK_TIME_IS_VALID(most))
        most += delay;
    gst_query_set_latency(query, live, least + delay, most);
    return TRUE;
}

gboolean src_query(GstPad *pad, GstObject *parent, GstQuery *query)
{
    const HighlightState &state = state_of(pad);
    GstFormat format = GST_FORMAT_UNDEFINED;
    switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_POSITION:
        gst_query_parse_position(query, &format, nullptr);
        if (format != GST_FORMAT_TIME)
            return FALSE;
        gst_query_set_position(query, format, state.pieces.length());
        return TRUE;
    case GST_QUERY_DURATION:
        gst_query_parse_duration(query, &format, nullptr);
        if (format != GST_FORMAT_TIME || state.length <= 0)
            return FALSE;
        gst_query_set_duration(query, format, state.length);
        return TRUE;
    case GST_QUERY_SEEKING:
        gst_query_parse_seeking(query, &format, nullptr, nullptr, nullptr);
        gst_query_set_seeking(query, format, FALSE, 0, -1);
        return TRUE;
    case GST_QUERY_LATENCY:
        return add_delay(pad, parent, query);
    default:
        return gst_pad_query_default(pad, parent, query);
    }
}

/* Frames that wait would drain a pool of downstream's. */
gboolean video_sink_query(GstPad *pad, GstObject *parent, GstQuery *query)
{
    if (GST_QUERY_TYPE(query) == GST_QUERY_ALLOCATION && state_of(pad).waits)
        return FALSE;
    return gst_pad_query_default(pad, parent, query);
}

GstPad *new_pad(GstElement *self, HighlightState *state, const char *name)
{
    GstPadTemplate *pad_template = gst_element_get_pad_template(self, name);
    GstPad *pad = gst_pad_new_from_template(pad_template, name);
    gst_pad_set_element_private(pad, state);
    gst_pad_set_iterate_internal_links_function(pad, partners);
    GST_PAD_SET_PROXY_CAPS(pad);
    GST_PAD_SET_PROXY_ALLOCATION(pad);
    if (GST_PAD_IS_SRC(pad)) {
        gst_pad_set_event_function(pad, src_event);
        gst_pad_set_query_function(pad, src_query);
    }
    return pad;
}

void add_template(GstElementClass *klass, const char *name, GstPadDirection direction,
                  GstPadPresence presence, const char *text)
{
    GstCaps *caps = gst_caps_from_string(text);
    gst_element_class_add_pad_template(klass,
                                       gst_pad_template_new(name, direction, presence, caps));
    gst_caps_unref(caps);
}

} // namespace

void add_highlight_templates(GstElementClass *klass)
{
    constexpr const char *video = "video/x-raw(ANY)";
    constexpr const char *audio = "audio/x-raw";
    add_template(klass, "sink", GST_PAD_SINK, GST_PAD_ALWAYS, video);
    add_template(klass, "src", GST_PAD_SRC, GST_PAD_ALWAYS, video);
    add_template(klass, audio_sink_name, GST_PAD_SINK, GST_PAD_REQUEST, audio);
    add_template(klass, audio_src_name, GST_PAD_SRC, GST_PAD_SOMETIMES, audio);
}

void add_video_pads(GstElement *self, HighlightState *state)
{
    GstPad *sink = new_pad(self, state, "sink");
    gst_pad_set_chain_function(sink, video_chain);
    gst_pad_set_event_function(sink, sink_event<note_video_event>);
    gst_pad_set_query_function(sink, video_sink_query);
    gst_element_add_pad(self, sink);
    gst_element_add_pad(self, new_pad(self, state, "src"));
}

StreamPads video_pads(GstElement *self)
{
    StreamPads pads;
    pads.sink = static_pad(self, "sink").get(); // the element keeps it
    pads.src = static_pad(self, "src").get();
    return pads;
}

GstPad *add_audio_pads(GstElement *self, HighlightState *state)
{
    if (state->audio != nullptr)
        return nullptr;
    StreamPads pads;
    pads.sink = new_pad(self, state, audio_sink_name);
    pads.src = new_pad(self, state, audio_src_name);
    gst_pad_set_chain_function(pads.sink, audio_chain);
    gst_pad_set_event_function(pads.sink, sink_event<note_audio_event>);
    state->audio = std::make_unique<AudioStream>(pads, &state->pieces);
    for (GstPad *pad : {pads.sink, pads.src}) {
        gst_pad_set_active(pad, TRUE);
        gst_element_add_pad(self, pad);
    }
    return pads.sink;
}

void remove_audio_pads(GstElement *self, HighlightState *state)
{
    if (state->audio == nullptr)
        return;
    state->audio->stop(); // or its pad would not stop
    for (const char *name : {audio_src_name, audio_sink_name}) {
        const PadPointer pad = static_pad(self, name);
        gst_pad_set_active(pad.get(), FALSE);
        gst_element_remove_pad(self, pad.get());
    }
    state->audio.reset();
}

} // namespace fovea
