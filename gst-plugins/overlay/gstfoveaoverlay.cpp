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

#include <array>
#include <type_traits>

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

enum {
    PROP_RESULTS = 1,
    PROP_NORMAL_LABEL,
    PROP_FONT,
    PROP_ACCENT_COLOUR,
    PROP_HIGHLIGHT_QUANTILE,
    PROP_FIRST_PART /* the parts follow in the order of the table below */
};

struct PartProperty {
    const gchar *name;
    const gchar *nick;
    const gchar *blurb;
    bool fovea::Parts::*part;
};

constexpr std::array<PartProperty, 7> part_properties = {{
    {"show-label", "Show label", "Draw the label with its confidence", &fovea::Parts::label},
    {"show-persons", "Show persons", "Draw a box around each person, with id and score",
     &fovea::Parts::persons},
    {"show-actor", "Show actor", "Draw brackets around the actor's square", &fovea::Parts::actor},
    {"show-regions", "Show regions",
     "Draw the weights of the regions: heat over the grid, a share at the actor",
     &fovea::Parts::regions},
    {"show-saliency", "Show saliency",
     "Draw where the network looked as heat, where foveafeatures was asked for focus=saliency",
     &fovea::Parts::saliency},
    {"show-timeline", "Show timeline",
     "Draw salience over time at the bottom: the last 60 s of a live stream, a whole video",
     &fovea::Parts::timeline},
    {"show-highlight", "Show highlight", "Draw a border around salient frames of events",
     &fovea::Parts::highlight},
}};

const PartProperty *part_property(guint id)
{
    const guint index = id - PROP_FIRST_PART;
    return id >= PROP_FIRST_PART && index < part_properties.size() ? &part_properties[index]
                                                                   : nullptr;
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
    fovea::OverlayOptions *options = GST_FOVEA_OVERLAY(object)->options;
    const auto text = [value] {
        const gchar *given = g_value_get_string(value);
        return std::string(given != nullptr ? given : "");
    };

    GST_OBJECT_LOCK(object);
    switch (id) {
    case PROP_RESULTS:
        options->results = text();
        break;
    case PROP_NORMAL_LABEL:
        options->normal = text();
        break;
    case PROP_FONT:
        options->font = text();
        break;
    case PROP_ACCENT_COLOUR:
        options->accent = g_value_get_uint(value);
        break;
    case PROP_HIGHLIGHT_QUANTILE:
        options->highlight_quantile = g_value_get_double(value);
        break;
    default:
        if (const PartProperty *property = part_property(id))
            options->parts.*property->part = g_value_get_boolean(value) != FALSE;
        else
            G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
    GST_OBJECT_UNLOCK(object);
}

void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    const fovea::OverlayOptions *options = GST_FOVEA_OVERLAY(object)->options;

    GST_OBJECT_LOCK(object);
    switch (id) {
    case PROP_RESULTS:
        g_value_set_string(value, options->results.c_str());
        break;
    case PROP_NORMAL_LABEL:
        g_value_set_string(value, options->normal.c_str());
        break;
    case PROP_FONT:
        g_value_set_string(value, options->font.c_str());
        break;
    case PROP_ACCENT_COLOUR:
        g_value_set_uint(value, options->accent);
        break;
    case PROP_HIGHLIGHT_QUANTILE:
        g_value_set_double(value, options->highlight_quantile);
        break;
    default:
        if (const PartProperty *property = part_property(id))
            g_value_set_boolean(value, options->parts.*property->part);
        else
            G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
    GST_OBJECT_UNLOCK(object);
}

void finalize(GObject *object)
{
    delete GST_FOVEA_OVERLAY(object)->options;
    G_OBJECT_CLASS(gst_fovea_overlay_parent_class)->finalize(object);
}

void install_properties(GObjectClass *klass)
{
    const fovea::OverlayOptions defaults;
    constexpr auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                    GST_PARAM_MUTABLE_READY);

    g_object_class_install_property(
        klass, PROP_RESULTS,
        g_param_spec_string("results", "Results",
                            "results.jsonl to draw; empty: live, from the stream's metadata",
                            defaults.results.c_str(), flags));
    g_object_class_install_property(
        klass, PROP_NORMAL_LABEL,
        g_param_spec_string("normal-label", "Normal label",
                            "Label that is no event: neutral in colour and never highlighted",
                            defaults.normal.c_str(), flags));
    g_object_class_install_property(
        klass, PROP_FONT,
        g_param_spec_string("font", "Font", "Font family of the texts; sizes follow the frame's",
                            defaults.font.c_str(), flags));
    g_object_class_install_property(klass, PROP_ACCENT_COLOUR,
                                    g_param_spec_uint("accent-colour", "Accent colour",
                                                      "Colour of the actor's mark, 0xAARRGGBB", 0,
                                                      G_MAXUINT32, defaults.accent, flags));
    g_object_class_install_property(
        klass, PROP_HIGHLIGHT_QUANTILE,
        g_param_spec_double("highlight-quantile", "Highlight quantile",
                            "Quantile of salience, share in [0, 1], from which a frame of an event "
                            "gets a border",
                            0, 1, defaults.highlight_quantile, flags));
    guint id = PROP_FIRST_PART;
    for (const PartProperty &property : part_properties)
        g_object_class_install_property(klass, id++,
                                        g_param_spec_boolean(property.name, property.nick,
                                                             property.blurb,
                                                             defaults.parts.*property.part, flags));
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
    install_properties(object_class);

    gst_fovea_filter_class_add_templates(GST_FOVEA_FILTER_CLASS(klass), FOVEA_VIDEO_FORMATS);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Fovea overlay", "Filter/Effect/Video",
        "Draws label, boxes, region heat and the timeline of salience onto the video",
        "The Fovea authors");
}
