// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "overlay_frames.h"

namespace fovea::test {

namespace {

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

} // namespace

} // namespace fovea::test
