// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "made_meta.h"
#include "video_harness.h"

namespace fovea::test {

namespace {

constexpr const char *nothing_shown =
    "foveaoverlay show-label=false show-persons=false show-actor=false show-regions=false "
    "show-saliency=false show-timeline=false show-highlight=false show-alarms=false "
    "show-poses=false";
constexpr int width = 320;
constexpr int height = 240;

using Bytes = std::vector<guint8>;

Bytes bytes_of(GstBuffer *buffer)
{
    Bytes bytes(gst_buffer_get_size(buffer));
    gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
    return bytes;
}

/* The left shoulder at (80, 60) of 320 x 240 pixels, the left hip at (80, 180), all else unsure */
FoveaPerson with_pose(FoveaPerson person)
{
    person.has_pose = TRUE;
    person.pose[5] = {0.25F, 0.25F, 0.9F};
    person.pose[11] = {0.25F, 0.75F, 0.9F};
    person.pose[16] = {0.75F, 0.75F, 0.1F};
    return person;
}

/* A frame that shows something of every part */
GstBuffer *with_everything(GstBuffer *buffer)
{
    FoveaActivity *activity = fovea_activity_new(1, 3, 0);
    activity->model = g_strdup("watch");
    activity->label = {g_strdup("fight"), 1, 0.875F};
    activity->scores[0] = {g_strdup("fight"), 1, 0.875F};
    activity->end = GST_SECOND;
    activity->region[0] = {FOVEA_REGION_GRID, {0, 0, 0.5F, 1}};
    activity->region[1] = {FOVEA_REGION_GRID, {0.5F, 0, 0.5F, 1}};
    activity->region[2] = {FOVEA_REGION_ACTOR, {0.25F, 0.25F, 0.5F, 0.5F}};
    activity->region_weight[0] = 0.125F;
    activity->region_weight[1] = 0.625F;
    activity->region_weight[2] = 0.25F;
    buffer = with_persons(buffer, {made_person({0.25F, 0.25F, 0.25F, 0.5F}, 3),
                                   made_person({0.75F, 0.5F, 0.5F, 0.75F}, -1)}); // leaves it
    buffer = with_persons(buffer, {with_pose(made_person({0.25F, 0.25F, 0.25F, 0.5F}, 4))});
    buffer = with_alarm(buffer, FOVEA_ALARM_BEGIN, 1, "fight", 1, 0.875F);
    return with_activity(with_actor(buffer, {0.25F, 0.25F, 0.5F, 0.5F}), activity);
}

/* What `buffer` looks like behind the overlay; empty after an error */
Bytes drawn(VideoHarness &harness, GstBuffer *buffer)
{
    EXPECT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
    EXPECT_EQ(harness.error(), "");
    const auto out = harness.pull();
    return out == nullptr ? Bytes() : bytes_of(out.get());
}

/* Pixels of a plane with one byte a sample that differ inside x, y, w, h */
int changed(const GstVideoInfo &info, const Bytes &a, const Bytes &b, const std::array<int, 4> &box)
{
    const int stride = GST_VIDEO_INFO_PLANE_STRIDE(&info, 0);
    int count = 0;
    for (int y = box[1]; y < box[1] + box[3]; ++y)
        for (int x = box[0]; x < box[0] + box[2]; ++x) {
            const auto place = static_cast<std::size_t>(y * stride + x);
            count += a.at(place) != b.at(place) ? 1 : 0;
        }
    return count;
}

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

class FoveaOverlayFormat : public testing::TestWithParam<GstVideoFormat>
{
};

TEST_P(FoveaOverlayFormat, IsDrawnOn)
{
    VideoHarness harness("foveaoverlay");
    harness.set_video(GetParam(), width, height);
    GstBuffer *in = harness.frame(0);
    const Bytes before = bytes_of(in);
    const Bytes after = drawn(harness, with_everything(in));
    ASSERT_EQ(after.size(), before.size());
    EXPECT_NE(after, before);
}

TEST_P(FoveaOverlayFormat, WithNothingToShowIsIdentical)
{
    for (const char *launch : {"foveaoverlay", nothing_shown}) {
        VideoHarness harness(launch);
        harness.set_video(GetParam(), width, height);
        GstBuffer *in = harness.frame(0);
        const Bytes before = bytes_of(in);
        EXPECT_EQ(drawn(harness, launch == nothing_shown ? with_everything(in) : in), before);
    }
}

TEST_P(FoveaOverlayFormat, FramesOfAnySizeAreNoCrash)
{
    VideoHarness harness("foveaoverlay");
    for (const auto &[w, h] :
         {std::pair{1, 1}, {2, 2}, {17, 13}, {1, 240}, {320, 1}, {65, 65}, {161, 121}}) {
        harness.set_video(GetParam(), w, h);
        EXPECT_FALSE(drawn(harness, with_everything(harness.frame(0))).empty()) << w << "x" << h;
    }
}

INSTANTIATE_TEST_SUITE_P(FoveaOverlay, FoveaOverlayFormat,
                         testing::Values(GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12,
                                         GST_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_RGB,
                                         GST_VIDEO_FORMAT_BGR, GST_VIDEO_FORMAT_RGBx,
                                         GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_RGBA,
                                         GST_VIDEO_FORMAT_BGRA, GST_VIDEO_FORMAT_GRAY8),
                         [](const auto &info) { return gst_video_format_to_string(info.param); });

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

/* BT.601, limited range, as the caps of the harness say for I420 */
TEST(FoveaOverlay, I420AndRgbLookAlike)
{
    VideoHarness yuv("foveaoverlay");
    yuv.set_size(width, height);
    VideoHarness rgb("foveaoverlay");
    rgb.set_video(GST_VIDEO_FORMAT_RGB, width, height);
    GstBuffer *grey = yuv.frame(0);
    constexpr gsize luma = static_cast<gsize>(width) * height;
    gst_buffer_memset(grey, 0, 126, luma); // 16 + 128 / 255 * 219
    gst_buffer_memset(grey, luma, 128, luma / 2);
    GstBuffer *same = rgb.frame(0);
    gst_buffer_memset(same, 0, 128, luma * 3);
    const Bytes in_yuv = drawn(yuv, with_everything(grey));
    const Bytes in_rgb = drawn(rgb, with_everything(same));

    double worst = 0;
    for (int y = 0; y < height; y += 2) {
        for (int x = 0; x < width; x += 2) {
            std::array<double, 3> mean = {};
            for (const int dy : {0, 1})
                for (const int dx : {0, 1}) {
                    const auto at = static_cast<std::size_t>((y + dy) * width + x + dx);
                    const double red = in_rgb[at * 3];
                    const double green = in_rgb[at * 3 + 1];
                    const double blue = in_rgb[at * 3 + 2];
                    mean[0] += red / 4;
                    mean[1] += green / 4;
                    mean[2] += blue / 4;
                    const double expected =
                        16 + (0.299 * red + 0.587 * green + 0.114 * blue) * 219 / 255;
                    worst = std::max(worst, std::abs(in_yuv[at] - expected));
                }
            const double grey_part = 0.299 * mean[0] + 0.587 * mean[1] + 0.114 * mean[2];
            const auto at = static_cast<std::size_t>(y / 2 * (width / 2) + x / 2);
            const double u = 128 + (mean[2] - grey_part) / 1.772 * 224 / 255;
            const double v = 128 + (mean[0] - grey_part) / 1.402 * 224 / 255;
            worst = std::max({worst, std::abs(in_yuv[luma + at] - u),
                              std::abs(in_yuv[luma + luma / 4 + at] - v)});
        }
    }
    EXPECT_LT(worst, 5) << "of 255";
}

TEST(FoveaOverlay, ABufferThatAnotherHoldsIsNotWrittenThrough)
{
    VideoHarness harness("foveaoverlay");
    harness.set_size(width, height);
    GstBuffer *in = with_everything(harness.frame(0));
    const Bytes before = bytes_of(in);
    gst_buffer_ref(in);
    EXPECT_NE(drawn(harness, in), before);
    EXPECT_EQ(bytes_of(in), before);

    GstBuffer *twin = gst_buffer_copy(in); // its own buffer around the same memory
    EXPECT_NE(drawn(harness, twin), before);
    EXPECT_EQ(bytes_of(in), before);
    gst_buffer_unref(in);
}

TEST(FoveaOverlay, AFrameSmallerThanItsCapsIsAnErrorThatSaysSo)
{
    VideoHarness harness("foveaoverlay");
    GstBuffer *small = gst_buffer_new_allocate(nullptr, 16, nullptr);
    EXPECT_EQ(gst_harness_push(harness.get(), with_everything(small)), GST_FLOW_ERROR);
    EXPECT_NE(harness.error().find("16 bytes"), std::string::npos);
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
