// SPDX-License-Identifier: MIT
#include <array>
#include <ostream>

#include "made_meta.h"
#include "video_harness.h"

namespace fovea::test {

namespace {

constexpr FoveaBox box = {0.25F, 0.25F, 0.5F, 0.25F};

/** \brief 64 x 48 pixels with everything in its FoveaMeta, and one ROI with a parameter */
GstBuffer *annotated(const VideoHarness &harness)
{
    GstBuffer *buffer = harness.frame(0);
    with_persons(with_actor(buffer, box), {made_person(box, 7)});
    FoveaMeta *meta = fovea_meta_get(buffer);
    const FoveaRegion region = {FOVEA_REGION_GRID, box};
    g_array_append_val(meta->regions, region);
    g_ptr_array_add(meta->rows, fovea_row_new(/*regions=*/1, /*channels=*/2));
    g_ptr_array_add(meta->activities, fovea_activity_new(1, 1, 1));

    GstVideoRegionOfInterestMeta *roi =
        gst_buffer_add_video_region_of_interest_meta(buffer, "person", 16, 12, 32, 12);
    gst_video_region_of_interest_meta_add_param(roi, gst_structure_new_empty("detection"));
    return buffer;
}

void expect_whole(const FoveaMeta *meta)
{
    ASSERT_NE(meta, nullptr);
    ASSERT_EQ(meta->persons->len, 1U);
    EXPECT_EQ(g_array_index(meta->persons, FoveaPerson, 0).id, 7);
    expect_box(g_array_index(meta->persons, FoveaPerson, 0).box, box);
    ASSERT_TRUE(meta->has_actor);
    expect_box(meta->actor, box);
    ASSERT_EQ(meta->regions->len, 1U);
    EXPECT_EQ(g_array_index(meta->regions, FoveaRegion, 0).kind, FOVEA_REGION_GRID);
    EXPECT_EQ(meta->rows->len, 1U);
    EXPECT_EQ(meta->activities->len, 1U);
}

/* What GStreamer does to metadata, 1.22 and 1.26; what docs/formats.md says of elements that crop, turn
 * and scale rests on this table. */
constexpr bool videoflip_keeps_rois = !GST_CHECK_VERSION(1, 25, 0);

struct Passage {
    const char *launch;
    bool roi, params, foveameta;
    std::array<guint, 4> pixels; // of the ROI afterwards: x, y, w, h
};

void PrintTo(const Passage &passage, std::ostream *out) // NOLINT(readability-identifier-naming)
{
    *out << passage.launch;
}

class Metadata : public testing::TestWithParam<Passage>
{
};

TEST_P(Metadata, PassesAsTheTableSays)
{
    const Passage &passage = GetParam();
    VideoHarness harness(passage.launch);
    ASSERT_EQ(gst_harness_push(harness.get(), annotated(harness)), GST_FLOW_OK);
    ASSERT_EQ(harness.push(1), GST_FLOW_OK); // videorate lets go of a frame when the next is there
    const VideoHarness::Buffer out = {gst_harness_pull(harness.get()), gst_buffer_unref};
    ASSERT_NE(out, nullptr);

    const auto *roi = find_roi(out.get(), "person");
    ASSERT_EQ(roi != nullptr, passage.roi);
    if (roi != nullptr) {
        EXPECT_EQ(gst_video_region_of_interest_meta_get_param(
                      const_cast<GstVideoRegionOfInterestMeta *>(roi), "detection") != nullptr,
                  passage.params);
        EXPECT_EQ((std::array<guint, 4>{roi->x, roi->y, roi->w, roi->h}), passage.pixels);
    }
    if (passage.foveameta)
        expect_whole(fovea_meta_get(out.get()));
    else
        EXPECT_EQ(fovea_meta_get(out.get()), nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    GStreamer, Metadata,
    testing::Values(
        Passage{"identity", true, true, true, {16, 12, 32, 12}},
        Passage{"queue", true, true, true, {16, 12, 32, 12}},
        Passage{"tee ! queue", true, true, true, {16, 12, 32, 12}},
        Passage{"videorate", true, true, true, {16, 12, 32, 12}},
        Passage{"videoconvert", true, true, true, {16, 12, 32, 12}}, // nothing to convert
        Passage{"videoconvert ! capsfilter caps=video/x-raw,format=RGB",
                true,
                false,
                true,
                {16, 12, 32, 12}},
        Passage{"videoscale ! capsfilter caps=video/x-raw,width=32,height=24",
                true,
                false,
                true,
                {8, 6, 16, 6}},
        Passage{
            "videoflip method=horizontal-flip", videoflip_keeps_rois, true, true, {16, 12, 32, 12}},
        Passage{"videocrop left=16 right=16", false, false, true, {}}),
    [](const auto &info) {
        std::string name(info.param.launch);
        for (char &letter : name)
            if (!g_ascii_isalnum(letter))
                letter = '_';
        return name;
    });

TEST(FoveaMeta, ACopyOfABufferSharesRowsAndActivities)
{
    const VideoHarness harness("identity");
    GstBuffer *buffer = annotated(harness);
    GstBuffer *copy = gst_buffer_copy(buffer);
    const gpointer row = g_ptr_array_index(fovea_meta_get(buffer)->rows, 0);
    const gpointer activity = g_ptr_array_index(fovea_meta_get(buffer)->activities, 0);
    EXPECT_EQ(g_ptr_array_index(fovea_meta_get(copy)->rows, 0), row);
    EXPECT_EQ(g_ptr_array_index(fovea_meta_get(copy)->activities, 0), activity);

    fovea_meta_get(copy)->has_actor = FALSE;
    g_array_set_size(fovea_meta_get(copy)->persons, 0);
    gst_buffer_unref(copy);
    expect_whole(fovea_meta_get(buffer));
    gst_buffer_unref(buffer);
}

TEST(FoveaMeta, ACopyOfABufferSharesAlarms)
{
    GstBuffer *buffer = gst_buffer_new();
    FoveaAlarm *alarm = fovea_alarm_new(2);
    g_ptr_array_add(fovea_meta_ensure(buffer)->alarms, alarm);
    GstBuffer *copy = gst_buffer_copy(buffer);
    gst_buffer_unref(buffer);
    ASSERT_EQ(fovea_meta_get(copy)->alarms->len, 1U);
    EXPECT_EQ(g_ptr_array_index(fovea_meta_get(copy)->alarms, 0), alarm);
    EXPECT_EQ(alarm->n_persons, 2U);
    gst_buffer_unref(copy);
}

TEST(FoveaMeta, IsAddedOnce)
{
    GstBuffer *buffer = gst_buffer_new();
    EXPECT_EQ(fovea_meta_get(buffer), nullptr);
    FoveaMeta *meta = fovea_meta_ensure(buffer);
    EXPECT_EQ(fovea_meta_ensure(buffer), meta);
    EXPECT_EQ(fovea_meta_get(buffer), meta);
    gst_buffer_unref(buffer);
}

TEST(FoveaMeta, TheLateEventCarriesRows)
{
    GstBuffer *carrier = gst_buffer_new();
    g_ptr_array_add(fovea_meta_ensure(carrier)->rows, fovea_row_new(2, 3));
    GstEvent *event = fovea_late_event_new(carrier);
    EXPECT_TRUE(GST_EVENT_IS_SERIALIZED(event));
    EXPECT_TRUE(GST_EVENT_IS_DOWNSTREAM(event));
    const FoveaMeta *meta = fovea_late_event_parse(event);
    ASSERT_NE(meta, nullptr);
    ASSERT_EQ(meta->rows->len, 1U);
    EXPECT_EQ(static_cast<FoveaRow *>(g_ptr_array_index(meta->rows, 0))->channels, 3U);
    gst_event_unref(event);
}

TEST(FoveaMeta, OtherEventsAreNoLateEvents)
{
    GstEvent *eos = gst_event_new_eos();
    EXPECT_EQ(fovea_late_event_parse(eos), nullptr);
    gst_event_unref(eos);
    GstEvent *other = gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM,
                                           gst_structure_new_empty("something-else"));
    EXPECT_EQ(fovea_late_event_parse(other), nullptr);
    gst_event_unref(other);
}

/* A program that links libgstfovea and a pipeline that loads it as a plugin see one type. */
TEST(FoveaMeta, OfTheLinkedLibraryIsThatOfTheElements)
{
    VideoHarness harness("foveagrid full-frame=false");
    ASSERT_EQ(gst_harness_push(harness.get(), with_actor(harness.frame(0), box)), GST_FLOW_OK);
    const auto out = harness.pull();
    const FoveaMeta *meta = fovea_meta_get(out.get());
    ASSERT_NE(meta, nullptr);
    EXPECT_EQ(gst_buffer_get_n_meta(out.get(), fovea_meta_api_get_type()), 1U);
    ASSERT_EQ(meta->regions->len, 1U);
    expect_box(g_array_index(meta->regions, FoveaRegion, 0).box, box);
}

} // namespace

} // namespace fovea::test
