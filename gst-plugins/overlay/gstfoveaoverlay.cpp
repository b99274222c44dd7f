// SPDX-License-Identifier: MIT
/**
 * SECTION:element-foveaoverlay
 * @title: foveaoverlay
 * @short_description: Draw label, boxes, region heat and the timeline of salience onto the video
 *
 * Draws what the stream's #FoveaMeta says, as it comes (live), or what a results.jsonl of foveapublish
 * or `fovea label` says about the whole video (#GstFoveaOverlay:results). Alarms of foveaalarm stand at the
 * upper right for as long as they go on. Only the pixels under the
 * drawings change, in whatever format the video has: there is no conversion.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=150 ! foveagrid actor=false ! foveafeatures ! foveaattention ! foveaoverlay ! videoconvert ! autovideosink
 * ]|
 *
 * Since: 0.1
 */

#include "base/filter_class.h"
#include "overlay/overlay_worker.h"

GST_DEBUG_CATEGORY(fovea_overlay_debug);
#define GST_CAT_DEFAULT fovea_overlay_debug

G_DECLARE_FINAL_TYPE(GstFoveaOverlay, gst_fovea_overlay, GST, FOVEA_OVERLAY, GstFoveaFilter)

struct _GstFoveaOverlay {
    GstFoveaFilter parent;
};

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaOverlay, gst_fovea_overlay, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_overlay_debug, "foveaoverlay", 0,
                                                      "results drawn on video"))
GST_ELEMENT_REGISTER_DEFINE(foveaoverlay, "foveaoverlay", GST_RANK_NONE,
                            gst_fovea_overlay_get_type())

namespace {

using Options = fovea::OverlayOptions;
using Filter = fovea::FilterClass<GstFoveaOverlay, Options, fovea::OverlayWorker>;

Filter::Properties properties()
{
    Filter::Properties table;
    table.add("results", "Results",
              "results.jsonl to draw; empty: live, from the stream's metadata", &Options::results);
    table.add("normal-label", "Normal label",
              "Label that is no event: neutral in colour and never highlighted", &Options::normal);
    table.add("font", "Font", "Font family of the texts; sizes follow the frame's", &Options::font);
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
    part("show-label", "Show label", "Draw the label with its confidence", &fovea::Parts::label);
    part("show-persons", "Show persons", "Draw a box around each person, with id and score",
         &fovea::Parts::persons);
    part("show-poses", "Show poses",
         "Draw the keypoints that foveapose found, and the limbs between", &fovea::Parts::poses);
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
    part("show-alarms", "Show alarms",
         "Draw a banner with id, label and confidence for each alarm of foveaalarm that goes on",
         &fovea::Parts::alarms);
    table.live({"font", "accent-colour", "highlight-quantile", "show-label", "show-persons",
                "show-poses", "show-actor", "show-regions", "show-saliency", "show-timeline",
                "show-highlight", "show-alarms"});
    return table;
}

} // namespace

static void gst_fovea_overlay_init(GstFoveaOverlay *) {}

static void gst_fovea_overlay_class_init(GstFoveaOverlayClass *klass)
{
    Filter::install(klass, properties(), GST_MAP_WRITE);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Results on video", "Filter/Effect/Video",
        "Draws label, boxes, region heat and the timeline of salience onto the video",
        "The Fovea authors");
}
