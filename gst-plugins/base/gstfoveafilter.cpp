// SPDX-License-Identifier: MIT
#include "base/gstfoveafilter.h"

#include <deque>
#include <new>
#include <string>

#include "base/bus_error.h"
#include "base/caps.h"
#include "base/expected_input.h"
#include "base/frame_times.h"
#include "base/scarce_buffer.h"
#include "base/stream_ends.h"

GST_DEBUG_CATEGORY_STATIC(fovea_filter_debug);
#define GST_CAT_DEFAULT fovea_filter_debug

struct GstFoveaFilterPrivate {
    std::shared_ptr<void> state;                /* of the element's class */
    std::unique_ptr<fovea::FrameWorker> worker; /* touched by the streaming thread and stop() */
    GstVideoInfo info;                          /* of what comes in */
    GstVideoInfo output_info; /* of what goes on: the same where video passes in place */
    bool new_segment;         /* since the last frame */
    fovea::StreamEnds ends;
    fovea::FrameTimes times;
    fovea::ScarceBuffers scarce;
    std::deque<fovea::Frame> foreseen; /* their buffers are owned here */
};

G_DEFINE_ABSTRACT_TYPE_WITH_CODE(GstFoveaFilter, gst_fovea_filter, GST_TYPE_BASE_TRANSFORM,
                                 G_ADD_PRIVATE(GstFoveaFilter)
                                     GST_DEBUG_CATEGORY_INIT(fovea_filter_debug, "foveafilter", 0,
                                                             "base of the fovea elements"))

namespace {

GstFoveaFilterPrivate *priv(gpointer self)
{
    return static_cast<GstFoveaFilterPrivate *>(
        gst_fovea_filter_get_instance_private(GST_FOVEA_FILTER(self)));
}

/* NULL: the element passes video in place */
GstCaps *output_caps(gpointer self)
{
    const auto *klass = GST_FOVEA_FILTER_GET_CLASS(self);
    return klass->output_caps == nullptr ? nullptr : klass->output_caps(GST_FOVEA_FILTER(self));
}

void forget_time(GstFoveaFilterPrivate *self)
{
    self->ends.forget_frames();
    self->new_segment = false;
    self->times = {};
}

void drop_foreseen(GstFoveaFilterPrivate *self)
{
    for (const fovea::Frame &frame : self->foreseen)
        gst_buffer_unref(frame.buffer);
    self->foreseen.clear();
}

gboolean stop(GstBaseTransform *transform)
{
    GstFoveaFilter *self = GST_FOVEA_FILTER(transform);
    drop_foreseen(priv(self));
    priv(self)->scarce.forget();
    priv(self)->worker.reset();
    GST_FOVEA_FILTER_GET_CLASS(self)->worker_is_gone(self);
    return TRUE;
}

gboolean start(GstBaseTransform *transform)
{
    const gboolean started = fovea::or_post_error<gboolean>(transform, FALSE, [&] {
        GstFoveaFilter *self = GST_FOVEA_FILTER(transform);
        priv(self)->worker = GST_FOVEA_FILTER_GET_CLASS(self)->make_worker(self);
        forget_time(priv(self));
        priv(self)->ends = {};

        GstCaps *output = output_caps(self);
        gst_base_transform_set_in_place(transform, output == nullptr ? TRUE : FALSE);
        gst_clear_caps(&output);
        return TRUE;
    });
    if (!started)
        stop(transform);
    return started;
}

/* As the properties say now; may throw. */
fovea::FrameWorker &worker_of(GstBaseTransform *transform)
{
    GstFoveaFilter *self = GST_FOVEA_FILTER(transform);
    fovea::FrameWorker *worker = priv(self)->worker.get();
    GST_FOVEA_FILTER_GET_CLASS(self)->update_worker(self, worker);
    return *worker;
}

GstCaps *transform_caps(GstBaseTransform *transform, GstPadDirection direction, GstCaps *caps,
                        GstCaps *filter)
{
    GstCaps *result = output_caps(transform);
    if (result == nullptr) {
        result = gst_caps_ref(caps);
    } else {
        if (direction == GST_PAD_SRC) { /* what the element can take for any frame it puts out */
            gst_caps_unref(result);
            result = gst_pad_get_pad_template_caps(transform->sinkpad);
        }
        GstCaps *rated = fovea::with_frame_rates_of(caps, result);
        gst_caps_unref(result);
        result = rated;
    }
    if (filter != nullptr) {
        GstCaps *common = gst_caps_intersect_full(filter, result, GST_CAPS_INTERSECT_FIRST);
        gst_caps_unref(result);
        result = common;
    }
    return result;
}

gboolean set_caps(GstBaseTransform *transform, GstCaps *caps, GstCaps *output)
{
    return fovea::or_post_error<gboolean>(transform, FALSE, [&]() -> gboolean {
        GstFoveaFilterPrivate *self = priv(transform);
        if (!gst_video_info_from_caps(&self->info, caps) ||
            !gst_video_info_from_caps(&self->output_info, output))
            return FALSE;
        drop_foreseen(self); // of the caps before: some are there still where pushing them failed
        self->scarce.forget();
        self->worker->configure(self->info);
        return TRUE;
    });
}

gboolean transform_size(GstBaseTransform *, GstPadDirection, GstCaps *, gsize, GstCaps *other,
                        gsize *size)
{
    GstVideoInfo info;
    if (!gst_video_info_from_caps(&info, other))
        return FALSE;
    *size = GST_VIDEO_INFO_SIZE(&info);
    return TRUE;
}

/*
 * A worker that renders reads its input through GstVideoFrame: any strides will do. A crop that stands
 * only beside the picture is for nobody here, whatever downstream takes: upstream cuts it out.
 */
gboolean propose_allocation(GstBaseTransform *transform, GstQuery *decide, GstQuery *query)
{
    if (decide != nullptr)
        gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
    const gboolean proposed = GST_BASE_TRANSFORM_CLASS(gst_fovea_filter_parent_class)
                                  ->propose_allocation(transform, decide, query);
    guint index = 0;
    while (gst_query_find_allocation_meta(query, GST_VIDEO_CROP_META_API_TYPE, &index))
        gst_query_remove_nth_allocation_meta(query, index);
    return proposed;
}

fovea::Frame frame_of(GstBaseTransform *transform, GstBuffer *buffer)
{
    GstFoveaFilterPrivate *self = priv(transform);
    const auto [time, duration] = self->times.of(buffer, transform->segment, self->info);
    return {GST_ELEMENT(transform), buffer, &self->info, time, duration, self->times.rate()};
}

void note_discontinuity(GstBaseTransform *transform, GstBuffer *buffer)
{
    GstFoveaFilterPrivate *self = priv(transform);
    const bool is_cut_off =
        GST_BUFFER_IS_DISCONT(buffer) && self->times.is_far(buffer, transform->segment);
    if (self->ends.has_frames() && (is_cut_off || self->new_segment)) {
        GST_DEBUG_OBJECT(transform, "discontinuity: what is pending is dropped");
        self->times.restart();
        self->worker->discontinuity();
    }
    self->ends.see_frame();
    self->new_segment = false;
}

GstFlowReturn transform_ip(GstBaseTransform *transform, GstBuffer *buffer)
{
    return fovea::or_post_error<GstFlowReturn>(transform, GST_FLOW_ERROR, [&] {
        note_discontinuity(transform, buffer);
        const fovea::Frame frame = frame_of(transform, buffer);
        worker_of(transform).foresee(frame);
        priv(transform)->foreseen.push_back(frame);
        return GST_FLOW_OK;
    });
}

/* Processes and pushes foreseen frames, oldest first: all, before what must not overtake them, or
 * those that the worker does not let wait. */
GstFlowReturn push_foreseen(GstBaseTransform *transform, bool all)
{
    GstFoveaFilterPrivate *self = priv(transform);
    GstFlowReturn flow = GST_FLOW_OK;
    while (flow == GST_FLOW_OK && !self->foreseen.empty() && (all || !self->worker->can_wait())) {
        const fovea::Frame frame = self->foreseen.front();
        self->foreseen.pop_front();
        flow = fovea::or_post_error<GstFlowReturn>(transform, GST_FLOW_ERROR, [&] {
            self->worker->process(frame);
            return GST_FLOW_OK;
        });
        if (flow == GST_FLOW_OK)
            flow = gst_pad_push(transform->srcpad, frame.buffer);
        else
            gst_buffer_unref(frame.buffer);
    }
    return flow;
}

/* Frames are pushed here and not by the parent, which would flag a late one as the first of a new stream. */
GstFlowReturn generate_output(GstBaseTransform *transform, GstBuffer **output)
{
    GstFoveaFilterPrivate *self = priv(transform);
    const std::size_t before = self->foreseen.size();
    const bool is_scarce =
        transform->queued_buf != nullptr && self->scarce.has(transform->queued_buf);
    const GstFlowReturn flow =
        GST_BASE_TRANSFORM_CLASS(gst_fovea_filter_parent_class)->generate_output(transform, output);
    if (self->foreseen.size() == before)
        return flow;
    *output = nullptr; /* foreseen has it */
    return push_foreseen(transform, /*all=*/is_scarce);
}

gboolean query(GstBaseTransform *transform, GstPadDirection direction, GstQuery *asked)
{
    if (direction == GST_PAD_SINK && GST_QUERY_IS_SERIALIZED(asked))
        push_foreseen(transform, /*all=*/true);
    if (direction == GST_PAD_SRC && fovea::asks_for(asked, GST_ELEMENT(transform)))
        return TRUE;
    return GST_BASE_TRANSFORM_CLASS(gst_fovea_filter_parent_class)
        ->query(transform, direction, asked);
}

GstFlowReturn transform(GstBaseTransform *transform, GstBuffer *input, GstBuffer *output)
{
    return fovea::or_post_error<GstFlowReturn>(transform, GST_FLOW_ERROR, [&] {
        note_discontinuity(transform, input);
        const fovea::Frame in = frame_of(transform, input);
        fovea::Frame out = in;
        out.buffer = output;
        out.info = &priv(transform)->output_info;
        worker_of(transform).render(in, out);
        return GST_FLOW_OK;
    });
}

void push_late(GstBaseTransform *transform, GstBuffer *carrier)
{
    const FoveaMeta *meta = fovea_meta_get(carrier);
    if (meta->rows->len > 0 || meta->activities->len > 0 || meta->alarms->len > 0)
        gst_pad_push_event(transform->srcpad, fovea_late_event_new(carrier));
    else
        gst_buffer_unref(carrier);
}

/* Runs `work(meta)` and sends what it left in the meta; FALSE after an error was posted. */
template <typename Work>
bool with_late(GstBaseTransform *transform, Work &&work)
{
    GstBuffer *carrier = gst_buffer_new();
    FoveaMeta *meta = fovea_meta_ensure(carrier);
    const bool done = fovea::or_post_error<bool>(transform, false, [&] {
        work(meta);
        return true;
    });
    push_late(transform, carrier);
    return done;
}

void end_stream(GstBaseTransform *transform, GstEvent *event)
{
    using End = fovea::StreamEnds::End;
    GstFoveaFilterPrivate *self = priv(transform);
    const End end = self->ends.take(event);
    if (end == End::Drain)
        with_late(transform, [&](FoveaMeta *out) { worker_of(transform).drain(out); });
    if (end != End::DrainAndNext && end != End::Next)
        return;
    with_late(transform, [&](FoveaMeta *out) {
        worker_of(transform).next_stream(out, /*drained=*/end == End::Next);
    });
    forget_time(self);
}

gboolean sink_event(GstBaseTransform *transform, GstEvent *event)
{
    GstFoveaFilterPrivate *self = priv(transform);
    auto *parent = GST_BASE_TRANSFORM_CLASS(gst_fovea_filter_parent_class);
    if (self->worker == nullptr)
        return parent->sink_event(transform, event);
    if (GST_EVENT_IS_SERIALIZED(event) && GST_EVENT_TYPE(event) != GST_EVENT_FLUSH_STOP)
        push_foreseen(transform, /*all=*/true);

    if (FoveaMeta *late = fovea_late_event_parse(event)) {
        gst_event_ref(event);
        const gboolean sent = parent->sink_event(transform, event);
        with_late(transform, [&](FoveaMeta *out) { worker_of(transform).receive(*late, out); });
        gst_event_unref(event);
        return sent;
    }

    end_stream(transform, event);
    if (GST_EVENT_TYPE(event) == GST_EVENT_FLUSH_STOP) {
        drop_foreseen(self);
        self->worker->reset();
        forget_time(self);
    }
    if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT)
        self->new_segment = true;
    if (GST_EVENT_TYPE(event) == GST_EVENT_TAG) {
        GstTagList *tags = nullptr; /* the event's */
        gst_event_parse_tag(event, &tags);
        self->worker->learn(*tags);
    }
    return parent->sink_event(transform, event);
}

/* Not init: there the class in hand is this one, not the element's. */
void constructed(GObject *object)
{
    priv(object)->state = GST_FOVEA_FILTER_GET_CLASS(object)->make_state();
    G_OBJECT_CLASS(gst_fovea_filter_parent_class)->constructed(object);
}

void finalize(GObject *object)
{
    priv(object)->~GstFoveaFilterPrivate();
    G_OBJECT_CLASS(gst_fovea_filter_parent_class)->finalize(object);
}

} // namespace

static void gst_fovea_filter_init(GstFoveaFilter *self)
{
    new (priv(self)) GstFoveaFilterPrivate{};
    gst_base_transform_set_in_place(GST_BASE_TRANSFORM(self), TRUE);
}

static void gst_fovea_filter_class_init(GstFoveaFilterClass *klass)
{
    auto *transform_class = GST_BASE_TRANSFORM_CLASS(klass);

    G_OBJECT_CLASS(klass)->constructed = constructed;
    G_OBJECT_CLASS(klass)->finalize = finalize;
    transform_class->start = start;
    transform_class->stop = stop;
    transform_class->transform_caps = transform_caps;
    transform_class->set_caps = set_caps;
    transform_class->transform_size = transform_size;
    transform_class->propose_allocation = propose_allocation;
    transform_class->transform_ip = transform_ip;
    transform_class->transform = transform;
    transform_class->sink_event = sink_event;
    transform_class->generate_output = generate_output;
    transform_class->query = query;
}

gpointer gst_fovea_filter_get_state(GstFoveaFilter *self)
{
    return priv(self)->state.get();
}

void gst_fovea_filter_class_add_templates(GstFoveaFilterClass *klass, GstMapFlags access)
{
    constexpr const char *frames =
        ", format=(string)" FOVEA_VIDEO_FORMATS ", width=(int)[1, max], height=(int)[1, max], "
        "framerate=(fraction)[0/1, max]";
    std::string text = std::string("video/x-raw") + frames;
#ifdef FOVEA_CUDA_FRAMES
    if (access == GST_MAP_READ)
        text += std::string("; video/x-raw(memory:CUDAMemory)") + frames;
#else
    static_cast<void>(access);
#endif
    g_autoptr(GstCaps) caps = gst_caps_from_string(text.c_str());

    gst_element_class_add_pad_template(
        GST_ELEMENT_CLASS(klass), gst_pad_template_new("sink", GST_PAD_SINK, GST_PAD_ALWAYS, caps));
    gst_element_class_add_pad_template(
        GST_ELEMENT_CLASS(klass), gst_pad_template_new("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
}
