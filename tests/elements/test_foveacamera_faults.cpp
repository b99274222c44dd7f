// SPDX-License-Identifier: MIT
/* What cameras and networks do to a connection that goes on, and to the next one */
#include <chrono>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "rtsp_camera.h"
#include "watched_camera.h"

namespace fovea::test {

namespace {

/** \brief A scene that stands still, in \a encoding, of this width and rate */
std::string scene(const std::string &encoding, int width = 96, int rate = 25)
{
    return "( videotestsrc is-live=true pattern=smpte name=picture ! "
           "video/x-raw,format=I420,width=" +
           std::to_string(width) + ",height=64,framerate=" + std::to_string(rate) +
           "/1 ! identity name=shift ! " + encoding + " )";
}

const std::string h264_encoding =
    "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=10 ! rtph264pay "
    "config-interval=1 name=pay0 pt=96";
const std::string h265_encoding =
    "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=10 ! rtph265pay "
    "config-interval=1 name=pay0 pt=96";
const std::string mjpeg_encoding = "jpegenc ! rtpjpegpay name=pay0 pt=26";

bool has_element(const char *name)
{
    g_autoptr(GstElementFactory) factory = gst_element_factory_find(name);
    return factory != nullptr;
}

/** \brief How often a test cuts a camera off: 100 times with FOVEA_LONG=1, else a few */
int losses()
{
    const char *is_long = std::getenv("FOVEA_LONG");
    return is_long != nullptr && std::string(is_long) == "1" ? 100 : 8;
}

} // namespace

TEST(FoveaCameraFaults, ItComesBackEachTimeThatTheCameraIsKilledAndNoOtherIsTouched)
{
    RtspCamera killed(scene(h264_encoding));
    RtspCamera other(scene(h264_encoding));
    killed.switch_on();
    other.switch_on();
    Watched watched("uri=" + killed.uri());
    Watched beside("uri=" + other.uri());
    ASSERT_TRUE(watched.gets(5));
    ASSERT_TRUE(beside.gets(5));
    ASSERT_NE(watched.message_with("state=(string)up"), "");
    for (int i = 0; i < losses(); ++i) {
        killed.switch_off();
        ASSERT_NE(watched.message_with("state=(string)down"), "") << i;
        const std::size_t before = watched.frames().size();
        killed.switch_on();
        ASSERT_NE(watched.message_with("state=(string)up"), "") << i; // behind each try that failed
        ASSERT_TRUE(watched.gets(before + 5)) << i;
    }
    expect_growing(watched.frames());
    EXPECT_EQ(watched.stat("losses"), static_cast<guint64>(losses()));
    EXPECT_EQ(beside.stat("losses"), 0U);
    EXPECT_EQ(discontinuities(beside.frames()), 1U);
}

TEST(FoveaCameraFaults, CodecSizeAndRateMayBeOthersEachTime)
{
    RtspCamera camera(scene(h264_encoding));
    camera.switch_on();
    Watched watched("uri=" + camera.uri());
    ASSERT_TRUE(watched.gets(5));
    const bool has_h265 = has_element("x265enc") && has_element("avdec_h265");
    int width = 96;
    for (const std::string &encoding :
         {h265_encoding, mjpeg_encoding, h264_encoding, mjpeg_encoding, h265_encoding}) {
        if (!has_h265 && encoding == h265_encoding)
            continue;
        width += 32;
        camera.switch_off();
        camera.sends(scene(encoding, width, width / 8));
        camera.switch_on();
        ASSERT_TRUE(Watched::waits([&] {
            const auto frames = watched.frames();
            return frames.back().width == width;
        })) << encoding;
    }
    expect_growing(watched.frames());
    if (!has_h265)
        GTEST_SKIP() << "H.265 was left out: x265enc or avdec_h265 is missing";
}

TEST(FoveaCameraFaults, WhereFiveOfAHundredPacketsAreLostTheRestComes)
{
    RtspCamera camera(scene(h264_encoding, 640));
    camera.loses(5);
    camera.switch_on();
    Watched watched("uri=" + camera.uri());
    ASSERT_TRUE(watched.gets(100));
    expect_growing(watched.frames());
    EXPECT_EQ(watched.stat("losses"), 0U);
}

TEST(FoveaCameraFaults, StampsThatJumpBackAndAheadStayOneRunningTime)
{
    RtspCamera camera(scene(h264_encoding));
    camera.switch_on();
    Watched watched("uri=" + camera.uri());
    ASSERT_TRUE(watched.gets(10));
    for (const char *shift : {"3600000000000", "-20000000000", "0"}) {
        camera.set("shift", "ts-offset", shift);
        const std::size_t before = watched.frames().size();
        ASSERT_TRUE(watched.gets(before + 20)) << shift;
    }
    const auto frames = watched.frames();
    expect_growing(frames);
    EXPECT_LT(frames.back().time - frames.front().time, 60 * GST_SECOND);
}

TEST(FoveaCameraFaults, ABlackPictureIsToldAndItsFramesAreFlagged)
{
    RtspCamera camera(scene(h264_encoding));
    camera.switch_on();
    Watched watched("uri=" + camera.uri());
    ASSERT_TRUE(watched.gets(10));
    EXPECT_FALSE(watched.frames().back().damaged);
    camera.set("picture", "pattern", "black");
    EXPECT_NE(watched.message_with("picture=(string)black"), "");
    EXPECT_TRUE(watched.frames().back().damaged);
    camera.set("picture", "pattern", "smpte");
    EXPECT_NE(watched.message_with("picture=(string)good"), "");
    EXPECT_FALSE(watched.frames().back().damaged);
    EXPECT_EQ(watched.stat("losses"), 0U);
}

TEST(FoveaCameraFaults, ACoveredCameraIsToldUnlessNobodyAsks)
{
    RtspCamera camera(scene(mjpeg_encoding));
    camera.switch_on();
    Watched watched("uri=" + camera.uri());
    Watched unchecked("check-picture=false uri=" + camera.uri());
    ASSERT_TRUE(watched.gets(10));
    ASSERT_TRUE(unchecked.gets(10));
    camera.set("picture", "pattern", "blue");
    EXPECT_NE(watched.message_with("picture=(string)covered"), "");
    EXPECT_EQ(unchecked.message_with("picture=", 500ms), "");
    EXPECT_FALSE(unchecked.frames().back().damaged);
}

} // namespace fovea::test
