// SPDX-License-Identifier: MIT
/**
 * SECTION:element-foveatrack
 * @title: foveatrack
 * @short_description: Persons that another element found, with a track id
 *
 * In place of foveadetect where a detector of other elements, such as DL Streamer's gvadetect, stands
 * before it: takes the #GstVideoRegionOfInterestMeta of the types #GstFoveaTrack:labels (where there
 * are none, with GStreamer 1.24 or later, the object detections of #GstAnalyticsRelationMeta),
 * follows them and writes them to the #FoveaMeta of each frame. Scores are those of the parameter
 * `detection`, where there is none 1. Detectors need not look at every frame:
 * see #GstFoveaTrack:hold-time. What the other element wrote stays as it is.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=50 ! foveadetect model=hog ! foveatrack ! foveaactor ! fakesink
 * ]|
 * Here foveadetect stands where the other detector would.
 *
 * Since: 0.1
 */

#include "base/filter_class.h"
#include "track/track_worker.h"

G_DECLARE_FINAL_TYPE(GstFoveaTrack, gst_fovea_track, GST, FOVEA_TRACK, GstFoveaFilter)

struct _GstFoveaTrack {
    GstFoveaFilter parent;
};

G_DEFINE_FINAL_TYPE(GstFoveaTrack, gst_fovea_track, GST_TYPE_FOVEA_FILTER)
GST_ELEMENT_REGISTER_DEFINE(foveatrack, "foveatrack", GST_RANK_NONE, gst_fovea_track_get_type())

namespace {

using Options = fovea::TrackOptions;
using Filter = fovea::FilterClass<GstFoveaTrack, Options, fovea::TrackWorker>;

Filter::Properties properties()
{
    Filter::Properties table;
    table.add("labels", "Labels",
              "Regions of these types are persons, with commas between, as the detector before "
              "names them",
              &Options::labels);
    table.add("threshold", "Threshold", "Least score of a person, 0 to 1", &Options::threshold, 0,
              1);
    table.add("hold-time", "Hold time",
              "Milliseconds for which frames without any person carry those before, where their "
              "motion takes them: of a detector that does not look at every frame; 0: nobody is "
              "there",
              &Options::hold_ms, 0, 10000);
    table.live({"labels", "threshold", "hold-time"});
    return table;
}

} // namespace

static void gst_fovea_track_init(GstFoveaTrack *) {}

static void gst_fovea_track_class_init(GstFoveaTrackClass *klass)
{
    Filter::install(klass, properties(), GST_MAP_READ);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Person tracker", "Filter/Analyzer/Video",
        "Follows persons that another element found: FoveaMeta with a track id",
        "The Fovea authors");
}
