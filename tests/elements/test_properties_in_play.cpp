// SPDX-License-Identifier: MIT
#include <set>

#include "made_meta.h"
#include "video_harness.h"

// What becomes of a property that is set while the element plays

namespace fovea::test {

namespace {

using Names = std::set<std::string>;

/** \brief Those of its own that the flags in gst-inspect-1.0 call changeable in PLAYING */
Names live_properties(const char *factory)
{
    GstElement *element = gst_element_factory_make(factory, nullptr);
    guint count = 0;
    GParamSpec **specs = g_object_class_list_properties(G_OBJECT_GET_CLASS(element), &count);
    Names names;
    for (guint i = 0; i < count; ++i) {
        const GParamSpec &spec = *specs[i];
        if (spec.owner_type != G_OBJECT_TYPE(element) || (spec.flags & G_PARAM_WRITABLE) == 0)
            continue;
        const bool is_live = (spec.flags & GST_PARAM_MUTABLE_PLAYING) != 0;
        const bool is_fixed = (spec.flags & GST_PARAM_MUTABLE_READY) != 0;
        EXPECT_NE(is_live, is_fixed) << factory << " " << spec.name;
        if (is_live)
            names.insert(spec.name);
    }
    g_free(specs);
    gst_object_unref(element);
    return names;
}

TEST(PropertiesInPlay, FlagsSayWhichAreTakenAtOnce)
{
    EXPECT_EQ(live_properties("foveadetect"),
              (Names{"threshold", "inference-interval", "inference-period", "motion-gate"}));
    EXPECT_EQ(live_properties("foveatrack"), (Names{"labels", "threshold", "hold-time"}));
    EXPECT_EQ(live_properties("foveaactor"),
              (Names{"method", "area", "margin", "min-score", "motion", "window"}));
    EXPECT_EQ(live_properties("foveagrid"), (Names{"fraction", "area", "cut-width", "cut-height"}));
    EXPECT_EQ(live_properties("foveafeatures"), (Names{"focus-memory"}));
    EXPECT_EQ(live_properties("foveaattention"), (Names{"hop", "top-k", "threshold"}));
    EXPECT_EQ(live_properties("foveaalarm"),
              (Names{"zones", "on", "off", "min-duration", "cool-down", "limits"}));
    EXPECT_EQ(live_properties("foveaoverlay"),
              (Names{"accent-colour", "font", "highlight-quantile", "show-actor", "show-alarms",
                     "show-highlight", "show-label", "show-persons", "show-poses", "show-regions",
                     "show-saliency", "show-timeline"}));
    EXPECT_EQ(live_properties("foveapublish"),
              (Names{"frames", "events-only", "normal-label", "rotate-size", "rotate-interval"}));
    EXPECT_EQ(live_properties("foveapose"), Names{});
    EXPECT_EQ(live_properties("foveadump"), (Names{"label"}));
    EXPECT_EQ(live_properties("foveahighlight"), Names{});
}

TEST(PropertiesInPlay, AnotherIsRefusedWithAWarningUntilTheElementStops)
{
    VideoHarness harness("foveagrid grid=2 actor=false");
    GstElement *grid = gst_harness_find_element(harness.get(), "foveagrid");
    harness.push(0);
    g_object_set(grid, "grid", 3, nullptr);
    const std::string warning = harness.warning();
    EXPECT_NE(warning.find("property grid"), std::string::npos) << warning;
    EXPECT_NE(warning.find("READY"), std::string::npos) << warning;
    gint cells = 0;
    g_object_get(grid, "grid", &cells, nullptr);
    EXPECT_EQ(cells, 2);
    harness.push(1);
    harness.pull();
    EXPECT_EQ(fovea_meta_get(harness.pull().get())->regions->len, 5U);

    gst_element_set_state(grid, GST_STATE_READY);
    g_object_set(grid, "grid", 3, nullptr);
    g_object_get(grid, "grid", &cells, nullptr);
    EXPECT_EQ(cells, 3);
    EXPECT_EQ(harness.warning(), "");
    gst_object_unref(grid);
}

/* Programs set all that they have in their settings, changed or not. */
TEST(PropertiesInPlay, OneThatIsSetToWhatItIsIsNothingToTell)
{
    VideoHarness harness("foveagrid grid=2 actor=false ! foveaattention head=ra");
    harness.push(0);
    GstElement *grid = gst_harness_find_element(harness.get(), "foveagrid");
    g_object_set(grid, "grid", 2, "actor", FALSE, "crops", FALSE, nullptr);
    GstElement *attention = gst_harness_find_element(harness.get(), "foveaattention");
    g_object_set(attention, "head", "ra", "window", -1, nullptr);
    gst_util_set_object_arg(G_OBJECT(attention), "pool", "card");
    EXPECT_EQ(harness.warning(), "");
    g_object_set(attention, "head", "", nullptr);
    EXPECT_NE(harness.warning().find("property head"), std::string::npos);
    gst_object_unref(attention);
    gst_object_unref(grid);
}

/* Not in their range by themselves, these are told by GObject; here they do not go together. */
TEST(PropertiesInPlay, ValuesThatDoNotGoTogetherAreWarnedOfAndTheEarlierOnesHold)
{
    VideoHarness harness("foveaalarm on=0.75 off=0.5");
    GstElement *alarm = gst_harness_find_element(harness.get(), "foveaalarm");
    harness.push(0);
    g_object_set(alarm, "off", 0.875F, nullptr);
    harness.push(1);
    const std::string warning = harness.warning();
    EXPECT_NE(warning.find("alarm of 'fight': off is 0.875"), std::string::npos) << warning;
    EXPECT_EQ(warning.find('\n'), std::string::npos) << warning;
    gfloat off = 0;
    g_object_get(alarm, "off", &off, nullptr);
    EXPECT_EQ(off, 0.5F);
    g_object_set(alarm, "zones", "include 0,0 1", nullptr);
    harness.push(2);
    EXPECT_NE(harness.warning().find("zone 'include 0,0 1'"), std::string::npos);
    g_autofree gchar *zones = nullptr;
    g_object_get(alarm, "zones", &zones, nullptr);
    EXPECT_STREQ(zones, "");
    harness.push(3);
    EXPECT_EQ(harness.warning(), "") << "once each";
    EXPECT_EQ(harness.error(), "");
    gst_object_unref(alarm);
}

TEST(PropertiesInPlay, AnElementThatDidNotStartTakesAny)
{
    GstElement *detect = gst_element_factory_make("foveadetect", nullptr);
    g_object_set(detect, "model", "no-such-detector", nullptr);
    EXPECT_EQ(gst_element_set_state(detect, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
    g_object_set(detect, "model", "hog", nullptr);
    g_autofree gchar *model = nullptr;
    g_object_get(detect, "model", &model, nullptr);
    EXPECT_STREQ(model, "hog");
    gst_element_set_state(detect, GST_STATE_NULL);
    gst_object_unref(detect);
}

TEST(PropertiesInPlay, HighlightRefusesWhatItStartedWith)
{
    VideoHarness harness("foveahighlight threshold=0.5");
    GstElement *highlight = gst_harness_find_element(harness.get(), "foveahighlight");
    g_object_set(highlight, "threshold", 0.75, nullptr);
    EXPECT_NE(harness.warning().find("property threshold"), std::string::npos);
    gdouble threshold = 0;
    g_object_get(highlight, "threshold", &threshold, nullptr);
    EXPECT_EQ(threshold, 0.5);
    gst_object_unref(highlight);
}

/* On 64 x 48 pixels with area=square the view is 48 pixels wide. */
TEST(PropertiesInPlay, GridCellsGrowFromTheNextFrameOn)
{
    VideoHarness harness("foveagrid grid=2 actor=false full-frame=false fraction=0.5");
    GstElement *grid = gst_harness_find_element(harness.get(), "foveagrid");
    const auto width = [&](int frame) {
        harness.push(frame);
        const auto out = harness.pull();
        return g_array_index(fovea_meta_get(out.get())->regions, FoveaRegion, 0).box.width;
    };
    EXPECT_FLOAT_EQ(width(0), 0.5F);
    g_object_set(grid, "fraction", 0.75, nullptr);
    EXPECT_FLOAT_EQ(width(1), 0.75F);
    EXPECT_EQ(harness.warning(), "");
    gst_object_unref(grid);
}

TEST(PropertiesInPlay, AnActorsMarginHoldsForWhatWasSeenToo)
{
    VideoHarness harness("foveaactor margin=1", 64, 64);
    GstElement *actor = gst_harness_find_element(harness.get(), "foveaactor");
    const auto width = [&](int frame) {
        gst_harness_push(
            harness.get(),
            with_persons(harness.frame(frame), {made_person({0.25F, 0.25F, 0.25F, 0.25F}, 1)}));
        const auto out = harness.pull();
        return fovea_meta_get(out.get())->actor.width;
    };
    EXPECT_FLOAT_EQ(width(0), 0.25F);
    g_object_set(actor, "margin", 2.0, nullptr);
    EXPECT_FLOAT_EQ(width(1), 0.5F);
    gst_object_unref(actor);
}

TEST(PropertiesInPlay, AnOverlayShowsAndHidesAtOnce)
{
    VideoHarness harness("foveaoverlay show-persons=false", 320, 240);
    GstElement *overlay = gst_harness_find_element(harness.get(), "foveaoverlay");
    const auto is_drawn_on = [&](int frame) {
        const VideoHarness::Buffer plain(harness.frame(frame), gst_buffer_unref);
        gst_harness_push(
            harness.get(),
            with_persons(harness.frame(frame), {made_person({0.25F, 0.5F, 0.25F, 0.25F}, 1)}));
        const auto out = harness.pull();
        GstMapInfo map;
        gst_buffer_map(out.get(), &map, GST_MAP_READ);
        const bool same = gst_buffer_memcmp(plain.get(), 0, map.data, map.size) == 0;
        gst_buffer_unmap(out.get(), &map);
        return !same;
    };
    EXPECT_FALSE(is_drawn_on(0));
    g_object_set(overlay, "show-persons", TRUE, nullptr);
    EXPECT_TRUE(is_drawn_on(1));
    g_object_set(overlay, "show-persons", FALSE, nullptr);
    EXPECT_FALSE(is_drawn_on(2));
    gst_object_unref(overlay);
}

} // namespace

} // namespace fovea::test
