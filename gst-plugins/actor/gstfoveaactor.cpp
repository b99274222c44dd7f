// SPDX-License-Identifier: MIT
/**
 * SECTION:element-foveaactor
 * @title: foveaactor
 * @short_description: One square around the acting person
 *
 * Joins the persons that foveadetect found over the last #GstFoveaActor:window into one square, which
 * stays inside the view, and writes it to the #FoveaMeta of each frame (none where no person was
 * seen) and as #GstVideoRegionOfInterestMeta of type `actor`. With #GstFoveaActor:motion what
 * moves most counts as one where no person is found, since detectors miss who lies or grapples.
 * #GstFoveaActor:box gives a fixed box instead, from an earlier survey. With #GstFoveaActor:crop
 * the square itself goes on as video and the metadata is expressed relative to it.
 *
 * At the end of the stream the element posts the message `fovea-actor`, the survey of the whole of
 * it: `frames` and `persons` (frames with a person; guint64), `has-actor` (gboolean) and the square's
 * `x`, `y`, `width`, `height` (gdouble, shares of the frame; the view where there was nobody).
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m videotestsrc num-buffers=50 ! foveadetect model=hog ! foveaactor crop=true ! videoconvert ! fakesink
 * ]|
 *
 * Since: 0.1
 */

#include "actor/actor_worker.h"
#include "base/enums.h"
#include "base/filter_class.h"

GST_DEBUG_CATEGORY(fovea_actor_debug);
#define GST_CAT_DEFAULT fovea_actor_debug

G_DECLARE_FINAL_TYPE(GstFoveaActor, gst_fovea_actor, GST, FOVEA_ACTOR, GstFoveaFilter)

struct _GstFoveaActor {
    GstFoveaFilter parent;
};

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaActor, gst_fovea_actor, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_actor_debug, "foveaactor", 0,
                                                      "the acting person"))
GST_ELEMENT_REGISTER_DEFINE(foveaactor, "foveaactor", GST_RANK_NONE, gst_fovea_actor_get_type())

namespace {

using Options = fovea::ActorSettings;
using Filter = fovea::FilterClass<GstFoveaActor, Options, fovea::ActorWorker>;

Filter::Properties properties()
{
    Filter::Properties table;
    table.add_choice(
        "method", "Method", "How the persons of the window become one box",
        [](Options &o) -> fovea::ActorOptions::Method & { return o.actor.method; },
        fovea::enum_type("GstFoveaActorMethod", fovea::actor_methods));
    table.add_choice(
        "area", "Area", "The part of the frame the square stays inside",
        [](Options &o) -> fovea::ViewArea & { return o.actor.area; }, GST_TYPE_FOVEA_AREA);
    table.add(
        "margin", "Margin", "Side of the square over the longer side of the box, 1 to 4",
        [](Options &o) -> double & { return o.actor.margin; }, 1, 4);
    table.add(
        "min-score", "Min score", "Least score of a person that counts, 0 to 1",
        [](Options &o) -> float & { return o.actor.min_score; }, 0, 1);
    table.add(
        "motion", "Motion",
        "With method=union: what moves most where no person is found counts as one, from this "
        "change of brightness on, in levels of 255 (watch-both: 20); 0: persons alone",
        [](Options &o) -> float & { return o.actor.motion; }, 0, 255);
    table.add("window", "Window",
              "Milliseconds of video before a frame, itself included, whose persons count",
              &Options::window_ms, 1, 3600000);
    table.add("box", "Box",
              "Fixed box, \"x,y,width,height\" in shares of the frame from 0 to 1; empty: from "
              "the persons",
              &Options::box);
    table.add("crop", "Crop",
              "Put out the square (the area where there is none) as RGB video of crop-size "
              "instead of the frame",
              &Options::crop);
    table.add("crop-size", "Crop size", "Width and height of the cropped video in pixels",
              &Options::crop_size, 1, 4096);
    table.live({"method", "area", "margin", "min-score", "motion", "window"});
    return table;
}

GstCaps *output_caps(GstFoveaFilter *filter)
{
    const Options options = Filter::options(filter);
    if (!options.crop)
        return nullptr;
    const auto side = static_cast<gint>(options.crop_size);
    return gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "RGB", "width", G_TYPE_INT,
                               side, "height", G_TYPE_INT, side, "pixel-aspect-ratio",
                               GST_TYPE_FRACTION, 1, 1, nullptr);
}

} // namespace

static void gst_fovea_actor_init(GstFoveaActor *) {}

static void gst_fovea_actor_class_init(GstFoveaActorClass *klass)
{
    Filter::install(klass, properties(), GST_MAP_READ);
    GST_FOVEA_FILTER_CLASS(klass)->output_caps = output_caps;
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Acting person", "Filter/Analyzer/Video",
        "Joins the persons of foveadetect into one square around the acting person",
        "The Fovea authors");
}
