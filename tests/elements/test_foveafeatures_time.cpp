// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "video_harness.h"
#include "watch_clips.h"

namespace {

using fovea::test::first_complete;
using fovea::test::rows_a_clip;
using fovea::test::VideoHarness;

TEST(FoveaFeatures, EosInMidTimestepStillGivesTheEnd)
{
    VideoHarness harness("foveafeatures model=watch leaky=never");
    harness.push_range(0, 80); // one clip ends at 64, frames 68 to 76 are left
    EXPECT_EQ(harness.pull_rows().size(), rows_a_clip);
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    const auto late = harness.late_rows();
    ASSERT_EQ(late.size(), rows_a_clip);
    EXPECT_EQ(late[3]->end, 76 * GST_SECOND / 30 + GST_SECOND / 30) << "aligned to the last frame";
    EXPECT_EQ(late[0]->index, 4U);
}

TEST(FoveaFeatures, TailDropSaysNothingOfTheEnd)
{
    VideoHarness harness("foveafeatures model=watch leaky=never tail=drop");
    harness.push_range(0, 80);
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    EXPECT_TRUE(harness.late_rows().empty());
}

TEST(FoveaFeatures, AFlushForgetsBegunClips)
{
    VideoHarness harness("foveafeatures model=watch leaky=never");
    harness.push_range(0, 60);
    gst_harness_push_event(harness.get(), gst_event_new_flush_start());
    gst_harness_push_event(harness.get(), gst_event_new_flush_stop(TRUE));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
    harness.push_range(0, first_complete);
    EXPECT_TRUE(harness.pull_rows().empty());
    harness.push(first_complete);
    EXPECT_EQ(harness.pull_rows().size(), rows_a_clip);
}

TEST(FoveaFeatures, AClipNeverSpansADiscontinuity)
{
    VideoHarness harness("foveafeatures model=watch leaky=never");
    harness.push_range(0, 60);
    GstBuffer *late = harness.frame(300);
    GST_BUFFER_FLAG_SET(late, GST_BUFFER_FLAG_DISCONT);
    gst_harness_push(harness.get(), late);
    harness.push_range(301, 300 + first_complete);
    EXPECT_TRUE(harness.pull_rows().empty());
    harness.push(300 + first_complete);
    const auto rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), rows_a_clip);
    EXPECT_EQ(rows[0]->start, 10 * GST_SECOND);
}

/* As of a camera that loses packets, and behind a queue that leaks */
TEST(FoveaFeatures, AClipSpansFramesThatWereLost)
{
    const auto rows = [](int lost, bool flagged) {
        VideoHarness harness("foveafeatures model=watch leaky=never");
        for (int i = 0; i <= 3 * first_complete; i = i % 20 == 19 ? i + 1 + lost : i + 1) {
            GstBuffer *buffer = harness.frame(i);
            if (flagged && i >= 20 && (i - lost) % 20 == 0)
                GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
            gst_harness_push(harness.get(), buffer);
        }
        return harness.pull_rows().size();
    };
    EXPECT_EQ(rows(0, true), rows(0, false));
    EXPECT_EQ(rows(14, true), rows(14, false));
    EXPECT_GT(rows(14, true), 0U);
    EXPECT_EQ(rows(16, true), 0U) << "half a second is lost, more often than a clip lasts";
    EXPECT_GT(rows(16, false), 0U);
}

/* jump3h.mp4, and a feed that begins again from 0 without a flag */
TEST(FoveaFeatures, AClipNeverSpansAJumpOfTheStamps)
{
    VideoHarness harness("foveafeatures model=watch leaky=never");
    harness.push_range(0, 60);
    constexpr int three_hours = 3 * 3600 * 30;
    harness.push_range(three_hours, three_hours + first_complete + 1);
    auto rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), rows_a_clip);
    EXPECT_EQ(rows[0]->start, 3 * 3600 * GST_SECOND);
    EXPECT_FALSE(rows[0]->after_jump) << "no row came before it";
    harness.push_range(0, first_complete + 1);
    rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), rows_a_clip);
    EXPECT_EQ(rows[0]->start, 0U);
    EXPECT_TRUE(rows[0]->after_jump);
    EXPECT_FALSE(rows[1]->after_jump);
}

TEST(FoveaFeatures, ALoopedSegmentGivesClipsInEachRound)
{
    VideoHarness harness("foveafeatures model=watch leaky=never");
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    for (int round = 0; round < 3; ++round) { // without a flush, as a segment seek gives them
        segment.base = static_cast<guint64>(round) * 3 * GST_SECOND;
        gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
        harness.push_range(0, 90);
        EXPECT_EQ(harness.pull_rows().size(), rows_a_clip) << "round " << round;
    }
}

TEST(FoveaFeatures, APlanOverAWholeVideoBeginsAnewInEachRound)
{
    VideoHarness harness("foveafeatures model=watch leaky=never sampling=uniform timesteps=3 "
                         "total-frames=60");
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    for (int round = 0; round < 3; ++round) {
        gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
        harness.push_range(0, 60);
        gst_harness_push_event(harness.get(), gst_event_new_segment_done(GST_FORMAT_TIME, 0));
        EXPECT_EQ(harness.pull_rows().size() + harness.late_rows().size(), 3U * rows_a_clip)
            << "round " << round;
    }
}

TEST(FoveaFeatures, NothingIsRecognisedBackwards)
{
    VideoHarness harness("foveafeatures model=watch leaky=never");
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    segment.rate = -1;
    segment.stop = 10 * GST_SECOND;
    gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
    for (int i = 200; i >= 0; --i)
        ASSERT_EQ(harness.push(i), GST_FLOW_OK);
    EXPECT_NE(harness.warning().find("backwards"), std::string::npos);
    EXPECT_EQ(harness.warning(), "") << "told once";
    EXPECT_TRUE(harness.pull_rows().empty());
    segment.rate = 1;
    gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
    harness.push_range(0, 70);
    EXPECT_EQ(harness.pull_rows().size(), rows_a_clip);
    gst_harness_push_event(harness.get(), gst_event_new_eos());
}

TEST(FoveaFeatures, RowsAreThoseOfTheStampsWhateverRateTheCapsState)
{
    for (const auto &[numerator, denominator] :
         {std::pair(0, 1), std::pair(1, 1000), std::pair(90000, 1)}) {
        VideoHarness harness("foveafeatures model=watch leaky=never");
        harness.state_rate(numerator, denominator);
        harness.push_range(0, first_complete + 1);
        const auto rows = harness.pull_rows();
        ASSERT_EQ(rows.size(), rows_a_clip) << numerator << "/" << denominator;
        EXPECT_EQ(rows[0]->start, 0U);
        EXPECT_EQ(rows[3]->end, (first_complete + 1) * GST_SECOND / 30);
        EXPECT_EQ(harness.error(), "");
    }
}

/*
 * Pictures of a folder, as multifilesrc and jpegdec give them: 25 a second. The 17th tick of 7.5 a second is at 2133 ms,
 * nearest to frame 53.
 */
TEST(FoveaFeatures, FramesWithoutStampsAndRateAreTwentyFiveASecond)
{
    VideoHarness harness("foveafeatures model=watch leaky=never");
    harness.state_rate(0, 1);
    for (int i = 0; i < 54; ++i) {
        GstBuffer *buffer = harness.frame(i);
        GST_BUFFER_PTS(buffer) = i == 0 ? 0 : GST_CLOCK_TIME_NONE;
        GST_BUFFER_DURATION(buffer) = GST_CLOCK_TIME_NONE;
        EXPECT_TRUE(harness.pull_rows().empty()) << i;
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
    }
    const auto rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), rows_a_clip);
    EXPECT_EQ(rows[0]->start, 0U);
    EXPECT_EQ(rows[3]->end, 54 * GST_SECOND / 25);
}

/* 110 frames of 30 a second hold 28 ticks of 7.5: clips at ticks 0 and 8, and one moved back to end at frame 109 */
TEST(FoveaFeatures, ASlidingPlanIsThatOfTheMeasuredTimeWhateverRateTheCapsState)
{
    std::vector<std::shared_ptr<FoveaRow>> expected;
    for (const auto &[numerator, denominator] :
         {std::pair(30, 1), std::pair(0, 1), std::pair(1, 1000), std::pair(25, 1),
          std::pair(90000, 1)}) {
        SCOPED_TRACE(std::to_string(numerator) + "/" + std::to_string(denominator));
        VideoHarness harness(
            "foveafeatures model=watch leaky=never total-frames=110 total-time=3666666667");
        harness.state_rate(numerator, denominator);
        harness.push_range(0, 110);
        const auto rows = harness.pull_rows();
        EXPECT_EQ(harness.error(), "");
        ASSERT_EQ(rows.size(), 3U * rows_a_clip);
        EXPECT_EQ(rows[0]->start, 0U);
        EXPECT_EQ(rows[rows_a_clip]->start, 32 * GST_SECOND / 30);
        EXPECT_EQ(rows[2 * rows_a_clip]->start, 45 * GST_SECOND / 30) << "109 - 16 * 4";
        if (expected.empty())
            expected = rows;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            EXPECT_EQ(rows[i]->start, expected[i]->start);
            EXPECT_EQ(rows[i]->end, expected[i]->end);
            EXPECT_TRUE(std::equal(rows[i]->features,
                                   rows[i]->features + rows[i]->regions * rows[i]->channels,
                                   expected[i]->features));
        }
    }
}

TEST(FoveaFeatures, AChangeOfSizeBeginsANewClip)
{
    VideoHarness harness("foveafeatures model=watch leaky=never");
    harness.push_range(0, 60);
    harness.set_size(80, 60);
    harness.push_range(60, 60 + first_complete);
    EXPECT_TRUE(harness.pull_rows().empty());
    harness.push(60 + first_complete);
    EXPECT_EQ(harness.pull_rows().size(), rows_a_clip);
    EXPECT_EQ(harness.error(), "");
}

bool says_live = false; ///< of whoever is upstream, when it is asked

/* A thread of its own is what leaky=auto takes for live video alone */
TEST(FoveaFeatures, ACameraInTheFilesPlaceIsNotHeldUp)
{
    const auto answer = +[](GstPad *pad, GstObject *parent, GstQuery *query) -> gboolean {
        if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY)
            return gst_pad_query_default(pad, parent, query);
        gst_query_set_latency(query, says_live ? TRUE : FALSE, 0, GST_CLOCK_TIME_NONE);
        return TRUE;
    };
    const auto has_thread = [] {
        const auto is_its = [](const std::filesystem::directory_entry &task) {
            std::ifstream file(task.path() / "comm");
            std::string name;
            std::getline(file, name);
            return name == "fovea-features";
        };
        const std::filesystem::directory_iterator tasks("/proc/self/task");
        return std::any_of(begin(tasks), end(tasks), is_its);
    };
    VideoHarness harness("foveafeatures model=watch");
    gst_pad_set_query_function(harness.get()->srcpad, answer);
    int width = 80;
    int frame = 0;
    for (const bool live : {false, true, false}) {
        says_live = live;
        harness.set_size(width += 16, 60);
        harness.push(frame++);
        for (int i = 0; live && !has_thread() && i < 6000; ++i) // it names itself
            g_usleep(10'000);
        EXPECT_EQ(has_thread(), live);
    }
    harness.push_range(frame, frame + first_complete);
    EXPECT_EQ(harness.pull_rows().size(), rows_a_clip) << "of a file each clip is waited for";
    EXPECT_EQ(harness.error(), "");
}

} // namespace
