// SPDX-License-Identifier: MIT
/**
 * SECTION:element-foveapose
 * @title: foveapose
 * @short_description: 17 keypoints of the persons that foveadetect follows
 *
 * Looks at the largest persons that have a track id, and adds their keypoints (COCO's 17: nose, eyes,
 * ears, shoulders, elbows, wrists, hips, knees, ankles) to the persons of each frame's #FoveaMeta.
 * Results tell them and foveaoverlay draws them. Without foveadetect before it there is nobody.
 *
 * From a file the video waits for the network. From a live source it runs beside the video: a slow one
 * skips frames (counted in #GstFoveaPose:stats and told in QoS messages).
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=50 ! foveadetect inference-interval=5 ! foveapose ! foveaoverlay ! fakesink
 * ]|
 *
 * Since: 0.1
 */

#include "base/filter_class.h"
#include "pose/pose_worker.h"

GST_DEBUG_CATEGORY(fovea_pose_debug);
#define GST_CAT_DEFAULT fovea_pose_debug

G_DECLARE_FINAL_TYPE(GstFoveaPose, gst_fovea_pose, GST, FOVEA_POSE, GstFoveaFilter)

struct _GstFoveaPose {
    GstFoveaFilter parent;
};

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaPose, gst_fovea_pose, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_pose_debug, "foveapose", 0,
                                                      "keypoints"))
GST_ELEMENT_REGISTER_DEFINE(foveapose, "foveapose", GST_RANK_NONE, gst_fovea_pose_get_type())

namespace {

using Options = fovea::KeypointOptions;
using Filter = fovea::FilterClass<GstFoveaPose, Options, fovea::PoseWorker, fovea::WorkCounts>;

Filter::Properties properties()
{
    Filter::Properties table;
    table.add("model", "Model",
              "Network for keypoints: a bundle by name or folder: keypoints, which ships, or "
              "movenet-lightning, which finds more and is fetched (fovea models fetch)",
              &Options::model);
    table.add("most", "Most persons", "How many persons of a frame are looked at: the largest",
              &Options::most, 1, 64);
    table.add("least-height", "Least height",
              "Pixels of the longer side of a person's box below which nobody looks",
              &Options::least_height, 1, G_MAXINT);
    table.add("inference-interval", "Inference interval",
              "Look at every Nth of the frames that foveadetect looked at; between them the "
              "keypoints go with the box, for a second at most",
              &Options::inference_interval, 1, G_MAXUINT);
    table.add("device", "Device", "What runs the network: auto, cpu or cuda",
              [](Options &o) -> std::string & { return o.network.device; });
    table.add("precision", "Precision",
              "Numbers of the network: fp32, bf16, or auto: bf16 where the processor is fast at it",
              [](Options &o) -> std::string & { return o.network.precision; });
    table.add(
        "threads", "Threads",
        "CPU threads of the network; 0: one for a small network, else all cores",
        [](Options &o) -> int & { return o.network.threads; }, 0, 256);
    table.add_choice("leaky", "Leaky",
                     "When frames may go without a look to keep the video flowing", &Options::leaky,
                     GST_TYPE_FOVEA_LEAKY);
    table.add_stats("Frames the network processed, and frames dropped because it was busy, "
                    "since the start (uint64 each)",
                    [](GObject *object) { return fovea::stats_of(Filter::readings(object)); });
    return table;
}

} // namespace

static void gst_fovea_pose_init(GstFoveaPose *) {}

static void gst_fovea_pose_class_init(GstFoveaPoseClass *klass)
{
    Filter::install(klass, properties(), GST_MAP_READ);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Keypoints", "Filter/Analyzer/Video",
        "Finds 17 keypoints of the persons who are followed", "The Fovea authors");
}
