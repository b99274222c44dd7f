// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "fovea/core/time.h"
#include "video_harness.h"
#include "watch_clips.h"

namespace {

using fovea::longest_time;
using fovea::test::first_complete;
using fovea::test::rows_a_clip;
using fovea::test::VideoHarness;

/* Of 30 fps every fourth frame is taken; 4 of those make a row, which sees 5 more (watch). */
constexpr int frames_a_streamed_row = 16;

TEST(FoveaFeatures, AStreamGivesTheRowsOfAClipAsSoonAsTheyAreFinal)
{
    VideoHarness clip("foveafeatures model=watch leaky=never precision=fp32");
    clip.push_range(0, first_complete + 1);
    const auto expected = clip.pull_rows();
    ASSERT_EQ(expected.size(), rows_a_clip);

    VideoHarness harness("foveafeatures model=watch leaky=never precision=fp32 mode=streaming");
    harness.push_range(0, 44);
    EXPECT_TRUE(harness.pull_rows().empty());
    harness.push_range(44, 77); // the third, fourth and fifth group of 4 are complete
    const auto rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), 3U); // the clip's last row sees its end
    for (guint t = 0; t < rows.size(); ++t) {
        EXPECT_EQ(rows[t]->index, t);
        EXPECT_EQ(rows[t]->start, t * frames_a_streamed_row * GST_SECOND / 30);
        double largest = 0;
        for (guint c = 0; c < rows[t]->channels; ++c)
            largest = std::max(largest, std::abs(static_cast<double>(expected[t]->features[c])));
        for (guint c = 0; c < rows[t]->channels; ++c)
            EXPECT_NEAR(rows[t]->features[c], expected[t]->features[c], 1e-5 * largest);
    }
}

TEST(FoveaFeatures, AStreamIsFinishedAtItsEnd)
{
    VideoHarness harness("foveafeatures model=watch leaky=never mode=streaming");
    harness.push_range(0, 4 * frames_a_streamed_row);
    EXPECT_EQ(harness.pull_rows().size(), 2U);
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    const auto late = harness.late_rows();
    ASSERT_EQ(late.size(), 1U); // 16 frames, 15 differences, 3 rows in all
    EXPECT_EQ(late[0]->index, 2U);
}

TEST(FoveaFeatures, AStreamedRowNeverSpansADiscontinuity)
{
    VideoHarness harness("foveafeatures model=watch leaky=never mode=streaming");
    harness.push_range(0, 2 * frames_a_streamed_row); // no row is final yet
    GstBuffer *late = harness.frame(300);
    GST_BUFFER_FLAG_SET(late, GST_BUFFER_FLAG_DISCONT);
    gst_harness_push(harness.get(), late);
    harness.push_range(301, 300 + 44);
    EXPECT_TRUE(harness.pull_rows().empty());
    harness.push_range(300 + 44, 300 + 3 * frames_a_streamed_row);
    const auto rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0]->start, 10 * GST_SECOND);
}

TEST(FoveaFeatures, OneShotOfAFileGivesTheRowsOfOneClip)
{
    // 4 timesteps of 8 consecutive frames from 32: one clip of 32, in pieces of 4
    VideoHarness harness(
        "foveafeatures model=watch leaky=never precision=fp32 mode=one-shot sampling=uniform "
        "timesteps=4 frames-per-timestep=8 total-frames=32");
    harness.push_range(0, 32);
    auto rows = harness.pull_rows();
    EXPECT_EQ(rows.size(), 6U); // (32 - 9) / 4 + 1 are final
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    for (const auto &row : harness.late_rows())
        rows.push_back(row);
    ASSERT_EQ(rows.size(), 7U); // 31 differences

    VideoHarness clip(
        "foveafeatures model=watch engine=torch leaky=never mode=one-shot sampling=uniform "
        "timesteps=4 frames-per-timestep=8 total-frames=32");
    clip.push_range(0, 32);
    const auto expected = clip.pull_rows();
    ASSERT_EQ(expected.size(), 7U);
    for (guint t = 0; t < expected.size(); ++t) {
        EXPECT_EQ(rows[t]->index, t);
        for (guint c = 0; c < rows[t]->channels; ++c)
            EXPECT_NEAR(rows[t]->features[c], expected[t]->features[c], 1e-4);
    }
}

/** \brief What the answer to a latency query says of the stream's rows */
struct RowLatency {
    gint64 look_ahead = 0; ///< frames
    guint64 time = 0;      ///< ns
};

RowLatency row_latency(VideoHarness &harness)
{
    RowLatency told;
    g_autoptr(GstElement) features = gst_harness_find_element(harness.get(), "foveafeatures");
    g_autoptr(GstPad) pad = gst_element_get_static_pad(features, "src");
    g_autoptr(GstQuery) query = gst_query_new_latency();
    EXPECT_TRUE(gst_pad_query(pad, query));
    EXPECT_TRUE(gst_structure_get(gst_query_get_structure(query), "fovea-look-ahead", G_TYPE_INT64,
                                  &told.look_ahead, "fovea-row-latency", G_TYPE_UINT64, &told.time,
                                  nullptr));
    return told;
}

TEST(FoveaFeatures, TheLookAheadOfAStreamIsInTheLatencyQuery)
{
    VideoHarness harness("foveafeatures model=watch leaky=never mode=streaming");
    harness.push(0);
    gint64 look_ahead = 0;
    g_autoptr(GstElement) features = gst_harness_find_element(harness.get(), "foveafeatures");
    g_object_get(features, "look-ahead", &look_ahead, nullptr);
    EXPECT_EQ(look_ahead, 5);

    const RowLatency told = row_latency(harness);
    EXPECT_EQ(told.look_ahead, 5);
    EXPECT_NEAR(static_cast<double>(told.time), 9 / 7.5 * GST_SECOND, 10); // 4 + 5 frames
}

TEST(FoveaFeatures, AFrameThatLastsForAnAgeLeavesTheLatencyAtTheLongestTime)
{
    VideoHarness harness(
        "foveafeatures model=watch leaky=never mode=one-shot sampling=uniform timesteps=4 "
        "frames-per-timestep=8 total-frames=32");
    GstBuffer *buffer = harness.frame(0);
    GST_BUFFER_DURATION(buffer) = GstClockTime{longest_time};
    gst_harness_push(harness.get(), buffer);
    EXPECT_DOUBLE_EQ(static_cast<double>(row_latency(harness).time),
                     static_cast<double>(longest_time)); // of 9 frames that last 146 years each
}

TEST(FoveaFeatures, AnEngineWithoutStreamsIsRefusedWithTheRemedy)
{
    VideoHarness harness("foveafeatures model=watch engine=torch mode=streaming");
    harness.push(0);
    EXPECT_NE(harness.error().find("mode=streaming"), std::string::npos);
}

} // namespace
