// SPDX-License-Identifier: MIT
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
 * #GstFoveaDetect:stats and told in QoS messages), the video never waits. With #GstFoveaDetect:motion-gate
 * still pictures are not looked at: their persons stay where they were.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=50 ! foveadetect model=hog inference-interval=5 ! fakesink
 * ]|
 *
 * Since: 0.1
 */

#include "base/filter_class.h"
#include "detect/detect_worker.h"

GST_DEBUG_CATEGORY(fovea_detect_debug);
#define GST_CAT_DEFAULT fovea_detect_debug

G_DECLARE_FINAL_TYPE(GstFoveaDetect, gst_fovea_detect, GST, FOVEA_DETECT, GstFoveaFilter)

struct _GstFoveaDetect {
    GstFoveaFilter parent;
};

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaDetect, gst_fovea_detect, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_detect_debug, "foveadetect", 0,
                                                      "persons"))
GST_ELEMENT_REGISTER_DEFINE(foveadetect, "foveadetect", GST_RANK_NONE, gst_fovea_detect_get_type())

namespace {

using Options = fovea::DetectOptions;
using Filter =
    fovea::FilterClass<GstFoveaDetect, Options, fovea::DetectWorker, fovea::DetectCounts>;

Filter::Properties properties()
{
    Filter::Properties table;
    table.add("model", "Model",
              "Detector: hog (built in, upright persons at least 128 pixels high), or a "
              "detector bundle by name or folder, such as yolo-fastest-1.1-xl",
              &Options::model);
    table.add("threshold", "Threshold", "Least score of a person, 0 to 1", &Options::threshold, 0,
              1);
    table.add("inference-interval", "Inference interval",
              "Look for persons in every Nth frame; the frames between carry the last ones",
              &Options::inference_interval, 1, G_MAXUINT);
    table.add(
        "inference-period", "Inference period",
        "Milliseconds from one detection to the next, to the nearest frame by the time stamps, "
        "in place of inference-interval; 0: by frames",
        &Options::inference_period_ms, 0, G_MAXINT);
    table.add("device", "Device",
              "What runs the detector: auto, cpu or cuda, where LibTorch was built with it (for "
              "networks that Fovea does not read itself: OpenCV)",
              [](Options &o) -> std::string & { return o.detector.device; });
    table.add("precision", "Precision",
              "Numbers of the network: fp32, bf16, or auto: bf16 where the processor is fast at it",
              [](Options &o) -> std::string & { return o.detector.precision; });
    table.add("model-instance-id", "Model instance id",
              "Elements with the same id share one loaded detector and take turns at it; empty: a "
              "detector of its own",
              &Options::model_instance_id);
    table.add_choice("area", "Area", "The part of the frame where persons are looked for",
                     &Options::area, GST_TYPE_FOVEA_AREA);
    table.add(
        "threads", "Threads",
        "CPU threads of the detector; 0: all cores, for a small network one, and of a file as many "
        "pictures at a time as there are cores. A program that waits for a frame before it gives "
        "the next sets 1",
        [](Options &o) -> int & { return o.detector.threads; }, 0, 256);
    table.add_choice("leaky", "Leaky",
                     "When frames may go without a detection to keep the video flowing",
                     &Options::leaky, GST_TYPE_FOVEA_LEAKY);
    table.add(
        "motion-gate", "Motion gate",
        "Look only where the brightness of a part of the picture changed by so many of 255 levels "
        "since the last look (persons: about 6), for two seconds behind that, and every ten "
        "seconds; 0: always",
        &Options::motion_gate, 0, 255);
    table.live({"threshold", "inference-interval", "inference-period", "motion-gate"});
    table.add_stats(
        "Frames the detector processed, frames dropped because it was busy, and still ones that "
        "it left out, since the start (uint64 each)",
        [](GObject *object) {
            const fovea::DetectCounts &counts = Filter::readings(object);
            GstStructure *stats = fovea::stats_of(counts);
            gst_structure_set(stats, "still", G_TYPE_UINT64, static_cast<guint64>(counts.still),
                              nullptr);
            return stats;
        });
    return table;
}

} // namespace

static void gst_fovea_detect_init(GstFoveaDetect *) {}

static void gst_fovea_detect_class_init(GstFoveaDetectClass *klass)
{
    Filter::install(klass, properties(), GST_MAP_READ);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Person detector", "Filter/Analyzer/Video",
        "Finds persons and follows them: boxes with a score and a track id", "The Fovea authors");
}
