// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "fovea/bundle/load_networks.h"
#include "fovea/video/frame_to_tensor.h"
#include "properties.h"
#include "video_harness.h"
#include "watch_clips.h"

namespace {

using fovea::test::first_complete;
using fovea::test::rows_a_clip;
using fovea::test::VideoHarness;

TEST(FoveaFeatures, RowsRideOnTheFrameThatCompletesTheirClip)
{
    VideoHarness harness("foveafeatures model=watch leaky=never");
    harness.push_range(0, first_complete);
    EXPECT_TRUE(harness.pull_rows().empty());
    harness.push(first_complete);
    const auto rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), rows_a_clip);
    EXPECT_EQ(rows[0]->index, 0U);
    EXPECT_EQ(rows[3]->index, 3U);
    EXPECT_EQ(rows[0]->start, 0U);
    EXPECT_EQ(rows[3]->end, 64 * GST_SECOND / 30 + GST_SECOND / 30);
    EXPECT_EQ(rows[0]->regions, 1U);
    EXPECT_EQ(rows[0]->channels, 128U);
}

/* The rows of region \a region are what the library makes of \a box of the same frames. */
void expect_library_rows(const std::string &launch, const fovea::Box &box, std::size_t region)
{
    VideoHarness harness(launch, 854, 480);
    fovea::FrameToTensor to_tensor(fovea::Bundle::open("watch").activity().input);
    fovea::Array clip({1, 3, 17, 96, 96});
    for (int i = 0; i <= first_complete; ++i) {
        GstBuffer *buffer = harness.frame(i);
        if (i % 4 == 0) {
            GstVideoFrame mapped;
            gst_video_frame_map(&mapped, &harness.info(), buffer, GST_MAP_READ);
            fovea::FrameView view{fovea::PixelFormat::I420, 854, 480, {}, {}, {}};
            for (guint p = 0; p < 3; ++p) {
                view.planes[p] = static_cast<guint8 *>(GST_VIDEO_FRAME_PLANE_DATA(&mapped, p));
                view.strides[p] = GST_VIDEO_FRAME_PLANE_STRIDE(&mapped, p);
            }
            to_tensor.write(view, box, &clip.values[static_cast<std::size_t>(i / 4) * 96 * 96],
                            17 * 96 * 96);
            gst_video_frame_unmap(&mapped);
        }
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
    }
    const auto rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), rows_a_clip);

    const auto extractor = fovea::load_feature_extractor(fovea::Bundle::open("watch"), {});
    const fovea::Array expected = extractor->rows(clip);
    double energy = 0;
    for (std::size_t t = 0; t < rows_a_clip; ++t)
        for (std::size_t c = 0; c < 128; ++c) {
            EXPECT_NEAR(rows[t]->features[region * 128 + c], expected.values[t * 128 + c], 1e-4);
            energy += std::abs(rows[t]->features[region * 128 + c]);
        }
    EXPECT_GT(energy, 1) << "the moving square must leave a trace";
}

TEST(FoveaFeatures, ValuesAreThoseOfTheLibrary)
{
    expect_library_rows("foveafeatures model=watch leaky=never", fovea::whole_frame, 0);
}

TEST(FoveaFeatures, TheFocusIsOneMoreRegionCutFromTheOriginalFrames)
{
    // 48 of 96 pixels in the middle
    expect_library_rows("foveafeatures model=watch leaky=never focus=centre focus-size=0.5",
                        {0.25F, 0.25F, 0.5F, 0.5F}, 1);
}

TEST(FoveaFeatures, RegionsComeFromFoveagrid)
{
    VideoHarness harness("foveagrid grid=2 ! foveafeatures model=watch leaky=never");
    harness.push_range(0, first_complete + 1);
    const auto rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), rows_a_clip);
    EXPECT_EQ(rows[0]->regions, 6U); // full, 2 x 2, actor
    EXPECT_EQ(rows[0]->region[0].kind, FOVEA_REGION_FULL);
    EXPECT_EQ(rows[0]->region[1].kind, FOVEA_REGION_GRID);
    EXPECT_EQ(rows[0]->region[5].kind, FOVEA_REGION_ACTOR);
}

TEST(FoveaFeatures, TheVideosMemoryPassesUntouched)
{
    VideoHarness harness("foveafeatures model=watch leaky=never");
    for (int i = 0; i <= first_complete; ++i) {
        GstBuffer *in = harness.frame(i);
        GstMemory *memory = gst_buffer_peek_memory(in, 0);
        gst_harness_push(harness.get(), in);
        const VideoHarness::Buffer out = harness.pull();
        ASSERT_NE(out, nullptr);
        EXPECT_EQ(gst_buffer_peek_memory(out.get(), 0), memory) << "frame " << i;
    }
}

TEST(FoveaFeatures, ASurveyedShortVideoIsStretchedOverOneClip)
{
    VideoHarness harness(
        "foveafeatures model=watch leaky=never total-frames=20 total-time=666666667");
    harness.push_range(0, 20);
    const auto rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), rows_a_clip);
    EXPECT_EQ(rows[3]->end, 19 * GST_SECOND / 30 + GST_SECOND / 30);
}

TEST(FoveaFeatures, AUniformPlanGivesItsTimesteps)
{
    VideoHarness harness(
        "foveafeatures model=watch leaky=never sampling=uniform total-frames=200 timesteps=4 "
        "frames-per-timestep=17");
    harness.push_range(0, 200);
    const auto rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), 4U * rows_a_clip);
    EXPECT_EQ(rows[rows_a_clip]->start, 50 * GST_SECOND / 30) << "floor(1 * 200 / 4)";
}

/* GStreamer's own counts of who reads a buffer end at 255; what it refuses ends the test. */
TEST(FoveaFeatures, AFrameMayStandInAClipHundredsOfTimes)
{
    VideoHarness harness("foveafeatures model=watch leaky=never sampling=uniform total-frames=1 "
                         "timesteps=1 frames-per-timestep=601");
    harness.push(0);
    EXPECT_EQ(harness.pull_rows().size(), 600U / 4); // a row of 4 steps from frame to frame
    EXPECT_EQ(harness.error(), "");
}

TEST(FoveaFeatures, WhatDoesNotFitIsRefusedOnTheBus)
{
    VideoHarness harness("foveagrid ! foveafeatures model=watch leaky=never sampling=uniform");
    harness.push(0);
    EXPECT_NE(harness.error().find("total-frames is 0"), std::string::npos);
}

TEST(FoveaFeatures, AnUnknownModelIsNamed)
{
    const auto error = fovea::test::start_error("foveafeatures", {{"model", "nonesuch"}});
    EXPECT_EQ(error.domain, GST_RESOURCE_ERROR);
    EXPECT_EQ(error.code, GST_RESOURCE_ERROR_NOT_FOUND);
    EXPECT_NE(error.text.find("nonesuch"), std::string::npos) << error.text;
}

FoveaFrameCounts counts_of_rows(VideoHarness &harness)
{
    FoveaFrameCounts sum = {};
    for (const auto &row : harness.pull_rows()) {
        sum.seen += row->frames.seen;
        sum.repeated += row->frames.repeated;
        sum.frozen += row->frames.frozen;
        sum.corrupt += row->frames.corrupt;
    }
    return sum;
}

TEST(FoveaFeatures, RowsTellOfFrozenAndCorruptFrames)
{
    VideoHarness harness("foveafeatures model=watch leaky=never");
    for (int i = 0; i <= first_complete; ++i) {
        GstBuffer *frame = harness.frame(i < 32 ? i : 32); // the picture stands still from there on
        GST_BUFFER_PTS(frame) = static_cast<GstClockTime>(i) * GST_SECOND / 30;
        if (i == 8)
            GST_BUFFER_FLAG_SET(frame, GST_BUFFER_FLAG_CORRUPTED);
        gst_harness_push(harness.get(), frame);
    }
    const FoveaFrameCounts counts = counts_of_rows(harness);
    EXPECT_EQ(counts.seen, 17U);
    EXPECT_EQ(counts.frozen, 8U); // 36, 40, ... 64
    EXPECT_EQ(counts.corrupt, 1U);
    EXPECT_EQ(counts.repeated, 0U);
}

/* A camera of 2 frames a second: of the 17 places of a clip each of its frames takes some */
TEST(FoveaFeatures, RowsTellOfRepeatedFrames)
{
    VideoHarness harness("foveafeatures model=watch leaky=never");
    for (int i = 0; i <= first_complete; i += 16)
        harness.push(i);
    const FoveaFrameCounts counts = counts_of_rows(harness);
    EXPECT_EQ(counts.seen, 17U);
    EXPECT_EQ(counts.repeated, 17U - 5);
    EXPECT_EQ(counts.frozen, 0U);
}

TEST(FoveaFeatures, ALiveStreamSkipsTimestepsNeverVideo)
{
    VideoHarness harness("foveafeatures model=watch leaky=always timestep-interval=134");
    harness.push_range(0, 400); // as fast as it goes: far faster than inference
    int passed = 0;
    guint64 unseen = 0;
    while (const VideoHarness::Buffer buffer = harness.pull()) {
        ++passed;
        const FoveaMeta *meta = fovea_meta_get(buffer.get());
        for (guint i = 0; meta != nullptr && i < meta->rows->len; ++i)
            unseen += static_cast<FoveaRow *>(g_ptr_array_index(meta->rows, i))->unseen;
    }
    EXPECT_EQ(passed, 400);
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    GstClockTime latest = 0;
    for (const auto &row : harness.late_rows()) {
        unseen += row->unseen;
        latest = std::max(latest, row->end);
    }
    // that of frame 396, the last that is taken: the newest clip waited, not the oldest
    EXPECT_GE(latest, 396 * GST_SECOND / 30);

    GstStructure *stats = nullptr;
    GstElement *features = gst_harness_find_element(harness.get(), "foveafeatures");
    g_object_get(features, "stats", &stats, nullptr);
    gst_object_unref(features);
    guint64 processed = 0;
    guint64 dropped = 0;
    gst_structure_get(stats, "processed", G_TYPE_UINT64, &processed, "dropped", G_TYPE_UINT64,
                      &dropped, nullptr);
    gst_structure_free(stats);
    EXPECT_GT(processed, 0U);
    EXPECT_GT(dropped, 0U);
    EXPECT_NEAR(static_cast<double>(processed + dropped), 400 / 4 - 17 + 1, 2);
    EXPECT_LE(unseen, dropped);
    EXPECT_GT(unseen, 0U) << "rows tell what was dropped before them";
    GstMessage *qos = gst_bus_pop_filtered(harness.bus(), GST_MESSAGE_QOS);
    EXPECT_NE(qos, nullptr);
    if (qos != nullptr)
        gst_message_unref(qos);
}

TEST(FoveaFeatures, AGateLeavesNoRegionWithoutARow)
{
    // Overlapping clips; every region below an equal weight is looked at every third time
    VideoHarness harness(
        "foveagrid grid=2 ! foveafeatures model=watch leaky=never gate=1 gate-interval=3");
    harness.push_range(0, first_complete + 6 * 32 + 1);
    const auto rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), 7U * rows_a_clip);
    std::size_t reused = 0;
    for (std::size_t t = rows_a_clip; t < rows.size(); ++t) {
        ASSERT_EQ(rows[t]->regions, 6U);
        for (guint r = 0; r < 6; ++r) {
            const float *now = &rows[t]->features[r * rows[t]->channels];
            const float *before = &rows[t - rows_a_clip]->features[r * rows[t]->channels];
            reused += std::equal(now, now + rows[t]->channels, before) ? 1 : 0;
        }
    }
    EXPECT_GT(reused, 0U);
    EXPECT_LT(reused, 6U * 6U * rows_a_clip);
}

TEST(FoveaFeatures, BehindAFlushAGateLooksAtAllRegionsAnew)
{
    const char *launch =
        "foveagrid grid=2 ! foveafeatures model=watch leaky=never gate=1 gate-interval=1000";
    constexpr int elsewhere = 10; // the square of the made frames is another there
    VideoHarness fresh(launch);
    fresh.push_range(elsewhere, elsewhere + first_complete + 1);
    const auto expected = fresh.pull_rows();

    VideoHarness harness(launch);
    harness.push_range(0, first_complete + 2 * 32 + 1); // two clips more: the gate has learned
    harness.pull_rows();
    gst_harness_push_event(harness.get(), gst_event_new_flush_start());
    gst_harness_push_event(harness.get(), gst_event_new_flush_stop(TRUE));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
    harness.push_range(elsewhere, elsewhere + first_complete + 1);
    const auto rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), expected.size());
    for (std::size_t t = 0; t < rows.size(); ++t) {
        const std::size_t values = std::size_t{rows[t]->regions} * rows[t]->channels;
        EXPECT_TRUE(
            std::equal(rows[t]->features, rows[t]->features + values, expected[t]->features))
            << "row " << t;
    }
}

TEST(FoveaFeatures, TwoInstancesMayShareAModel)
{
    VideoHarness one("foveafeatures model=watch leaky=never model-instance-id=shared");
    VideoHarness two("foveafeatures model=watch leaky=never model-instance-id=shared");
    one.push_range(0, first_complete + 1);
    two.push_range(0, first_complete + 1);
    const auto first = one.pull_rows();
    const auto second = two.pull_rows();
    ASSERT_EQ(first.size(), second.size());
    for (guint c = 0; c < first[0]->channels; ++c)
        EXPECT_EQ(first[0]->features[c], second[0]->features[c]);
}

TEST(FoveaFeatures, PropertiesOutOfRangeKeepTheirValue)
{
    GstElement *element = gst_element_factory_make("foveafeatures", nullptr);
    const GLogLevelFlags fatal = g_log_set_always_fatal(static_cast<GLogLevelFlags>(0));
    g_object_set(element, "timesteps", -3, "batch-size", 1000000, "total-frames",
                 gint64{4294967295}, nullptr);
    g_log_set_always_fatal(fatal);
    gint timesteps = -1;
    gint batch_size = -1;
    g_object_get(element, "timesteps", &timesteps, "batch-size", &batch_size, nullptr);
    EXPECT_EQ(timesteps, 0);
    EXPECT_EQ(batch_size, 0);
    gint64 total_frames = -1;
    g_object_get(element, "total-frames", &total_frames, nullptr);
    EXPECT_EQ(total_frames, 0);
    gst_object_unref(element);
}

TEST(FoveaFeatures, TwentyStateCyclesLeaveNothingBehind)
{
    GstElement *element = gst_element_factory_make("foveafeatures", nullptr);
    for (int i = 0; i < 20; ++i) {
        ASSERT_NE(gst_element_set_state(element, GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
        ASSERT_EQ(gst_element_set_state(element, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
    }
    EXPECT_EQ(GST_OBJECT_REFCOUNT_VALUE(element), 1);
    gst_object_unref(element);
}

} // namespace
