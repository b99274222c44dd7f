// SPDX-License-Identifier: MIT
#include <algorithm>

#include "video_harness.h"
#include "watch_clips.h"

namespace {

using fovea::test::first_complete;
using fovea::test::rows_a_clip;
using fovea::test::VideoHarness;
using Rows = std::vector<std::shared_ptr<FoveaRow>>;

TEST(FoveaFeaturesFocus, TheSalientBoxRidesOnRowsAndOnTheFrameThatCompletesTheClip)
{
    VideoHarness harness("foveafeatures model=watch leaky=never focus=saliency", 320, 240);
    harness.push_range(0, first_complete + 1);
    for (int i = 0; const auto buffer = harness.pull(); ++i) {
        const FoveaMeta *meta = fovea_meta_get(buffer.get());
        EXPECT_EQ(meta->regions->len, i == first_complete ? 1U : 0U);
        if (i < first_complete)
            continue;
        const auto &marked = g_array_index(meta->regions, FoveaRegion, 0);
        EXPECT_EQ(marked.kind, FOVEA_REGION_SALIENT);
        ASSERT_EQ(meta->rows->len, rows_a_clip);
        for (guint r = 0; r < meta->rows->len; ++r) {
            const auto *row = static_cast<FoveaRow *>(g_ptr_array_index(meta->rows, r));
            ASSERT_EQ(row->regions, 2U);
            EXPECT_EQ(row->region[0].kind, FOVEA_REGION_FULL);
            EXPECT_EQ(row->region[1].kind, FOVEA_REGION_SALIENT);
            EXPECT_EQ(row->region[1].box.x, marked.box.x);
            EXPECT_NEAR(row->region[1].box.width, 55.0 / 96, 1e-6); // 128 of 224 of 96
            ASSERT_EQ(row->heat.columns, 14U);
            ASSERT_EQ(row->heat.rows, 14U);
            EXPECT_EQ(*std::max_element(row->heat.values, row->heat.values + 14 * 14), 255);
        }
    }
    EXPECT_EQ(harness.error(), "");
}

/* Live, each frame completes a clip here, and brings the rows of the clip before. */
TEST(FoveaFeaturesFocus, TheBoxOfAClipIsNoRegionOfTheNext)
{
    VideoHarness harness(
        "foveafeatures model=watch leaky=always focus=centre timestep-interval=134", 64, 48,
        /*fps=*/7);
    GstElement *features = gst_harness_find_element(harness.get(), "foveafeatures");
    const auto computed = [&] {
        GstStructure *stats = nullptr;
        guint64 count = 0;
        g_object_get(features, "stats", &stats, nullptr);
        gst_structure_get_uint64(stats, "processed", &count);
        gst_structure_free(stats);
        return count;
    };
    for (int i = 0; i < 40; ++i) {
        const guint64 before = computed();
        ASSERT_EQ(harness.push(i), GST_FLOW_OK);
        for (int waits = 0; i > 17 && computed() == before && waits < 60'000; ++waits)
            g_usleep(1000);
    }
    gst_object_unref(features);
    const Rows rows = harness.pull_rows();
    ASSERT_GT(rows.size(), 40U);
    for (const auto &row : rows) {
        ASSERT_EQ(row->regions, 2U);
        EXPECT_EQ(row->region[0].kind, FOVEA_REGION_FULL);
        EXPECT_EQ(row->region[1].kind, FOVEA_REGION_SALIENT);
    }
    EXPECT_EQ(harness.error(), "");
}

/* 34 frames give (34 - 1) / 4 rows of watch. */
TEST(FoveaFeaturesFocus, FusionInTimeMakesOneClipOfBothLooks)
{
    VideoHarness harness("foveafeatures model=watch leaky=never focus=centre focus-fusion=temporal",
                         320, 240);
    harness.push_range(0, first_complete + 1);
    const auto rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), 8U);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i]->index, i);
        EXPECT_EQ(rows[i]->regions, 1U);
        EXPECT_EQ(rows[i]->region[0].kind, i < 4 ? FOVEA_REGION_FULL : FOVEA_REGION_SALIENT);
    }
    EXPECT_EQ(rows.front()->start, 0U);
    EXPECT_EQ(rows[4]->start, 0U); // frames 17 to 20 of both are 0 to 3 of the second look
    EXPECT_EQ(rows.back()->end, 64 * GST_SECOND / 30 + GST_SECOND / 30);
}

TEST(FoveaFeaturesFocus, FocusWithoutAPlaceForItIsAnError)
{
    struct Case {
        const char *launch;
        const char *told;
    };

    for (const auto &[launch, told] :
         {Case{"foveafeatures model=watch leaky=never focus=centre mode=streaming",
               "property focus: with mode=streaming or one-shot a stream has no whole clip to look "
               "at "
               "twice; set focus=none, or mode=one-at-a-time"},
          Case{
              "foveafeatures model=watch leaky=never focus=centre gate=0.5",
              "property gate: the focus is looked at in every timestep; set gate=0, or focus=none"},
          Case{"foveagrid grid=2 ! foveafeatures model=watch leaky=never focus=centre "
               "focus-fusion=temporal",
               "property focus-fusion"},
          Case{"foveafeatures model=watch leaky=never focus=centre focus-memory=1",
               "property focus-memory"}}) {
        SCOPED_TRACE(launch);
        GstElement *pipeline = gst_parse_launch(
            (std::string("videotestsrc num-buffers=70 ! video/x-raw,width=320,height=240,"
                         "framerate=30/1 ! ") +
             launch + " ! fakesink")
                .c_str(),
            nullptr);
        gst_element_set_state(pipeline, GST_STATE_PLAYING);
        GstBus *bus = gst_element_get_bus(pipeline);
        GstMessage *message = gst_bus_timed_pop_filtered(
            bus, 240 * GST_SECOND,
            static_cast<GstMessageType>(GST_MESSAGE_ERROR | GST_MESSAGE_EOS));
        ASSERT_NE(message, nullptr);
        ASSERT_EQ(GST_MESSAGE_TYPE(message), GST_MESSAGE_ERROR);
        GError *error = nullptr;
        gst_message_parse_error(message, &error, nullptr);
        EXPECT_NE(std::string(error->message).find(told), std::string::npos) << error->message;
        EXPECT_EQ(std::string(error->message).find('\n'), std::string::npos);
        g_error_free(error);
        gst_message_unref(message);
        gst_object_unref(bus);
        gst_element_set_state(pipeline, GST_STATE_NULL);
        gst_object_unref(pipeline);
    }
}

TEST(FoveaFeaturesFocus, FocusMemoryThatHoldsAClipIsNoError)
{
    // 17 frames of 320 x 240 take 1.9 MiB
    VideoHarness harness("foveafeatures model=watch leaky=never focus=centre focus-memory=2", 320,
                         240);
    harness.push_range(0, 3 * first_complete);
    EXPECT_GE(harness.pull_rows().size(), 3U * rows_a_clip);
    EXPECT_EQ(harness.error(), "");
}

Rows rows_of(const std::string &properties)
{
    VideoHarness harness("foveafeatures model=watch leaky=never " + properties, 320, 240);
    harness.push_range(0, first_complete + 1);
    Rows rows = harness.pull_rows();
    EXPECT_EQ(harness.error(), "");
    return rows;
}

double difference(const float *one, const float *other, guint count)
{
    double sum = 0;
    for (guint c = 0; c < count; ++c)
        sum += std::abs(one[c] - other[c]);
    return sum;
}

TEST(FoveaFeaturesFocus, RepeatSeesTheViewTwice)
{
    const Rows late = rows_of("focus=repeat");
    ASSERT_EQ(late.size(), static_cast<std::size_t>(rows_a_clip));
    for (const auto &row : late) {
        ASSERT_EQ(row->regions, 2U);
        EXPECT_EQ(difference(row->features, row->features + row->channels, row->channels), 0);
    }
    const Rows in_time = rows_of("focus=repeat focus-fusion=temporal");
    ASSERT_GT(in_time.size(), static_cast<std::size_t>(rows_a_clip)) << "one clip, twice as long";
    EXPECT_EQ(in_time.front()->regions, 1U);
}

TEST(FoveaFeaturesFocus, UpscaledLooksWhereSaliencyDoesWithoutTheOriginalsDetail)
{
    for (const std::string fusion : {"", " focus-fusion=temporal"}) {
        const Rows sharp = rows_of("focus=saliency" + fusion);
        const Rows soft = rows_of("focus=upscaled" + fusion);
        ASSERT_EQ(sharp.size(), soft.size());
        const FoveaRow &one = *sharp.back();
        const FoveaRow &other = *soft.back();
        const guint last = one.regions - 1;
        EXPECT_EQ(one.region[last].box.x, other.region[last].box.x);
        EXPECT_EQ(one.region[last].box.width, other.region[last].box.width);
        const std::size_t at = std::size_t{last} * one.channels;
        EXPECT_GT(difference(one.features + at, other.features + at, one.channels), 0.01);
        if (last > 0) {
            EXPECT_EQ(difference(one.features, other.features, one.channels), 0) << "first look";
        }
    }
}

} // namespace
