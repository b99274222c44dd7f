/**
 * SECTION:element-foveaoverlay
 * @title: foveaoverlay
 * @short_description: Draw label, boxes, region heat and the timeline of salience onto the video
 *
 * Draws what the stream's #FoveaMeta says, as it comes (live), or what a results.jsonl of foveapublish
 * or `fovea label` says about the whole video (#GstFoveaOverlay:results). Only the pixels under the
 * drawings change, in whatever format the video has: there is no conversion.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=150 ! foveagrid actor=false ! foveafeatures ! foveaattention ! foveaoverlay ! videoconvert ! autovideosink
 * ]|
 */

#include "overlay/gstfoveaoverlay.h"

#include <type_traits>

#include "base/property_table.h"
#include "overlay/overlay_worker.h"

GST_DEBUG_CATEGORY_STATIC(fovea_overlay_debug);
#define GST_CAT_DEFAULT fovea_overlay_debug

struct _GstFoveaOverlay {
    GstFoveaFilter parent;

    fovea::OverlayOptions *options; /* guarded by the object lock */
};

/* GObject zero-fills the struct and never runs constructors: only plain members live in it. */
static_assert(std::is_trivial_v<_GstFoveaOverlay>);

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaOverlay, gst_fovea_overlay, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_overlay_debug, "foveaoverlay", 0,
                                                      "results drawn on video"))
GST_ELEMENT_REGISTER_DEFINE(foveaoverlay, "foveaoverlay", GST_RANK_NONE, GST_TYPE_FOVEA_OVERLAY)

namespace {

const fovea::PropertyTable<fovea::OverlayOptions> &properties()
{
    using Options = fovea::OverlayOptions;
    static const auto table = [] {
        fovea::PropertyTable<Options> table;
        table.add("results", "Results",
                  "results.jsonl to draw; empty: live, from the stream's metadata",
                  &Options::results);
        table.add("normal-label", "Normal label",
                  "Label that is no event: neutral in colour and never highlighted",
                  &Options::normal);
        table.add("font", "Font", "Font family of the texts; sizes follow the frame's",
                  &Options::font);
        table.add("accent-colour", "Accent colour", "Colour of the actor's mark, 0xAARRGGBB",
                  &Options::accent, 0, G_MAXUINT32);
        table.add("highlight-quantile", "Highlight quantile",
                  "Quantile of salience, share in [0, 1], from which a frame of an event gets a "
                  "border",
                  &Options::highlight_quantile, 0, 1);
        const auto part = [&](const char *name, const char *nick, const char *blurb,
                              bool fovea::Parts::*shown) {
            table.add(name, nick, blurb, [shown](Options &o) -> bool & { return o.parts.*shown; });
        };
        part("show-label", "Show label", "Draw the label with its confidence",
             &fovea::Parts::label);
        part("show-persons", "Show persons", "Draw a box around each person, with id and score",
             &fovea::Parts::persons);
        part("show-actor", "Show actor", "Draw brackets around the actor's square",
             &fovea::Parts::actor);
        part("show-regions", "Show regions",
             "Draw the weights of the regions: heat over the grid, a share at the actor",
             &fovea::Parts::regions);
        part("show-saliency", "Show saliency",
             "Draw where the network looked as heat, where foveafeatures was asked for "
             "focus=saliency",
             &fovea::Parts::saliency);
        part("show-timeline", "Show timeline",
             "Draw salience over time at the bottom: the last 60 s of a live stream, a whole video",
             &fovea::Parts::timeline);
        part("show-highlight", "Show highlight", "Draw a border around salient frames of events",
             &fovea::Parts::highlight);
        return table;
    }();
    return table;
}

std::unique_ptr<fovea::FrameWorker> make_worker(GstFoveaFilter *filter)
{
    GST_OBJECT_LOCK(filter);
    const fovea::OverlayOptions options = *GST_FOVEA_OVERLAY(filter)->options;
    GST_OBJECT_UNLOCK(filter);

    GST_INFO_OBJECT(filter, "drawing %s",
                    options.results.empty() ? "the stream's metadata" : options.results.c_str());
    return std::make_unique<fovea::OverlayWorker>(options);
}

void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    properties().set(object, GST_FOVEA_OVERLAY(object)->options, id, value, pspec);
}

void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    properties().get(object, GST_FOVEA_OVERLAY(object)->options, id, value, pspec);
}

void finalize(GObject *object)
{
    delete GST_FOVEA_OVERLAY(object)->options;
    G_OBJECT_CLASS(gst_fovea_overlay_parent_class)->finalize(object);
}

} // namespace

static void gst_fovea_overlay_init(GstFoveaOverlay *self)
{
    self->options = new fovea::OverlayOptions;
}

static void gst_fovea_overlay_class_init(GstFoveaOverlayClass *klass)
{
    auto *object_class = G_OBJECT_CLASS(klass);

    object_class->set_property = set_property;
    object_class->get_property = get_property;
    object_class->finalize = finalize;
    GST_FOVEA_FILTER_CLASS(klass)->make_worker = make_worker;
    properties().install(object_class);

    gst_fovea_filter_class_add_templates(GST_FOVEA_FILTER_CLASS(klass), GST_MAP_WRITE);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Fovea overlay", "Filter/Effect/Video",
        "Draws label, boxes, region heat and the timeline of salience onto the video",
        "The Fovea authors");
}
