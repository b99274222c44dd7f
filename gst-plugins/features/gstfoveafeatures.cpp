// SPDX-License-Identifier: MIT
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
 * more region, or behind the first in time. The backward pass runs in LibTorch; a model without a
 * head has none. A model that was trained so says it in its card, and is run so by default.
 *
 * `attended` names a second model, which sees the same regions of the same frames as its own card
 * says: its features stand behind the first's in each row, and an attention LSTM looks at them.
 * `attended=persons` is no model: it is how the persons move that foveadetect found and follows, each
 * and in pairs, and the motion inside their boxes, which costs next to nothing. Head `persons` reads it.
 *
 * From a file every timestep is computed and the video waits for it. From a live source inference
 * runs beside the video: a slow model skips timesteps (counted in #GstFoveaFeatures:stats and told
 * in QoS messages), never video.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m videotestsrc num-buffers=150 ! foveagrid actor=false ! foveafeatures ! foveaattention ! fakesink
 * ]|
 *
 * Since: 0.1
 */

#include "base/enums.h"
#include "base/filter_class.h"
#include "base/model_query.h"
#include "features/feature_worker.h"

GST_DEBUG_CATEGORY(fovea_features_debug);
#define GST_CAT_DEFAULT fovea_features_debug

G_DECLARE_FINAL_TYPE(GstFoveaFeatures, gst_fovea_features, GST, FOVEA_FEATURES, GstFoveaFilter)

struct _GstFoveaFeatures {
    GstFoveaFilter parent;
};

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaFeatures, gst_fovea_features, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_features_debug, "foveafeatures", 0,
                                                      "3D-CNN features"))
GST_ELEMENT_REGISTER_DEFINE(foveafeatures, "foveafeatures", GST_RANK_NONE,
                            gst_fovea_features_get_type())

namespace {

using Options = fovea::FeatureOptions;
using Filter =
    fovea::FilterClass<GstFoveaFeatures, Options, fovea::FeatureWorker, fovea::FeatureReadings>;

/*
 * Video passes at once; it is rows that come late, by the look-ahead of a stream. The query tells
 * so in fields of its own: as latency proper it would only hold back the video.
 */
gboolean query(GstBaseTransform *transform, GstPadDirection direction, GstQuery *query)
{
    if (direction == GST_PAD_SRC &&
        fovea::answer_model_query(query, Filter::options(transform).model))
        return TRUE;
    if (!GST_BASE_TRANSFORM_CLASS(gst_fovea_features_parent_class)
             ->query(transform, direction, query))
        return FALSE;
    if (GST_QUERY_TYPE(query) == GST_QUERY_LATENCY && direction == GST_PAD_SRC) {
        const fovea::RowDelay &delay = Filter::readings(transform).delay;
        gst_structure_set(gst_query_writable_structure(query), "fovea-look-ahead", G_TYPE_INT64,
                          static_cast<gint64>(delay.look_ahead), "fovea-row-latency", G_TYPE_UINT64,
                          static_cast<guint64>(delay.time), nullptr);
    }
    return TRUE;
}

/* A field of a group of FeatureOptions */
template <auto group, auto field>
auto &in(Options &options)
{
    return options.*group.*field;
}

template <auto field>
constexpr auto engine_field = in<&Options::engine, field>;
template <auto field>
constexpr auto sampling_field = in<&Options::sampling, field>;
template <auto field>
constexpr auto focus_field = in<&Options::focus, field>;

template <auto field>
auto &look_field(Options &options)
{
    return options.focus.look.*field;
}

void add_model_properties(Filter::Properties *table)
{
    using fovea::EngineOptions;
    table->add("model", "Model",
               "Bundle of the network that makes the features: a name, as `fovea models list` "
               "tells them, or a folder",
               &Options::model);
    table->add(
        "attended", "Attended model",
        "Bundle of a second network, whose features of the same regions stand behind the "
        "first's in each row, of a detector its classes' scores; persons: how those move who "
        "foveadetect found; empty: as the model's card says",
        &Options::attended);
    table->add(
        "device", "Device",
        "Where the network runs: auto, cpu, cuda or cuda:N; auto takes CUDA where LibTorch has it",
        engine_field<&EngineOptions::device>);
    table->add("engine", "Engine",
               "Library that runs the network: auto (onednn on the CPU), onednn or torch",
               engine_field<&EngineOptions::engine>);
    table->add(
        "precision", "Precision",
        "Arithmetic: auto (bf16 where the processor has it), fp32, bf16, int8 (on the CPU, where "
        "the bundle is calibrated) or fp16 (CUDA)",
        engine_field<&EngineOptions::precision>);
    table->add("batch-size", "Batch size", "Regions run at once; 0: as many as fit in 256 MiB",
               engine_field<&EngineOptions::batch_size>, 0, 4096);
    table->add("input-size", "Input size",
               "Side of the network's input, pixels; 0: as the card says", &Options::input_size, 0,
               1024);
    table->add("model-instance-id", "Model instance id",
               "Elements with the same id share one loaded model; empty: a model of its own",
               &Options::model_instance_id);
    table->add("threads", "Threads",
               "CPU threads of one inference; 0: by the size of network and machine",
               engine_field<&EngineOptions::threads>, 0, 256);
}

void add_sampling_properties(Filter::Properties *table)
{
    using fovea::SamplingSettings;
    table->add_choice("mode", "Mode", "How the frames of the timesteps are run",
                      sampling_field<&SamplingSettings::mode>,
                      fovea::enum_type("GstFoveaFeatureMode", fovea::feature_modes));
    table->add_choice("sampling", "Sampling", "Plan by which frames are taken for the timesteps",
                      sampling_field<&SamplingSettings::sampling>,
                      fovea::enum_type("GstFoveaSampling", fovea::samplings));
    table->add("frames-per-timestep", "Frames per timestep",
               "Frames of a timestep; 0: as the card says",
               sampling_field<&SamplingSettings::frames_per_timestep>, 0, 4096);
    table->add(
        "timesteps", "Timesteps",
        "Timesteps of a whole video, for uniform, equal, shuffled, segments and spread; 0: as "
        "the card says",
        sampling_field<&SamplingSettings::timesteps>, 0, 65536);
    table->add("timestep-interval", "Timestep interval",
               "Milliseconds from the start of a timestep to the next, with sampling=every; 0: as "
               "the card says",
               sampling_field<&SamplingSettings::timestep_interval_ms>, 0, 86400000);
    constexpr gint64 longest = 100'000'000; // 46 days at 25 a second; plans hold a number a frame
    table->add("total-frames", "Total frames",
               "Frames of the surveyed video, which plans over a whole video need; 0: not surveyed",
               sampling_field<&SamplingSettings::total_frames>, 0, longest);
    table->add("total-time", "Total time",
               "Nanoseconds from the first frame of the surveyed video to its end, by time stamps: "
               "with total-frames the rate that a plan at the card's rate needs (sliding, some "
               "spread); 0: not known",
               sampling_field<&SamplingSettings::total_time>, 0, G_MAXINT64);
    table->add_choice("tail", "Tail", "What becomes of last frames that fill no timestep",
                      sampling_field<&SamplingSettings::tail>,
                      fovea::enum_type("GstFoveaTail", fovea::tails));
}

void add_focus_properties(Filter::Properties *table)
{
    using fovea::FocusOptions;
    using fovea::SecondLook;
    table->add_choice("focus", "Focus",
                      "What is cut from the original frames and seen a second time, in each clip",
                      look_field<&SecondLook::focus>,
                      fovea::enum_type("GstFoveaFocus", fovea::focuses));
    table->add_choice("focus-fusion", "Focus fusion", "How the second look joins the first",
                      look_field<&SecondLook::fusion>,
                      fovea::enum_type("GstFoveaFusion", fovea::fusions));
    table->add_choice(
        "focus-entropy", "Focus entropy",
        "Which entropy of what the head says is differentiated, for focus=saliency and upscaled",
        look_field<&SecondLook::entropy>, fovea::enum_type("GstFoveaEntropy", fovea::entropies));
    table->add_choice("focus-attribution", "Focus attribution",
                      "What is made of the gradient at each place, for focus=saliency and upscaled",
                      look_field<&SecondLook::attribution>,
                      fovea::enum_type("GstFoveaAttribution", fovea::attributions));
    table->add("focus-truth", "Focus truth",
               "What the video shows, for focus-entropy=truth: 'class start end' of each, classes "
               "counted from 0 and seconds, such as '3 1.5 4;7 0 30', or 'none' of them",
               focus_field<&FocusOptions::truth>);
    table->add("focus-size", "Focus size",
               "Width and height of the second look, as a share of the model's view",
               focus_field<&FocusOptions::size>, 0.05, 1);
    table->add("focus-memory", "Focus memory",
               "MiB that the original frames of clips may take until they were seen again; more is "
               "an error",
               focus_field<&FocusOptions::memory_mb>, 1, 1 << 20);
}

void add_readings(Filter::Properties *table)
{
    table->add_stats(
        "Timesteps processed and dropped since the start (uint64 each)",
        [](GObject *object) { return fovea::stats_of(Filter::readings(object).counts); });
    table->add_reading(g_param_spec_int64("look-ahead", "Look-ahead",
                                          "Frames behind a row's own that it waits for (streaming)",
                                          0, G_MAXINT64, 0, fovea::readable),
                       [](GObject *object, GValue *value) {
                           g_value_set_int64(value, Filter::readings(object).delay.look_ahead);
                       });
}

Filter::Properties properties()
{
    Filter::Properties table;
    add_model_properties(&table);
    add_sampling_properties(&table);
    add_focus_properties(&table);
    table.add("gate", "Gate",
              "Regions whose running attention weight is below this share of an equal weight "
              "are looked at every gate-interval-th timestep only; 0: all regions, always",
              in<&Options::gate, &fovea::GateOptions::threshold>, 0, 1);
    table.add("gate-interval", "Gate interval",
              "Timesteps from look to look at a region below the gate",
              in<&Options::gate, &fovea::GateOptions::interval>, 1, 1000);
    table.add_choice("leaky", "Leaky", "When timesteps may be skipped to keep the video flowing",
                     &Options::leaky, GST_TYPE_FOVEA_LEAKY);
    table.live({"focus-memory"});
    add_readings(&table);
    return table;
}

} // namespace

static void gst_fovea_features_init(GstFoveaFeatures *) {}

static void gst_fovea_features_class_init(GstFoveaFeaturesClass *klass)
{
    Filter::install(klass, properties(), GST_MAP_READ);
    GST_BASE_TRANSFORM_CLASS(klass)->query = query;
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Video features", "Filter/Analyzer/Video",
        "Runs a 3D-CNN over clips: features of each region and timestep", "The Fovea authors");
}
