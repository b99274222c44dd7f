// SPDX-License-Identifier: MIT
#include <array>
#include <fstream>

#include "highlight_test.h"
#include "properties.h"
#include "video_harness.h"

namespace fovea::test {

namespace {

/* Weights run straight from centre to centre: 0 at 3.5 s, 1 at 4.5 s, so 0.5 from 4 s to 5 s. */
TEST_F(FoveaHighlight, KeepsTheFramesAtOrAboveTheThresholdFromTimeZeroOn)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{40, 50}});
    EXPECT_EQ(harness.error(), "");
}

TEST_F(FoveaHighlight, PadsBothEnds)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5 padding=500"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{35, 55}});
}

TEST_F(FoveaHighlight, GrowsAShortStretchToTheMinimumDuration)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5 min-duration=3000"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{30, 60}});
}

TEST_F(FoveaHighlight, JoinsStretchesWithoutAGap)
{
    write_results(10, {{2, 1}, {7, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{20, 30}, {70, 80}});
}

/* 1 at 4.5 s, 0 at 3.5 s and 5.5 s: the heaviest tenth of 10 s is what lies within 0.5 s of 4.5 s. */
TEST_F(FoveaHighlight, RatioKeepsTheWeightiestShareOfTheVideo)
{
    write_results(10, {{4, 1}, {8, 0.25}});
    VideoHarness harness(launch("ratio=0.1"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{40, 50}});
}

TEST_F(FoveaHighlight, RatioOfOneKeepsEveryFrame)
{
    write_results(5, {{4, 1}});
    VideoHarness harness(launch("ratio=1"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{0, 100}});
}

TEST_F(FoveaHighlight, NothingSalientLeavesAnEmptyStreamThatEnds)
{
    write_results(10, {});
    for (const char *rule : {"ratio=0.5", "threshold=0.1"}) {
        VideoHarness harness(launch(rule), 64, 48, frame_rate);
        push_tagged(harness, 0, 100);
        ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_eos()));
        expect_frames(pull_all(harness), {});
        EXPECT_TRUE(ended(harness.get()));
        EXPECT_EQ(harness.error(), "");
    }
}

TEST_F(FoveaHighlight, OnlyTheAskedLabelCounts)
{
    write_results(10, {{2, 1}}, "fall");
    write_results(10, {{7, 1}}, "fight");
    VideoHarness harness(launch("threshold=0.5 label=fall"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{20, 30}});
}

TEST_F(FoveaHighlight, TheScoreOfTheEventScalesItsMoments)
{
    write_results(10, {{2, 1}}, "fall", 0.25); // 0.25 at its peak
    VideoHarness harness(launch("threshold=0.3"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {});
}

TEST_F(FoveaHighlight, ANormalWindowWithoutAnEventAmongItsScoresIsNotSalient)
{
    write_results(10, {{2, 1}}, "normal");
    VideoHarness harness(launch("threshold=0.1"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {});
}

TEST_F(FoveaHighlight, TheOutputIsItsOwnSegment)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    GstSegment shifted; // stream time 0 stands at 100 s
    gst_segment_init(&shifted, GST_FORMAT_TIME);
    shifted.start = 100 * GST_SECOND;
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_segment(&shifted)));
    for (int i = 0; i < 100; ++i) {
        GstBuffer *buffer = tagged(harness, i);
        GST_BUFFER_PTS(buffer) += 100 * GST_SECOND;
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
    }
    expect_frames(pull_all(harness), {{40, 50}});
    int segments = 0;
    while (GstEvent *event = gst_harness_try_pull_event(harness.get())) {
        if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT) {
            const GstSegment *segment = nullptr;
            gst_event_parse_segment(event, &segment);
            EXPECT_EQ(segment->start, 0U);
            EXPECT_EQ(segment->time, 0U);
            ++segments;
        }
        gst_event_unref(event);
    }
    EXPECT_EQ(segments, 1);
}

TEST_F(FoveaHighlight, FramesWithoutTimeStampsAreCountedOn)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    for (int i = 0; i < 100; ++i) {
        GstBuffer *buffer = tagged(harness, i);
        GST_BUFFER_PTS(buffer) = GST_CLOCK_TIME_NONE;
        GST_BUFFER_DURATION(buffer) = GST_CLOCK_TIME_NONE;
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
    }
    expect_frames(pull_all(harness), {{40, 50}});
}

/* The caps state 90000 frames a second; the stamps are 100 ms apart */
TEST_F(FoveaHighlight, AFrameWithoutADurationLastsAsLongAsTheStampsSay)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    harness.state_rate(90000, 1);
    for (int i = 0; i < 100; ++i) {
        GstBuffer *buffer = tagged(harness, i);
        GST_BUFFER_DURATION(buffer) = GST_CLOCK_TIME_NONE;
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
    }
    expect_frames(pull_all(harness), {{40, 50}});
}

TEST_F(FoveaHighlight, StampsOfCenturiesAreLeftOut)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    for (const GstClockTime stamp : {GstClockTime{G_MAXINT64}, GstClockTime{G_MAXINT64} + 9}) {
        GstBuffer *buffer = tagged(harness, 0);
        GST_BUFFER_PTS(buffer) = stamp;
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
    }
    GstBuffer *longest = tagged(harness, 1);
    GST_BUFFER_DURATION(longest) = G_MAXINT64;
    ASSERT_EQ(gst_harness_push(harness.get(), longest), GST_FLOW_OK);
    push_tagged(harness, 2, 100);
    expect_frames(pull_all(harness), {{40, 50}});
}

TEST_F(FoveaHighlight, BeginsAnewAfterAFlush)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    push_tagged(harness, 0, 45);
    expect_frames(pull_all(harness), {{40, 45}});
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_flush_start()));
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_flush_stop(TRUE)));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_segment(&segment)));
    push_tagged(harness, 42, 100);
    expect_frames(pull_all(harness), {{42, 50}});
}

TEST_F(FoveaHighlight, TellsEachPieceOnTheBus)
{
    write_results(10, {{2, 1}, {7, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    std::vector<std::array<guint64, 3>> pieces;
    while (GstMessage *message = gst_bus_pop_filtered(harness.bus(), GST_MESSAGE_ELEMENT)) {
        const GstStructure *told = gst_message_get_structure(message);
        EXPECT_TRUE(gst_structure_has_name(told, "fovea-highlight"));
        std::array<guint64, 3> piece = {};
        gst_structure_get(told, "start", G_TYPE_UINT64, &piece[0], "end", G_TYPE_UINT64, &piece[1],
                          "position", G_TYPE_UINT64, &piece[2], nullptr);
        pieces.push_back(piece);
        gst_message_unref(message);
    }
    const std::vector<std::array<guint64, 3>> expected = {
        {2 * GST_SECOND, 3 * GST_SECOND, 0}, {7 * GST_SECOND, 8 * GST_SECOND, GST_SECOND}};
    EXPECT_EQ(pieces, expected);
}

TEST_F(FoveaHighlight, DownstreamCannotSeekAndLearnsTheLengthOfTheSummary)
{
    write_results(10, {{2, 1}, {7, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    push_tagged(harness, 0, 25);
    gint64 value = 0;
    ASSERT_TRUE(gst_element_query_duration(harness.element(), GST_FORMAT_TIME, &value));
    EXPECT_EQ(value, 2 * static_cast<gint64>(GST_SECOND));
    ASSERT_TRUE(gst_element_query_position(harness.element(), GST_FORMAT_TIME, &value));
    EXPECT_EQ(value, static_cast<gint64>(GST_SECOND / 2));
    EXPECT_FALSE(gst_harness_push_upstream_event(
        harness.get(), gst_event_new_seek(1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
                                          GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, 0)));
}

TEST_F(FoveaHighlight, ARatioWithoutResultsIsAnError)
{
    const StartError error = start_error("foveahighlight", {{"ratio", "0.5"}});
    EXPECT_EQ(error.domain, GST_RESOURCE_ERROR);
    EXPECT_EQ(error.code, GST_RESOURCE_ERROR_SETTINGS);
    EXPECT_NE(error.text.find("property threshold"), std::string::npos) << error.text;
}

TEST_F(FoveaHighlight, MissingOrGarbledResultsAreAnErrorThatNamesTheFile)
{
    EXPECT_EQ(start_error("foveahighlight", {{"results", file_.c_str()}}).code,
              GST_RESOURCE_ERROR_NOT_FOUND);
    std::ofstream(file_) << "{\"schema\": 1";
    const StartError error = start_error("foveahighlight", {{"results", file_.c_str()}});
    EXPECT_EQ(error.code, GST_RESOURCE_ERROR_SETTINGS);
    EXPECT_NE(error.text.find("'" + file_ + "' line 1"), std::string::npos) << error.text;
}

TEST_F(FoveaHighlight, ValuesOutOfRangeAreRefused)
{
    expect_refused("foveahighlight", "ratio", 1.5, 0.25);
    expect_refused("foveahighlight", "threshold", -0.5, 0.0);
    expect_refused("foveahighlight", "padding", 3600001U, 500U);
}

/* Each goes back in time and so begins a piece: together they last longer than any time */
TEST_F(FoveaHighlight, FramesThatSayTheyLastForCenturiesComeAtATime)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("ratio=1"), 64, 48, frame_rate);
    for (int i = 50; i > 0; i -= 10) {
        GstBuffer *buffer = tagged(harness, i);
        GST_BUFFER_DURATION(buffer) = G_MAXINT64;
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
    }
    const std::vector<OutFrame> frames = pull_all(harness);
    ASSERT_EQ(frames.size(), 5U);
    for (const OutFrame &frame : frames)
        EXPECT_LE(frame.pts, GstClockTime{G_MAXINT64} / 2);
}

TEST_F(FoveaHighlight, StartsAndStopsTwentyTimes)
{
    write_results(10, {{0, 1}});
    const std::string line =
        "videotestsrc num-buffers=20 ! video/x-raw,width=64,height=48,framerate=10/1 ! " +
        launch("threshold=0.5") +
        " name=h ! fakesink audiotestsrc num-buffers=90 ! h.audio_sink "
        "h.audio_src ! fakesink";
    starts_and_stops_twenty_times(line);
}

} // namespace

} // namespace fovea::test
