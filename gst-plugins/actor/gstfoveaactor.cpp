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

#include <string>
#include <type_traits>

#include "actor/actor_worker.h"
#include "base/enums.h"

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

enum {
    PROP_METHOD = 1,
    PROP_AREA,
    PROP_MARGIN,
    PROP_MIN_SCORE,
    PROP_WINDOW,
    PROP_BOX,
    PROP_CROP,
    PROP_CROP_SIZE
};

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
    auto *self = GST_FOVEA_ACTOR(object);
    fovea::ActorSettings &settings = *self->settings;

    GST_OBJECT_LOCK(self);
    switch (id) {
    case PROP_METHOD:
        settings.actor.method = static_cast<fovea::ActorOptions::Method>(g_value_get_enum(value));
        break;
    case PROP_AREA:
        settings.actor.area = static_cast<fovea::ViewArea>(g_value_get_enum(value));
        break;
    case PROP_MARGIN:
        settings.actor.margin = g_value_get_double(value);
        break;
    case PROP_MIN_SCORE:
        settings.actor.min_score = g_value_get_float(value);
        break;
    case PROP_WINDOW:
        settings.window_ms = g_value_get_uint(value);
        break;
    case PROP_BOX: {
        const gchar *text = g_value_get_string(value);
        settings.box = text != nullptr ? text : "";
        break;
    }
    case PROP_CROP:
        settings.crop = g_value_get_boolean(value) != FALSE;
        break;
    case PROP_CROP_SIZE:
        settings.crop_size = g_value_get_uint(value);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
    GST_OBJECT_UNLOCK(self);
}

void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    auto *self = GST_FOVEA_ACTOR(object);
    const fovea::ActorSettings &settings = *self->settings;

    GST_OBJECT_LOCK(self);
    switch (id) {
    case PROP_METHOD:
        g_value_set_enum(value, static_cast<gint>(settings.actor.method));
        break;
    case PROP_AREA:
        g_value_set_enum(value, static_cast<gint>(settings.actor.area));
        break;
    case PROP_MARGIN:
        g_value_set_double(value, settings.actor.margin);
        break;
    case PROP_MIN_SCORE:
        g_value_set_float(value, settings.actor.min_score);
        break;
    case PROP_WINDOW:
        g_value_set_uint(value, settings.window_ms);
        break;
    case PROP_BOX:
        g_value_set_string(value, settings.box.c_str());
        break;
    case PROP_CROP:
        g_value_set_boolean(value, settings.crop ? TRUE : FALSE);
        break;
    case PROP_CROP_SIZE:
        g_value_set_uint(value, settings.crop_size);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
    GST_OBJECT_UNLOCK(self);
}

void finalize(GObject *object)
{
    delete GST_FOVEA_ACTOR(object)->settings;
    G_OBJECT_CLASS(gst_fovea_actor_parent_class)->finalize(object);
}

void install_properties(GObjectClass *klass)
{
    const fovea::ActorSettings defaults;
    constexpr auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                    GST_PARAM_MUTABLE_READY);
    const auto install = [klass](guint id, GParamSpec *spec) {
        g_object_class_install_property(klass, id, spec);
    };

    install(PROP_METHOD,
            g_param_spec_enum("method", "Method", "How the persons of the window become one box",
                              method_type(), static_cast<gint>(defaults.actor.method), flags));
    install(PROP_AREA,
            g_param_spec_enum("area", "Area", "The part of the frame the square stays inside",
                              GST_TYPE_FOVEA_AREA, static_cast<gint>(defaults.actor.area), flags));
    install(PROP_MARGIN,
            g_param_spec_double("margin", "Margin",
                                "Side of the square over the longer side of the box, 1 to 4", 1.0,
                                4.0, defaults.actor.margin, flags));
    install(PROP_MIN_SCORE,
            g_param_spec_float("min-score", "Min score",
                               "Persons of a weaker score, 0 to 1, are not looked at", 0.0F, 1.0F,
                               defaults.actor.min_score, flags));
    install(PROP_WINDOW, g_param_spec_uint(
                             "window", "Window",
                             "Milliseconds of video before a frame, itself included, whose persons "
                             "count",
                             1, 3600000, defaults.window_ms, flags));
    install(PROP_BOX,
            g_param_spec_string("box", "Box",
                                "Fixed box, \"x,y,width,height\" in shares of the frame from 0 to "
                                "1; empty: from the persons",
                                defaults.box.c_str(), flags));
    install(PROP_CROP,
            g_param_spec_boolean("crop", "Crop",
                                 "Put out the square (the area where there is none) as RGB video "
                                 "of crop-size instead of the frame",
                                 defaults.crop ? TRUE : FALSE, flags));
    install(PROP_CROP_SIZE, g_param_spec_uint("crop-size", "Crop size",
                                              "Width and height of the cropped video in pixels", 1,
                                              4096, defaults.crop_size, flags));
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
    install_properties(object_class);

    gst_fovea_filter_class_add_templates(GST_FOVEA_FILTER_CLASS(klass), FOVEA_VIDEO_FORMATS);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Fovea actor", "Filter/Analyzer/Video",
        "One square around the acting person, averaged over time", "The Fovea authors");
    gst_type_mark_as_plugin_api(GST_TYPE_FOVEA_AREA, static_cast<GstPluginAPIFlags>(0));
    gst_type_mark_as_plugin_api(method_type(), static_cast<GstPluginAPIFlags>(0));
}
