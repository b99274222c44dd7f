// SPDX-License-Identifier: MIT
/**
 * SECTION:element-foveagrid
 * @title: foveagrid
 * @short_description: The regions that the network looks at
 *
 * Writes to the #FoveaMeta of each frame, in this order: the whole view, an N x N grid of
 * overlapping cells (row by row), and the actor's square from foveaactor (the view where there is
 * no actor). foveafeatures downstream makes a feature of each.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=50 ! foveagrid area=square grid=3 actor=false ! fakesink
 * ]|
 *
 * Since: 0.1
 */

#include "base/enums.h"
#include "base/filter_class.h"
#include "fovea/focus/region_grid.h"
#include "meta/convert.h"

GST_DEBUG_CATEGORY_STATIC(fovea_grid_debug);
#define GST_CAT_DEFAULT fovea_grid_debug

G_DECLARE_FINAL_TYPE(GstFoveaGrid, gst_fovea_grid, GST, FOVEA_GRID, GstFoveaFilter)

struct _GstFoveaGrid {
    GstFoveaFilter parent;
};

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaGrid, gst_fovea_grid, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_grid_debug, "foveagrid", 0, "regions"))
GST_ELEMENT_REGISTER_DEFINE(foveagrid, "foveagrid", GST_RANK_NONE, gst_fovea_grid_get_type())

namespace {

using Options = fovea::RegionGridOptions;

class GridWorker final : public fovea::FrameWorker
{
public:
    /** \throw Error Settings when no region is left */
    GridWorker(GstElement *element, const Options &options) : element_(element), options_(options)
    {
        constexpr fovea::ImageSize any = {1, 1};
        fovea::region_grid(options, any, nullptr); // refuses now what it would on the first frame
    }

    void update(const Options &options) { options_ = options; }

    void process(const fovea::Frame &frame) override
    {
        FoveaMeta *meta = frame.meta();
        const auto actor = fovea::actor_from(*meta);
        fovea::set_regions(meta, fovea::region_grid(options_,
                                                    {GST_VIDEO_INFO_WIDTH(frame.info),
                                                     GST_VIDEO_INFO_HEIGHT(frame.info)},
                                                    actor ? &*actor : nullptr));
        GST_LOG_OBJECT(element_, "%u regions", meta->regions->len);
    }

private:
    GstElement *element_;
    Options options_;
};

using Filter = fovea::FilterClass<GstFoveaGrid, Options, GridWorker>;

Filter::Properties properties()
{
    Filter::Properties table;
    table.add("grid", "Grid", "Cells along each side of the view; 0: no grid", &Options::grid, 0,
              16);
    table.add("fraction", "Fraction", "Side of a cell as a share of the view's side, 0.01 to 1",
              &Options::fraction, 0.01, 1);
    table.add("full-frame", "Full frame", "The whole view is the first region", &Options::full);
    table.add("crops", "Crops",
              "With full-frame: three views along the frame's long side, the middle, the first and "
              "the last, instead of the middle one alone",
              &Options::crops);
    table.add("cut-width", "Cut width",
              "With full-frame: its width as a share of the view's, cut from the middle",
              &Options::cut_width, 0.01, 1);
    table.add("cut-height", "Cut height",
              "With full-frame: its height as a share of the view's, cut from the middle",
              &Options::cut_height, 0.01, 1);
    table.add("actor", "Actor",
              "The actor's square is the last region (the view where there is no actor)",
              &Options::actor);
    table.add_choice("area", "Area", "The view: the part of the frame that the regions cover",
                     &Options::area, GST_TYPE_FOVEA_AREA);
    table.live({"fraction", "area", "cut-width",
                "cut-height"}); // not what changes the number of regions: rows are of as many
    return table;
}

} // namespace

static void gst_fovea_grid_init(GstFoveaGrid *) {}

static void gst_fovea_grid_class_init(GstFoveaGridClass *klass)
{
    Filter::install(klass, properties(), GST_MAP_READ);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Region grid", "Filter/Analyzer/Video",
        "Says which regions of a frame foveafeatures looks at: all, a grid, the actor",
        "The Fovea authors");
}
