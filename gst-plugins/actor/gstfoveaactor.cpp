/**
 * SECTION:element-foveaactor
 * @title: foveaactor
 * @short_description: One square around the acting person
 *
 * Joins the persons that foveadetect found over the last #GstFoveaActor:window into one square, which
 * stays inside the view, and writes it to the #FoveaMeta of each frame (none where no person was
 * seen) and as #GstVideoRegionOfInterestMeta of type `actor`. #GstFoveaActor:box gives a fixed box
 * instead, from an earlier survey. With #GstFoveaActor:crop the square itself goes on as video and
 * the metadata is expressed relative to it.
 *
 * At the end of the stream the element posts the message `fovea-actor`, the survey of the whole of
 * it: `frames` and `persons` (frames with a person; guint64), `has-actor` (gboolean) and the square's
 * `x`, `y`, `width`, `height` (gdouble, shares of the frame; the view where there was nobody).
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m videotestsrc num-buffers=50 ! foveadetect model=hog ! foveaactor crop=true ! videoconvert ! fakesink
 * ]|
 */

#include "actor/gstfoveaactor.h"

#include <type_traits>

#include "actor/actor_worker.h"
#include "base/enums.h"
#include "base/property_table.h"

GST_DEBUG_CATEGORY(fovea_actor_debug);
#define GST_CAT_DEFAULT fovea_actor_debug

struct _GstFoveaActor {
    GstFoveaFilter parent;

    fovea::ActorSettings *settings; /* guarded by the object lock */
};

/* GObject zero-fills the struct and never runs constructors: only plain members live in it. */
static_assert(std::is_trivial_v<_GstFoveaActor>);

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaActor, gst_fovea_actor, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_actor_debug, "foveaactor", 0,
                                                      "the acting person"))
GST_ELEMENT_REGISTER_DEFINE(foveaactor, "foveaactor", GST_RANK_NONE, GST_TYPE_FOVEA_ACTOR)

namespace {

GType method_type()
{
    using Method = fovea::ActorOptions::Method;
    static const GEnumValue values[] = {
        {static_cast<gint>(Method::Union), "Around every person of every frame", "union"},
        {static_cast<gint>(Method::Mean), "Mean over the frames of each frame's best person",
         "mean"},
        {0, nullptr, nullptr}};
    static const GType type = g_enum_register_static("GstFoveaActorMethod", values);
    return type;
}

const fovea::PropertyTable<fovea::ActorSettings> &properties()
{
    using Options = fovea::ActorSettings;
    static const auto table = [] {
        fovea::PropertyTable<Options> table;
        table.add_choice(
            "method", "Method", "How the persons of the window become one box",
            [](Options &o) -> fovea::ActorOptions::Method & { return o.actor.method; },
            method_type());
        table.add_choice(
            "area", "Area", "The part of the frame the square stays inside",
            [](Options &o) -> fovea::ViewArea & { return o.actor.area; }, GST_TYPE_FOVEA_AREA);
        table.add(
            "margin", "Margin", "Side of the square over the longer side of the box, 1 to 4",
            [](Options &o) -> double & { return o.actor.margin; }, 1, 4);
        table.add(
            "min-score", "Min score", "Persons of a weaker score, 0 to 1, are not looked at",
            [](Options &o) -> float & { return o.actor.min_score; }, 0, 1);
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
        return table;
    }();
    return table;
}

fovea::ActorSettings settings_of(GstFoveaFilter *filter)
{
    auto *self = GST_FOVEA_ACTOR(filter);

    GST_OBJECT_LOCK(self);
    fovea::ActorSettings settings = *self->settings;
    GST_OBJECT_UNLOCK(self);
    return settings;
}

std::unique_ptr<fovea::FrameWorker> make_worker(GstFoveaFilter *filter)
{
    return std::make_unique<fovea::ActorWorker>(GST_ELEMENT(filter), settings_of(filter));
}

GstCaps *output_caps(GstFoveaFilter *filter)
{
    const fovea::ActorSettings settings = settings_of(filter);
    if (!settings.crop)
        return nullptr;
    const auto side = static_cast<gint>(settings.crop_size);
    return gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "RGB", "width", G_TYPE_INT,
                               side, "height", G_TYPE_INT, side, "pixel-aspect-ratio",
                               GST_TYPE_FRACTION, 1, 1, nullptr);
}

void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    properties().set(object, GST_FOVEA_ACTOR(object)->settings, id, value, pspec);
}

void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    properties().get(object, GST_FOVEA_ACTOR(object)->settings, id, value, pspec);
}

void finalize(GObject *object)
{
    delete GST_FOVEA_ACTOR(object)->settings;
    G_OBJECT_CLASS(gst_fovea_actor_parent_class)->finalize(object);
}

} // namespace

static void gst_fovea_actor_init(GstFoveaActor *self)
{
    self->settings = new fovea::ActorSettings;
}

static void gst_fovea_actor_class_init(GstFoveaActorClass *klass)
{
    auto *object_class = G_OBJECT_CLASS(klass);

    object_class->set_property = set_property;
    object_class->get_property = get_property;
    object_class->finalize = finalize;
    GST_FOVEA_FILTER_CLASS(klass)->make_worker = make_worker;
    GST_FOVEA_FILTER_CLASS(klass)->output_caps = output_caps;
    properties().install(object_class);

    gst_fovea_filter_class_add_templates(GST_FOVEA_FILTER_CLASS(klass), GST_MAP_READ);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Fovea actor", "Filter/Analyzer/Video",
        "One square around the acting person, averaged over time", "The Fovea authors");
    gst_type_mark_as_plugin_api(GST_TYPE_FOVEA_AREA, static_cast<GstPluginAPIFlags>(0));
    gst_type_mark_as_plugin_api(method_type(), static_cast<GstPluginAPIFlags>(0));
}
