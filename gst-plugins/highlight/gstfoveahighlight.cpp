// SPDX-License-Identifier: MIT
/**
 * SECTION:element-foveahighlight
 * @title: foveahighlight
 * @short_description: Keep only the salient stretches of a stream: a summary
 *
 * Lets frames of salient stretches through and gives them new time stamps, so that what comes out
 * is one video without gaps. Sound that is led through `audio_sink` and `audio_src` is cut at the
 * same places, to the sample.
 *
 * With #GstFoveaHighlight:results it takes what `fovea label` or foveapublish wrote about the whole
 * video, and can keep a share of it (#GstFoveaHighlight:ratio). Without, it goes by the windows that
 * foveaattention recognises upstream: frames wait #GstFoveaHighlight:delay for what is said of them,
 * and those of moments at #GstFoveaHighlight:threshold or above go on. They wait decoded: scale a
 * large video down before.
 *
 * A moment weighs its time weight times the score of its window's event. What comes out is meant to
 * be written to a file: it is shorter than the time that passes, so that a sink that shows it needs
 * sync=false. Each kept piece is told on the bus in an element message `fovea-highlight` (`start` and
 * `end` in the stream, `position` in the output).
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 filesrc location=video.mp4 ! decodebin name=d d. ! queue ! videoconvert ! foveahighlight name=h results=video.mp4.fovea/results.jsonl ratio=0.2 ! x264enc ! queue ! mp4mux name=m ! filesink location=summary.mp4 d. ! queue ! audioconvert ! h.audio_sink h.audio_src ! avenc_aac ! queue ! m.
 * ]|
 *
 * Since: 0.1
 */

#include <string>
#include <type_traits>

#include "base/bus_error.h"
#include "base/property_table.h"
#include "highlight/highlight_pads.h"
#include "highlight/highlight_state.h"

GST_DEBUG_CATEGORY_STATIC(fovea_highlight_debug);
#define GST_CAT_DEFAULT fovea_highlight_debug

G_DECLARE_FINAL_TYPE(GstFoveaHighlight, gst_fovea_highlight, GST, FOVEA_HIGHLIGHT, GstElement)

struct _GstFoveaHighlight {
    GstElement parent;

    fovea::HighlightState *state;
};

/* GObject zero-fills the struct and never runs constructors: only plain members live in it. */
static_assert(std::is_trivial_v<_GstFoveaHighlight>);

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaHighlight, gst_fovea_highlight, GST_TYPE_ELEMENT,
                              GST_DEBUG_CATEGORY_INIT(fovea_highlight_debug, "foveahighlight", 0,
                                                      "salient stretches of a stream"))
GST_ELEMENT_REGISTER_DEFINE(foveahighlight, "foveahighlight", GST_RANK_NONE,
                            gst_fovea_highlight_get_type())

namespace {

fovea::HighlightState *state_of(gpointer self)
{
    return GST_FOVEA_HIGHLIGHT(self)->state;
}

void tell_piece(GstElement *self, const fovea::KeptPiece &piece)
{
    ++state_of(self)->ended_pieces;
    GST_DEBUG_OBJECT(self, "kept %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT,
                     GST_TIME_ARGS(piece.in.start), GST_TIME_ARGS(piece.in.end));
    gst_element_post_message(
        self, gst_message_new_element(
                  GST_OBJECT(self),
                  gst_structure_new("fovea-highlight", "start", G_TYPE_UINT64,
                                    static_cast<guint64>(piece.in.start), "end", G_TYPE_UINT64,
                                    static_cast<guint64>(piece.in.end), "position", G_TYPE_UINT64,
                                    static_cast<guint64>(piece.out), nullptr)));
}

void stop(GstElement *self)
{
    state_of(self)->video.reset();
    state_of(self)->settings.release(self);
}

bool start(GstElement *self)
{
    const bool started = fovea::or_post_error<bool>(self, false, [&] {
        fovea::HighlightState &state = *state_of(self);
        state.video = std::make_unique<fovea::VideoStream>(
            fovea::video_pads(self), state.settings.take(self), &state.pieces, &state.counts,
            [self](const fovea::KeptPiece &piece) { tell_piece(self, piece); });
        state.length = state.video->length();
        state.waits = state.video->waits();
        state.ended_pieces = 0;
        if (state.audio != nullptr)
            state.audio->restart();
        return true;
    });
    if (!started)
        stop(self);
    return started;
}

void stop_waiting(GstElement *self)
{
    state_of(self)->pieces.stop();
    if (state_of(self)->audio != nullptr)
        state_of(self)->audio->stop();
}

GstStateChangeReturn change_state(GstElement *self, GstStateChange change)
{
    if (change == GST_STATE_CHANGE_READY_TO_PAUSED && !start(self))
        return GST_STATE_CHANGE_FAILURE;
    if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
        stop_waiting(self); // or the pads would not stop
    const auto result =
        GST_ELEMENT_CLASS(gst_fovea_highlight_parent_class)->change_state(self, change);
    if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
        stop(self);
    return result;
}

GstPad *request_new_pad(GstElement *self, GstPadTemplate *, const gchar *, const GstCaps *)
{
    return fovea::add_audio_pads(self, state_of(self));
}

void release_pad(GstElement *self, GstPad *)
{
    fovea::remove_audio_pads(self, state_of(self));
}

GstStructure *stats_of(const fovea::HighlightState &state)
{
    return gst_structure_new("application/x-fovea-highlight-stats", "kept", G_TYPE_UINT64,
                             static_cast<guint64>(state.counts.processed), "left-out",
                             G_TYPE_UINT64, static_cast<guint64>(state.counts.dropped), "pieces",
                             G_TYPE_UINT, static_cast<guint>(state.ended_pieces), "duration",
                             G_TYPE_UINT64, static_cast<guint64>(state.pieces.length()), nullptr);
}

const fovea::PropertyTable<fovea::HighlightOptions> &properties()
{
    using Options = fovea::HighlightOptions;
    static const auto table = [] {
        constexpr guint most_ms = 3'600'000;
        fovea::PropertyTable<Options> table;
        table.add("results", "Results",
                  "results.jsonl of the whole video; empty: by the results in the stream, which "
                  "needs a threshold",
                  &Options::results);
        table.add("ratio", "Ratio",
                  "Share of the video kept at most, the weightiest moments; 1: all of it; needs "
                  "results",
                  &Options::ratio, 0, 1);
        table.add("threshold", "Threshold",
                  "Weight, 0 to 1, from which a moment is kept, instead of ratio; 0: by ratio",
                  &Options::threshold, 0, 1);
        table.add("min-duration", "Minimum duration",
                  "Least duration of a kept stretch in milliseconds; a shorter one grows about its "
                  "middle",
                  &Options::min_duration_ms, 0, most_ms);
        table.add("padding", "Padding",
                  "Milliseconds kept before and behind each stretch; stretches that touch become "
                  "one",
                  &Options::padding_ms, 0, most_ms);
        table.add("label", "Label", "Only moments of this label; empty: of any event",
                  [](Options &options) -> std::string & { return options.labels.label; });
        table.add("normal-label", "Normal label",
                  "Label that is no event; where it is recognised the next best label counts",
                  [](Options &options) -> std::string & { return options.labels.normal; });
        table.add("delay", "Delay",
                  "Milliseconds that frames wait for what is said of them, without results: the "
                  "window of foveaattention, its inference, min-duration and padding must fit",
                  &Options::delay_ms, 0, most_ms);
        table.add_stats("Frames kept and left out, pieces that have ended, duration of the "
                        "output in nanoseconds",
                        [](GObject *object) { return stats_of(*state_of(object)); });
        return table;
    }();
    return table;
}

void finalize(GObject *object)
{
    delete state_of(object);
    G_OBJECT_CLASS(gst_fovea_highlight_parent_class)->finalize(object);
}

} // namespace

static void gst_fovea_highlight_init(GstFoveaHighlight *self)
{
    self->state = new fovea::HighlightState;
    fovea::add_video_pads(GST_ELEMENT(self), self->state);
}

static void gst_fovea_highlight_class_init(GstFoveaHighlightClass *klass)
{
    auto *object_class = G_OBJECT_CLASS(klass);
    auto *element_class = GST_ELEMENT_CLASS(klass);

    object_class->finalize = finalize;
    element_class->change_state = change_state;
    element_class->request_new_pad = request_new_pad;
    element_class->release_pad = release_pad;
    fovea::install_properties<properties, state_of>(object_class);

    fovea::add_highlight_templates(element_class);
    gst_element_class_set_static_metadata(
        element_class, "Video summary", "Filter/Video/Audio",
        "Keeps only the salient stretches of a video and its sound: a summary",
        "The Fovea authors");
}
