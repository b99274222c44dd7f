/**
 * SECTION:element-foveadetect
 * @title: foveadetect
 * @short_description: Boxes around persons, with a track id
 *
 * Looks for persons in every #GstFoveaDetect:inference-interval-th frame and writes them to the
 * #FoveaMeta of each frame; between detections the last persons are carried over. For elements
 * that do not know #FoveaMeta the persons are mirrored as #GstVideoRegionOfInterestMeta of type
 * `person`, with the parameters that DL Streamer reads.
 *
 * From a file the video waits for the detector and the result is the same in every run. From a live
 * source the detector runs beside the video: a slow one skips frames (counted in
 * #GstFoveaDetect:stats and told in QoS messages), the video never waits.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=50 ! foveadetect model=hog inference-interval=5 ! fakesink
 * ]|
 */

#include "detect/gstfoveadetect.h"

#include <string>
#include <type_traits>

#include "detect/detect_worker.h"

GST_DEBUG_CATEGORY(fovea_detect_debug);
#define GST_CAT_DEFAULT fovea_detect_debug

struct _GstFoveaDetect {
    GstFoveaFilter parent;

    fovea::DetectOptions *options; /* guarded by the object lock */
    fovea::WorkCounts *counts;     /* atomic */
};

/* GObject zero-fills the struct and never runs constructors: only plain members live in it. */
static_assert(std::is_trivial_v<_GstFoveaDetect>);

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaDetect, gst_fovea_detect, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_detect_debug, "foveadetect", 0,
                                                      "persons"))
GST_ELEMENT_REGISTER_DEFINE(foveadetect, "foveadetect", GST_RANK_NONE, GST_TYPE_FOVEA_DETECT)

namespace {

enum {
    PROP_MODEL = 1,
    PROP_THRESHOLD,
    PROP_INFERENCE_INTERVAL,
    PROP_DEVICE,
    PROP_AREA,
    PROP_THREADS,
    PROP_LEAKY,
    PROP_STATS
};

std::unique_ptr<fovea::FrameWorker> make_worker(GstFoveaFilter *filter)
{
    auto *self = GST_FOVEA_DETECT(filter);

    GST_OBJECT_LOCK(self);
    const fovea::DetectOptions options = *self->options;
    GST_OBJECT_UNLOCK(self);

    return std::make_unique<fovea::DetectWorker>(GST_ELEMENT(self), options, self->counts);
}

std::string text_of(const GValue *value)
{
    const gchar *text = g_value_get_string(value);
    return text != nullptr ? text : "";
}

void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    auto *self = GST_FOVEA_DETECT(object);
    fovea::DetectOptions &options = *self->options;

    GST_OBJECT_LOCK(self);
    switch (id) {
    case PROP_MODEL:
        options.model = text_of(value);
        break;
    case PROP_THRESHOLD:
        options.detector.threshold = g_value_get_float(value);
        break;
    case PROP_INFERENCE_INTERVAL:
        options.inference_interval = g_value_get_uint(value);
        break;
    case PROP_DEVICE:
        options.detector.device = text_of(value);
        break;
    case PROP_AREA:
        options.area = static_cast<fovea::ViewArea>(g_value_get_enum(value));
        break;
    case PROP_THREADS:
        options.detector.threads = static_cast<int>(g_value_get_uint(value));
        break;
    case PROP_LEAKY:
        options.leaky = static_cast<fovea::Leaky>(g_value_get_enum(value));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
    GST_OBJECT_UNLOCK(self);
}

void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    auto *self = GST_FOVEA_DETECT(object);
    const fovea::DetectOptions &options = *self->options;

    GST_OBJECT_LOCK(self);
    switch (id) {
    case PROP_MODEL:
        g_value_set_string(value, options.model.c_str());
        break;
    case PROP_THRESHOLD:
        g_value_set_float(value, options.detector.threshold);
        break;
    case PROP_INFERENCE_INTERVAL:
        g_value_set_uint(value, options.inference_interval);
        break;
    case PROP_DEVICE:
        g_value_set_string(value, options.detector.device.c_str());
        break;
    case PROP_AREA:
        g_value_set_enum(value, static_cast<gint>(options.area));
        break;
    case PROP_THREADS:
        g_value_set_uint(value, static_cast<guint>(options.detector.threads));
        break;
    case PROP_LEAKY:
        g_value_set_enum(value, static_cast<gint>(options.leaky));
        break;
    case PROP_STATS:
        g_value_take_boxed(value, fovea::stats_of(*self->counts));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
    GST_OBJECT_UNLOCK(self);
}

void finalize(GObject *object)
{
    auto *self = GST_FOVEA_DETECT(object);
    delete self->options;
    delete self->counts;
    G_OBJECT_CLASS(gst_fovea_detect_parent_class)->finalize(object);
}

void install_properties(GObjectClass *klass)
{
    const fovea::DetectOptions defaults;
    constexpr auto readable = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    constexpr auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                    GST_PARAM_MUTABLE_READY);
    const auto install = [klass](guint id, GParamSpec *spec) {
        g_object_class_install_property(klass, id, spec);
    };

    install(PROP_MODEL,
            g_param_spec_string("model", "Model",
                                "Detector: hog (built in, upright persons at least 128 pixels "
                                "high), or a detector bundle by name or folder, such as "
                                "yolo-fastest-1.1-xl",
                                defaults.model.c_str(), flags));
    install(PROP_THRESHOLD,
            g_param_spec_float("threshold", "Threshold", "Weakest score of a person, 0 to 1", 0.0F,
                               1.0F, defaults.detector.threshold, flags));
    install(PROP_INFERENCE_INTERVAL,
            g_param_spec_uint("inference-interval", "Inference interval",
                              "Look for persons in every Nth frame; the frames between carry the "
                              "last ones",
                              1, G_MAXUINT, defaults.inference_interval, flags));
    install(PROP_DEVICE,
            g_param_spec_string("device", "Device",
                                "What runs the detector: auto, cpu or cuda (where OpenCV was built "
                                "with it)",
                                defaults.detector.device.c_str(), flags));
    install(PROP_AREA,
            g_param_spec_enum("area", "Area", "The part of the frame where persons are looked for",
                              GST_TYPE_FOVEA_AREA, static_cast<gint>(defaults.area), flags));
    install(PROP_THREADS,
            g_param_spec_uint("threads", "Threads",
                              "CPU threads of the detector; 0: OpenCV's choice", 0, 256,
                              static_cast<guint>(defaults.detector.threads), flags));
    install(PROP_LEAKY,
            g_param_spec_enum("leaky", "Leaky",
                              "When frames may go without a detection to keep the video flowing",
                              GST_TYPE_FOVEA_LEAKY, static_cast<gint>(defaults.leaky), flags));
    install(PROP_STATS,
            g_param_spec_boxed("stats", "Statistics",
                               "Frames the detector processed, and frames dropped because it was "
                               "busy, since the start (uint64 each)",
                               GST_TYPE_STRUCTURE, readable));
}

} // namespace

static void gst_fovea_detect_init(GstFoveaDetect *self)
{
    self->options = new fovea::DetectOptions;
    self->counts = new fovea::WorkCounts;
}

static void gst_fovea_detect_class_init(GstFoveaDetectClass *klass)
{
    auto *object_class = G_OBJECT_CLASS(klass);

    object_class->set_property = set_property;
    object_class->get_property = get_property;
    object_class->finalize = finalize;
    GST_FOVEA_FILTER_CLASS(klass)->make_worker = make_worker;
    install_properties(object_class);

    gst_fovea_filter_class_add_templates(GST_FOVEA_FILTER_CLASS(klass), FOVEA_VIDEO_FORMATS);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Fovea detect", "Filter/Analyzer/Video",
        "Boxes around persons, with a track id", "The Fovea authors");
    gst_type_mark_as_plugin_api(GST_TYPE_FOVEA_AREA, static_cast<GstPluginAPIFlags>(0));
    gst_type_mark_as_plugin_api(GST_TYPE_FOVEA_LEAKY, static_cast<GstPluginAPIFlags>(0));
}
