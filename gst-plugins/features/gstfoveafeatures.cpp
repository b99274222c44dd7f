/**
 * SECTION:element-foveafeatures
 * @title: foveafeatures
 * @short_description: 3D-CNN features of the regions of each timestep
 *
 * Takes clips of frames by the model's sampling plan, cuts out the regions that foveagrid put on
 * the frames (without foveagrid: the model's full view), and runs the model's backbone over them.
 * Each timestep gives one or more feature rows in the buffer's #FoveaMeta, with the stream times of
 * its first and last frame.
 *
 * `mode=streaming` treats the stream as one clip without an end: each frame is computed once,
 * memory is constant, and a row comes when the #GstFoveaFeatures:look-ahead frames behind it are
 * there. `mode=one-shot` of a file runs the same way.
 *
 * `focus=saliency` looks twice: one pass forward and one backward says where in the clip the model's
 * head looks, and that box is cut from the original frames, at their full detail, and seen as one
 * more region. The backward pass runs in LibTorch; a model without a head has none.
 *
 * From a file every timestep is computed and the video waits for it. From a live source inference
 * runs beside the video: a slow model skips timesteps (counted in #GstFoveaFeatures:stats and told
 * in QoS messages), never video.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m videotestsrc num-buffers=150 ! foveagrid actor=false ! foveafeatures model=watch ! foveaattention ! fakesink
 * ]|
 */

#include "features/gstfoveafeatures.h"

#include <string>
#include <type_traits>

#include "features/feature_worker.h"

GST_DEBUG_CATEGORY(fovea_features_debug);
#define GST_CAT_DEFAULT fovea_features_debug

struct _GstFoveaFeatures {
    GstFoveaFilter parent;

    fovea::FeatureOptions *options; /* guarded by the object lock */
    fovea::WorkCounts *counts;      /* atomic */
    fovea::RowDelay *delay;         /* atomic */
};

/* GObject zero-fills the struct and never runs constructors: only plain members live in it. */
static_assert(std::is_trivial_v<_GstFoveaFeatures>);

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaFeatures, gst_fovea_features, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_features_debug, "foveafeatures", 0,
                                                      "3D-CNN features"))
GST_ELEMENT_REGISTER_DEFINE(foveafeatures, "foveafeatures", GST_RANK_NONE, GST_TYPE_FOVEA_FEATURES)

namespace {

enum {
    PROP_MODEL = 1,
    PROP_DEVICE,
    PROP_ENGINE,
    PROP_PRECISION,
    PROP_MODE,
    PROP_SAMPLING,
    PROP_FRAMES_PER_TIMESTEP,
    PROP_TIMESTEPS,
    PROP_TIMESTEP_INTERVAL,
    PROP_TOTAL_FRAMES,
    PROP_TAIL,
    PROP_BATCH_SIZE,
    PROP_MODEL_INSTANCE_ID,
    PROP_THREADS,
    PROP_LEAKY,
    PROP_GATE,
    PROP_GATE_INTERVAL,
    PROP_FOCUS,
    PROP_FOCUS_FUSION,
    PROP_FOCUS_ENTROPY,
    PROP_FOCUS_SIZE,
    PROP_FOCUS_MEMORY,
    PROP_STATS,
    PROP_LOOK_AHEAD
};

GType mode_type()
{
    using fovea::FeatureMode;
    static const GEnumValue values[] = {
        {static_cast<gint>(FeatureMode::OneAtATime), "Each timestep is a clip of its own",
         "one-at-a-time"},
        {static_cast<gint>(FeatureMode::OneShot),
         "The frames of all timesteps are one clip; needs total-frames", "one-shot"},
        {static_cast<gint>(FeatureMode::Streaming),
         "The stream is one clip without an end, each frame computed once", "streaming"},
        {0, nullptr, nullptr}};
    static const GType type = g_enum_register_static("GstFoveaFeatureMode", values);
    return type;
}

GType sampling_type()
{
    using fovea::Sampling;
    static const GEnumValue values[] = {
        {static_cast<gint>(Sampling::Card),
         "The card's plan; without total-frames, from time stamps", "card"},
        {static_cast<gint>(Sampling::Uniform), "Timesteps spread over the video", "uniform"},
        {static_cast<gint>(Sampling::Equal), "Frames equally spaced over the video", "equal"},
        {static_cast<gint>(Sampling::Shuffled), "Uniform, the timesteps permuted", "shuffled"},
        {static_cast<gint>(Sampling::Sliding), "Overlapping clips at the card's rate", "sliding"},
        {static_cast<gint>(Sampling::Every), "A timestep each timestep-interval, no survey needed",
         "every"},
        {0, nullptr, nullptr}};
    static const GType type = g_enum_register_static("GstFoveaSampling", values);
    return type;
}

GType tail_type()
{
    using fovea::Tail;
    static const GEnumValue values[] = {
        {static_cast<gint>(Tail::Align), "One more timestep, made of the last frames", "align"},
        {static_cast<gint>(Tail::Pad), "A timestep at least half full repeats the last frame",
         "pad"},
        {static_cast<gint>(Tail::Drop), "Frames that fill no timestep are not looked at", "drop"},
        {0, nullptr, nullptr}};
    static const GType type = g_enum_register_static("GstFoveaTail", values);
    return type;
}

GType focus_type()
{
    using fovea::Focus;
    static const GEnumValue values[] = {
        {static_cast<gint>(Focus::None), "No second look", "none"},
        {static_cast<gint>(Focus::Saliency),
         "Where a change would change most what the model's head says", "saliency"},
        {static_cast<gint>(Focus::Random), "Anywhere: a baseline", "random"},
        {static_cast<gint>(Focus::Centre), "The middle: a baseline", "centre"},
        {0, nullptr, nullptr}};
    static const GType type = g_enum_register_static("GstFoveaFocus", values);
    return type;
}

GType fusion_type()
{
    using fovea::Fusion;
    static const GEnumValue values[] = {
        {static_cast<gint>(Fusion::Late), "One more region", "late"},
        {static_cast<gint>(Fusion::Temporal), "Behind the first look in time, both one clip",
         "temporal"},
        {0, nullptr, nullptr}};
    static const GType type = g_enum_register_static("GstFoveaFusion", values);
    return type;
}

GType entropy_type()
{
    using fovea::Entropy;
    static const GEnumValue values[] = {
        {static_cast<gint>(Entropy::Paper), "Of the sigmoids, as the paper", "paper"},
        {static_cast<gint>(Entropy::Code), "Of their softmax, as the paper's code", "code"},
        {0, nullptr, nullptr}};
    static const GType type = g_enum_register_static("GstFoveaEntropy", values);
    return type;
}

std::unique_ptr<fovea::FrameWorker> make_worker(GstFoveaFilter *filter)
{
    auto *self = GST_FOVEA_FEATURES(filter);

    GST_OBJECT_LOCK(self);
    const fovea::FeatureOptions options = *self->options;
    GST_OBJECT_UNLOCK(self);

    return std::make_unique<fovea::FeatureWorker>(GST_ELEMENT(self), options, self->counts,
                                                  self->delay);
}

std::string text_of(const GValue *value)
{
    const gchar *text = g_value_get_string(value);
    return text != nullptr ? text : "";
}

void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    auto *self = GST_FOVEA_FEATURES(object);
    fovea::FeatureOptions &options = *self->options;

    GST_OBJECT_LOCK(self);
    switch (id) {
    case PROP_MODEL:
        options.model = text_of(value);
        break;
    case PROP_DEVICE:
        options.engine.device = text_of(value);
        break;
    case PROP_ENGINE:
        options.engine.engine = text_of(value);
        break;
    case PROP_PRECISION:
        options.engine.precision = text_of(value);
        break;
    case PROP_MODE:
        options.sampling.mode = static_cast<fovea::FeatureMode>(g_value_get_enum(value));
        break;
    case PROP_SAMPLING:
        options.sampling.sampling = static_cast<fovea::Sampling>(g_value_get_enum(value));
        break;
    case PROP_FRAMES_PER_TIMESTEP:
        options.sampling.frames_per_timestep = g_value_get_int(value);
        break;
    case PROP_TIMESTEPS:
        options.sampling.timesteps = g_value_get_int(value);
        break;
    case PROP_TIMESTEP_INTERVAL:
        options.sampling.timestep_interval_ms = g_value_get_int(value);
        break;
    case PROP_TOTAL_FRAMES:
        options.sampling.total_frames = g_value_get_int64(value);
        break;
    case PROP_TAIL:
        options.sampling.tail = static_cast<fovea::Tail>(g_value_get_enum(value));
        break;
    case PROP_BATCH_SIZE:
        options.engine.batch_size = g_value_get_int(value);
        break;
    case PROP_MODEL_INSTANCE_ID:
        options.model_instance_id = text_of(value);
        break;
    case PROP_THREADS:
        options.engine.threads = g_value_get_int(value);
        break;
    case PROP_GATE:
        options.gate.threshold = g_value_get_double(value);
        break;
    case PROP_GATE_INTERVAL:
        options.gate.interval = g_value_get_int(value);
        break;
    case PROP_FOCUS:
        options.focus.focus = static_cast<fovea::Focus>(g_value_get_enum(value));
        break;
    case PROP_FOCUS_FUSION:
        options.focus.fusion = static_cast<fovea::Fusion>(g_value_get_enum(value));
        break;
    case PROP_FOCUS_ENTROPY:
        options.focus.entropy = static_cast<fovea::Entropy>(g_value_get_enum(value));
        break;
    case PROP_FOCUS_SIZE:
        options.focus.size = g_value_get_double(value);
        break;
    case PROP_FOCUS_MEMORY:
        options.focus.memory_mb = g_value_get_int(value);
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
    auto *self = GST_FOVEA_FEATURES(object);
    const fovea::FeatureOptions &options = *self->options;

    GST_OBJECT_LOCK(self);
    switch (id) {
    case PROP_MODEL:
        g_value_set_string(value, options.model.c_str());
        break;
    case PROP_DEVICE:
        g_value_set_string(value, options.engine.device.c_str());
        break;
    case PROP_ENGINE:
        g_value_set_string(value, options.engine.engine.c_str());
        break;
    case PROP_PRECISION:
        g_value_set_string(value, options.engine.precision.c_str());
        break;
    case PROP_MODE:
        g_value_set_enum(value, static_cast<gint>(options.sampling.mode));
        break;
    case PROP_SAMPLING:
        g_value_set_enum(value, static_cast<gint>(options.sampling.sampling));
        break;
    case PROP_FRAMES_PER_TIMESTEP:
        g_value_set_int(value, options.sampling.frames_per_timestep);
        break;
    case PROP_TIMESTEPS:
        g_value_set_int(value, options.sampling.timesteps);
        break;
    case PROP_TIMESTEP_INTERVAL:
        g_value_set_int(value, options.sampling.timestep_interval_ms);
        break;
    case PROP_TOTAL_FRAMES:
        g_value_set_int64(value, options.sampling.total_frames);
        break;
    case PROP_TAIL:
        g_value_set_enum(value, static_cast<gint>(options.sampling.tail));
        break;
    case PROP_BATCH_SIZE:
        g_value_set_int(value, options.engine.batch_size);
        break;
    case PROP_MODEL_INSTANCE_ID:
        g_value_set_string(value, options.model_instance_id.c_str());
        break;
    case PROP_THREADS:
        g_value_set_int(value, options.engine.threads);
        break;
    case PROP_GATE:
        g_value_set_double(value, options.gate.threshold);
        break;
    case PROP_GATE_INTERVAL:
        g_value_set_int(value, options.gate.interval);
        break;
    case PROP_FOCUS:
        g_value_set_enum(value, static_cast<gint>(options.focus.focus));
        break;
    case PROP_FOCUS_FUSION:
        g_value_set_enum(value, static_cast<gint>(options.focus.fusion));
        break;
    case PROP_FOCUS_ENTROPY:
        g_value_set_enum(value, static_cast<gint>(options.focus.entropy));
        break;
    case PROP_FOCUS_SIZE:
        g_value_set_double(value, options.focus.size);
        break;
    case PROP_FOCUS_MEMORY:
        g_value_set_int(value, options.focus.memory_mb);
        break;
    case PROP_LEAKY:
        g_value_set_enum(value, static_cast<gint>(options.leaky));
        break;
    case PROP_STATS:
        g_value_take_boxed(value, fovea::stats_of(*self->counts));
        break;
    case PROP_LOOK_AHEAD:
        g_value_set_int64(value, self->delay->look_ahead);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
    GST_OBJECT_UNLOCK(self);
}

/*
 * Video passes at once; it is rows that come late, by the look-ahead of a stream. The query tells
 * so in fields of its own: as latency proper it would only hold back the video.
 */
gboolean query(GstBaseTransform *transform, GstPadDirection direction, GstQuery *query)
{
    if (!GST_BASE_TRANSFORM_CLASS(gst_fovea_features_parent_class)
             ->query(transform, direction, query))
        return FALSE;
    if (GST_QUERY_TYPE(query) == GST_QUERY_LATENCY && direction == GST_PAD_SRC) {
        const fovea::RowDelay &delay = *GST_FOVEA_FEATURES(transform)->delay;
        gst_structure_set(gst_query_writable_structure(query), "fovea-look-ahead", G_TYPE_INT64,
                          static_cast<gint64>(delay.look_ahead), "fovea-row-latency", G_TYPE_UINT64,
                          static_cast<guint64>(delay.time), nullptr);
    }
    return TRUE;
}

void finalize(GObject *object)
{
    auto *self = GST_FOVEA_FEATURES(object);
    delete self->options;
    delete self->counts;
    delete self->delay;
    G_OBJECT_CLASS(gst_fovea_features_parent_class)->finalize(object);
}

void install_properties(GObjectClass *klass)
{
    const fovea::FeatureOptions defaults;
    constexpr auto readable = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    constexpr auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                    GST_PARAM_MUTABLE_READY);
    const auto text = [&](guint id, const char *name, const char *nick, const char *blurb,
                          const std::string &value) {
        g_object_class_install_property(
            klass, id, g_param_spec_string(name, nick, blurb, value.c_str(), flags));
    };
    const auto number = [&](guint id, const char *name, const char *nick, const char *blurb,
                            int maximum) {
        g_object_class_install_property(
            klass, id, g_param_spec_int(name, nick, blurb, 0, maximum, /*default=*/0, flags));
    };
    const auto choice = [&](guint id, const char *name, const char *nick, const char *blurb,
                            GType type, auto value) {
        g_object_class_install_property(
            klass, id, g_param_spec_enum(name, nick, blurb, type, static_cast<gint>(value), flags));
    };

    text(PROP_MODEL, "model", "Model", "Bundle of the backbone: a name or a folder",
         defaults.model);
    text(PROP_DEVICE, "device", "Device",
         "What runs it: auto, cpu, cuda or cuda:N; auto takes CUDA where LibTorch has it",
         defaults.engine.device);
    text(PROP_ENGINE, "engine", "Engine", "What runs it: auto (onednn on the CPU), onednn or torch",
         defaults.engine.engine);
    text(PROP_PRECISION, "precision", "Precision",
         "Arithmetic: auto (bf16 where the processor has it), fp32, bf16 or int8",
         defaults.engine.precision);
    choice(PROP_MODE, "mode", "Mode", "How the frames of the timesteps are run", mode_type(),
           defaults.sampling.mode);
    choice(PROP_SAMPLING, "sampling", "Sampling", "Which frames make up the timesteps",
           sampling_type(), defaults.sampling.sampling);
    number(PROP_FRAMES_PER_TIMESTEP, "frames-per-timestep", "Frames per timestep",
           "Frames of a timestep; 0: as the card says", 4096);
    number(PROP_TIMESTEPS, "timesteps", "Timesteps",
           "Timesteps of a whole video, for uniform, equal and shuffled; 0: as the card says",
           65536);
    number(PROP_TIMESTEP_INTERVAL, "timestep-interval", "Timestep interval",
           "Milliseconds from the start of a timestep to the next, for every; 0: as the card says",
           86400000);
    g_object_class_install_property(
        klass, PROP_TOTAL_FRAMES,
        g_param_spec_int64("total-frames", "Total frames",
                           "Frames of the surveyed video, which plans over a whole video need; 0: "
                           "not surveyed",
                           0, G_MAXINT64, defaults.sampling.total_frames, flags));
    choice(PROP_TAIL, "tail", "Tail", "What becomes of last frames that fill no timestep",
           tail_type(), defaults.sampling.tail);
    number(PROP_BATCH_SIZE, "batch-size", "Batch size",
           "Regions run at once; 0: as many as fit in 256 MiB", 4096);
    text(PROP_MODEL_INSTANCE_ID, "model-instance-id", "Model instance id",
         "Elements with the same id share one loaded model; empty: a model of its own",
         defaults.model_instance_id);
    number(PROP_THREADS, "threads", "Threads",
           "CPU threads of one inference; 0: by the size of network and machine", 256);
    g_object_class_install_property(
        klass, PROP_GATE,
        g_param_spec_double("gate", "Gate",
                            "Regions whose running attention weight is below this share of an "
                            "equal weight are looked at every gate-interval-th timestep only; 0: "
                            "all regions, always",
                            0, 1, defaults.gate.threshold, flags));
    g_object_class_install_property(
        klass, PROP_GATE_INTERVAL,
        g_param_spec_int("gate-interval", "Gate interval",
                         "Timesteps from look to look at a region below the gate", 1, 1000,
                         defaults.gate.interval, flags));
    choice(PROP_FOCUS, "focus", "Focus",
           "What is cut from the original frames and seen a second time, in each clip",
           focus_type(), defaults.focus.focus);
    choice(PROP_FOCUS_FUSION, "focus-fusion", "Focus fusion", "How the second look joins the first",
           fusion_type(), defaults.focus.fusion);
    choice(PROP_FOCUS_ENTROPY, "focus-entropy", "Focus entropy",
           "Which entropy of what the head says is differentiated for focus=saliency",
           entropy_type(), defaults.focus.entropy);
    g_object_class_install_property(
        klass, PROP_FOCUS_SIZE,
        g_param_spec_double("focus-size", "Focus size",
                            "Sides of what is seen again, share of the model's view", 0.05, 1,
                            defaults.focus.size, flags));
    g_object_class_install_property(
        klass, PROP_FOCUS_MEMORY,
        g_param_spec_int("focus-memory", "Focus memory",
                         "MiB that the original frames of clips may take until they were seen "
                         "again; more is an error",
                         1, 1 << 20, defaults.focus.memory_mb, flags));
    choice(PROP_LEAKY, "leaky", "Leaky", "When timesteps may be skipped to keep the video flowing",
           GST_TYPE_FOVEA_LEAKY, defaults.leaky);
    g_object_class_install_property(
        klass, PROP_STATS,
        g_param_spec_boxed("stats", "Statistics",
                           "Timesteps processed and dropped since the start (uint64 each)",
                           GST_TYPE_STRUCTURE, readable));
    g_object_class_install_property(
        klass, PROP_LOOK_AHEAD,
        g_param_spec_int64("look-ahead", "Look-ahead",
                           "Frames behind a row's own that it waits for (streaming)", 0, G_MAXINT64,
                           0, readable));
}

} // namespace

static void gst_fovea_features_init(GstFoveaFeatures *self)
{
    self->options = new fovea::FeatureOptions;
    self->counts = new fovea::WorkCounts;
    self->delay = new fovea::RowDelay;
}

static void gst_fovea_features_class_init(GstFoveaFeaturesClass *klass)
{
    auto *object_class = G_OBJECT_CLASS(klass);

    object_class->set_property = set_property;
    object_class->get_property = get_property;
    object_class->finalize = finalize;
    GST_FOVEA_FILTER_CLASS(klass)->make_worker = make_worker;
    GST_BASE_TRANSFORM_CLASS(klass)->query = query;
    install_properties(object_class);

    gst_fovea_filter_class_add_templates(GST_FOVEA_FILTER_CLASS(klass), FOVEA_VIDEO_FORMATS);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Fovea features", "Filter/Analyzer/Video",
        "3D-CNN features of the regions of each timestep", "The Fovea authors");
    gst_type_mark_as_plugin_api(mode_type(), static_cast<GstPluginAPIFlags>(0));
    gst_type_mark_as_plugin_api(sampling_type(), static_cast<GstPluginAPIFlags>(0));
    gst_type_mark_as_plugin_api(focus_type(), static_cast<GstPluginAPIFlags>(0));
    gst_type_mark_as_plugin_api(fusion_type(), static_cast<GstPluginAPIFlags>(0));
    gst_type_mark_as_plugin_api(entropy_type(), static_cast<GstPluginAPIFlags>(0));
    gst_type_mark_as_plugin_api(tail_type(), static_cast<GstPluginAPIFlags>(0));
}
