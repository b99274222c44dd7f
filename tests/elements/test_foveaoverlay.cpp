// SPDX-License-Identifier: MIT
#include <array>
#include <cmath>

#include "overlay_frames.h"

namespace fovea::test {

namespace {

/* An activity whose network looked at the left half of the frame's upper half */
GstBuffer *with_heat(GstBuffer *buffer)
{
    FoveaActivity *activity = made_activity("fight", 1, 0.875F, 0, 1000);
    const std::array<guint8, 4> hot_and_cold = {255, 255, 0, 0};
    activity->heat = {{0, 0, 1, 0.5F},
                      4,
                      1,
                      static_cast<guint8 *>(g_memdup2(hot_and_cold.data(), hot_and_cold.size()))};
    return with_activity(buffer, activity);
}

TEST(FoveaOverlay, SaliencyIsHeatWhereTheMapIsHot)
{
    VideoHarness harness(std::string(nothing_shown) + " show-saliency=true");
    harness.set_size(width, height);
    GstBuffer *in = harness.frame(0);
    const Bytes before = bytes_of(in);
    const Bytes after = drawn(harness, with_heat(in));
    ASSERT_EQ(after.size(), before.size());
    // hot cells end at 160, and fade until the middle of the next at 200
    EXPECT_EQ(changed(harness.info(), before, after, {0, 0, 120, height / 2}), 120 * height / 2);
    EXPECT_EQ(changed(harness.info(), before, after, {210, 0, width - 210, height}), 0);
    EXPECT_EQ(changed(harness.info(), before, after, {0, height / 2, width, height / 2}), 0);
}

TEST(FoveaOverlay, LimbsAreDrawnBetweenKeypointsThatAreSure)
{
    VideoHarness harness(std::string(nothing_shown) + " show-poses=true");
    harness.set_size(width, height);
    GstBuffer *in = harness.frame(0);
    const Bytes before = bytes_of(in);
    const Bytes after =
        drawn(harness, with_persons(in, {with_pose(made_person({0.2F, 0.2F, 0.2F, 0.6F}, 1))}));
    EXPECT_GE(changed(harness.info(), before, after, {79, 70, 2, 100}), 200) << "the limb";
    EXPECT_EQ(changed(harness.info(), before, after, {92, 0, width - 92, height}), 0);
    EXPECT_EQ(changed(harness.info(), before, after, {0, 0, 68, height}), 0);
    EXPECT_EQ(changed(harness.info(), before, after, {0, 0, width, 48}), 0);
}

TEST(FoveaOverlay, WhatIsTooFarToTellIsSaid)
{
    const auto panel = [](gboolean too_far, const char *label) {
        VideoHarness harness(std::string(nothing_shown) + " show-label=true");
        harness.set_size(width, height);
        FoveaActivity *activity = made_activity(label, 0, 1, 0, 1000);
        activity->too_far = too_far;
        return drawn(harness, with_activity(harness.frame(0), activity));
    };
    EXPECT_NE(panel(TRUE, "normal"), panel(FALSE, "normal"));
    EXPECT_EQ(panel(TRUE, "normal"), panel(TRUE, "other")) << "its words are the same";
}

TEST(FoveaOverlay, SaliencyIsNotDrawnWhereItIsNotAskedFor)
{
    VideoHarness harness(nothing_shown);
    harness.set_size(width, height);
    GstBuffer *in = harness.frame(0);
    const Bytes before = bytes_of(in);
    EXPECT_EQ(drawn(harness, with_heat(in)), before);
}

TEST(FoveaOverlay, ALabelIsDrawnInItsPanelAndNowhereElse)
{
    VideoHarness harness("foveaoverlay show-timeline=false");
    harness.set_size(width, height);
    GstBuffer *in = harness.frame(0);
    const Bytes before = bytes_of(in);
    const Bytes after =
        drawn(harness, with_activity(in, made_activity("normal", 0, 0.75F, 0, 1000)));
    const GstVideoInfo &info = harness.info();
    EXPECT_GT(changed(info, before, after, {0, 0, width / 2, height / 2}), 200);
    EXPECT_EQ(changed(info, before, after, {0, height / 2, width, height / 2}), 0);
    EXPECT_EQ(changed(info, before, after, {0, 0, width, 6}), 0) << "the margin";
    // chroma of the lower half: a quarter of the samples in each of two planes
    const std::size_t luma = width * height;
    for (const std::size_t plane : {luma, luma + luma / 4})
        EXPECT_EQ(std::memcmp(&before[plane + luma / 8], &after[plane + luma / 8], luma / 8), 0);
}

TEST(FoveaOverlay, AnAlarmStandsAtTheUpperRightFromItsBeginningToItsEnd)
{
    VideoHarness harness(std::string(nothing_shown) + " show-alarms=true");
    harness.set_size(width, height);
    int index = 0;
    const auto changes = [&](const auto &told, std::array<int, 4> box) {
        GstBuffer *in = harness.frame(index++);
        const Bytes before = bytes_of(in);
        return changed(harness.info(), before, drawn(harness, told(in)), box);
    };
    const std::array<int, 4> everywhere = {0, 0, width, height};
    const auto nothing = [](GstBuffer *in) { return in; };
    const auto event = [](FoveaAlarmEvent kind, guint64 id, const char *label, int label_id) {
        return [=](GstBuffer *in) { return with_alarm(in, kind, id, label, label_id, 0.875F); };
    };
    EXPECT_EQ(changes(nothing, everywhere), 0);
    // A filled banner of one line, right of the middle, near the upper edge
    EXPECT_GT(changes(event(FOVEA_ALARM_BEGIN, 1, "fight", 1), {width / 2, 0, width / 2, 30}),
              1000);
    EXPECT_EQ(changes(nothing, {0, 30, width, height - 30}), 0);
    EXPECT_EQ(changes(nothing, {0, 0, width / 4, height}), 0);
    EXPECT_GT(changes(nothing, everywhere), 1000) << "it goes on, with no word of it on the frame";
    EXPECT_GT(changes(event(FOVEA_ALARM_BEGIN, 2, "fall", 2), {width / 2, 30, width / 2, 30}), 700)
        << "another class's, below";
    const int both = changes(nothing, everywhere);
    EXPECT_LT(changes(event(FOVEA_ALARM_END, 1, "fight", 1), everywhere), both);
    EXPECT_EQ(changes(event(FOVEA_ALARM_END, 2, "fall", 2), everywhere), 0);
    EXPECT_GT(changes(event(FOVEA_ALARM_BEGIN, 3, "fight", 1), everywhere), 0);
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_flush_start()));
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_flush_stop(TRUE)));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_segment(&segment)));
    EXPECT_EQ(changes(nothing, everywhere), 0) << "a flush forgets it";
}

/* Frames of 320 x 240 as they are shown, of as many columns as pixels are wide */
TEST(FoveaOverlay, TextLooksAsItDoesOfSquarePixels)
{
    struct Extent {
        int columns;
        int rows;
    };

    const auto drawn_on = [](int columns, int aspect_n, int aspect_d, const char *shown,
                             auto &&told) {
        VideoHarness harness(std::string(nothing_shown) + shown);
        harness.set_size(columns, height);
        harness.set_pixel_aspect(aspect_n, aspect_d);
        GstBuffer *in = harness.frame(0);
        const Bytes before = bytes_of(in);
        const Bytes after = drawn(harness, told(in));
        Extent extent = {0, 0};
        for (int x = 0; x < columns; ++x)
            extent.columns += changed(harness.info(), before, after, {x, 0, 1, height}) > 0 ? 1 : 0;
        for (int y = 0; y < height; ++y)
            extent.rows += changed(harness.info(), before, after, {0, y, columns, 1}) > 0 ? 1 : 0;
        return extent;
    };
    const auto label = [](GstBuffer *in) {
        return with_activity(in, made_activity("fight", 1, 0.875F, 0, 1000));
    };
    const auto alarm = [](GstBuffer *in) {
        return with_alarm(in, FOVEA_ALARM_BEGIN, 1, "fight", 1, 0.875F);
    };
    const auto check = [&](const char *shown, const auto &told) {
        const Extent square = drawn_on(width, 1, 1, shown, told);
        ASSERT_GT(square.columns, 60) << shown;
        for (const auto &[n, d] : {std::pair{2, 1}, {4, 3}, {8, 9}}) {
            const Extent other = drawn_on(width * d / n, n, d, shown, told);
            EXPECT_NEAR(1.0 * other.columns * n / d, square.columns, 6) << shown << n << "/" << d;
            EXPECT_NEAR(other.rows, square.rows, 2) << shown << n << "/" << d;
        }
    };
    check(" show-label=true", label);
    check(" show-alarms=true", alarm);
}

TEST(FoveaOverlay, AnAlarmDoesNotLookAsALabelDoes)
{
    const auto luma_of = [](const char *shown, auto &&told) {
        VideoHarness harness(std::string(nothing_shown) + shown);
        harness.set_size(width, height);
        GstBuffer *in = harness.frame(0);
        const Bytes before = bytes_of(in);
        const Bytes after = drawn(harness, told(in));
        int bright = 0; // than the grey below
        int dark = 0;
        for (std::size_t i = 0; i < std::size_t{width} * height; ++i) {
            bright += after.at(i) > before.at(i) && before.at(i) == 100 ? 1 : 0;
            dark += after.at(i) < before.at(i) && before.at(i) == 100 ? 1 : 0;
        }
        return std::pair(bright, dark);
    };
    const auto label = luma_of(" show-label=true", [](GstBuffer *in) {
        return with_activity(in, made_activity("fight", 1, 0.875F, 0, 1000));
    });
    const auto alarm = luma_of(" show-alarms=true", [](GstBuffer *in) {
        return with_alarm(in, FOVEA_ALARM_BEGIN, 1, "fight", 1, 0.875F);
    });
    EXPECT_GT(label.second, label.first) << "bright words on a dark panel";
    EXPECT_GT(alarm.first, alarm.second) << "dark words on the class's bright colour";
}

TEST(FoveaOverlay, ABoxLeavesWhatIsInsideAndOutsideUntouched)
{
    VideoHarness harness("foveaoverlay");
    harness.set_size(width, height);
    GstBuffer *in = harness.frame(0);
    const Bytes before = bytes_of(in);
    const Bytes after =
        drawn(harness, with_persons(in, {made_person({0.5F, 0.5F, 0.25F, 0.25F}, 3)}));
    const GstVideoInfo &info = harness.info();
    const auto changes = [&](std::array<int, 4> box) { return changed(info, before, after, box); };
    EXPECT_GT(changes({160, 170, 6, 8}), 0) << "the left side";
    EXPECT_EQ(changes({170, 142, 60, 30}), 0) << "inside, under the tag";
    EXPECT_EQ(changes({0, 0, 160, height}), 0);
    EXPECT_EQ(changes({240, 0, 80, height}), 0);
    EXPECT_EQ(changes({160, 180, 80, 60}), 0);
}

TEST(FoveaOverlay, BoxesFarOutsideTheFrameAreNoError)
{
    const float nan = std::nanf("");
    VideoHarness harness("foveaoverlay");
    harness.set_size(width, height);
    for (const FoveaBox &box : {FoveaBox{-1, -1, 3, 3},
                                {5, 5, 1, 1},
                                {0, 0, 1000, 1000},
                                {-1e9F, 0, 2e9F, 1},
                                {nan, nan, nan, nan},
                                {0.5F, 0.5F, -1, -1}}) {
        SCOPED_TRACE(box.width);
        GstBuffer *in = with_persons(harness.frame(0), {made_person(box, 1)});
        EXPECT_FALSE(drawn(harness, with_actor(in, box)).empty());
    }
}

TEST(FoveaOverlay, HeatLiesOnItsRegionsWhenTheyMove)
{
    VideoHarness harness("foveaoverlay show-label=false show-timeline=false");
    harness.set_size(width, height);
    const auto heated_rows = [&harness](float split) { // two regions, the lower one hot
        FoveaActivity *activity = fovea_activity_new(0, 2, 0);
        activity->label = {g_strdup("fight"), 1, 0.5F};
        activity->end = GST_SECOND;
        activity->region[0] = {FOVEA_REGION_GRID, {0, 0, 1, split}};
        activity->region[1] = {FOVEA_REGION_GRID, {0, split, 1, 1 - split}};
        activity->region_weight[0] = 0.25F;
        activity->region_weight[1] = 0.75F;
        GstBuffer *in = harness.frame(0);
        const Bytes before = bytes_of(in);
        const Bytes after = drawn(harness, with_activity(in, activity));
        return changed(harness.info(), before, after, {100, 0, 1, height});
    };
    const int tall = heated_rows(0.25F);
    const int low = heated_rows(0.75F);
    EXPECT_GT(tall, low + height / 4);
}

TEST(FoveaOverlay, AFlushTakesTheLabelAway)
{
    VideoHarness harness("foveaoverlay");
    harness.set_size(width, height);
    drawn(harness, with_everything(harness.frame(0)));
    const Bytes plain = bytes_of(
        std::unique_ptr<GstBuffer, decltype(&gst_buffer_unref)>(harness.frame(1), gst_buffer_unref)
            .get());
    EXPECT_NE(drawn(harness, harness.frame(1)), plain) << "the label stays for a while";
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_flush_start()));
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_flush_stop(TRUE)));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_segment(&segment)));
    EXPECT_EQ(drawn(harness, harness.frame(1)), plain);
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_eos()));
    EXPECT_EQ(harness.error(), "");
}

TEST(FoveaOverlay, StartsAndStopsTwentyTimes)
{
    starts_and_stops_twenty_times("videotestsrc num-buffers=2 ! foveaoverlay ! fakesink");
}

} // namespace

} // namespace fovea::test
