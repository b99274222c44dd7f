// SPDX-License-Identifier: MIT
#include <string>

#include <gtest/gtest.h>

#include "few_threads.h"
#include "hostile_rtsp.h"
#include "http_camera.h"
#include "watched_camera.h"

namespace fovea::test {

namespace {

/* As much of a JPEG as tells its size, and nothing of its picture */
std::string jpeg_of(unsigned width, unsigned height)
{
    const auto two = [](unsigned number) {
        return std::string{static_cast<char>(number >> 8U), static_cast<char>(number & 0xffU)};
    };
    const std::string table = "\xff\xdb" + two(67) + std::string(1, '\0') + std::string(64, '\x10');
    const std::string frame = "\xff\xc0" + two(11) + "\x08" + two(height) + two(width) + "\x01" +
                              std::string("\x01\x11\x00", 3);
    const std::string code = std::string("\x01") + std::string(15, '\0') + std::string(1, '\0');
    const std::string codes =
        "\xff\xc4" + two(20) + std::string(1, '\0') + code + "\xff\xc4" + two(20) + "\x10" + code;
    const std::string scan = "\xff\xda" + two(8) + "\x01" + std::string("\x01\x00\x00\x3f\x00", 5) +
                             std::string(99, '\0');
    return "\xff\xd8" + table + frame + codes + scan + "\xff\xd9";
}

} // namespace

/* Whoever is led to is another: it would learn the password by asking for it, or stand in for the camera without */
TEST(FoveaCameraHostile, ByRtspTheLoginGoesNowhereElse)
{
    HostileRtsp other;
    HostileRtsp camera;
    camera.leads_to(other.uri("/main?key=open-sesame"));
    setenv("FOVEA_TEST_RIGHT", "anna:open-sesame", 1);
    Watched watched("credentials=env:FOVEA_TEST_RIGHT uri=" + camera.uri());
    const std::string text = watched.message_with("state=(string)down");
    EXPECT_NE(text.find("not\\ followed"), std::string::npos) << text;
    EXPECT_NE(text.find(other.uri() + "\\;"), std::string::npos) << text;
    EXPECT_EQ(text.find("open-sesame"), std::string::npos) << text;
    EXPECT_NE(text.find("reason=(string)refused"), std::string::npos) << text;
    EXPECT_TRUE(camera.was_asked());
    EXPECT_FALSE(other.was_asked());
}

TEST(FoveaCameraHostile, ByRtspTheLoginGoesAlongToAnotherOfItsOwnAddresses)
{
    HostileRtsp camera;
    camera.leads_to(camera.uri("/other"));
    setenv("FOVEA_TEST_RIGHT", "anna:open-sesame", 1);
    Watched watched("credentials=env:FOVEA_TEST_RIGHT uri=" + camera.uri());
    const std::string text = watched.message_with("state=(string)down");
    EXPECT_NE(text.find("reason=(string)unauthorised"), std::string::npos) << text;
    EXPECT_TRUE(camera.heard_login());
}

/* GLib has no text for it, and rtspsrc's thread takes no exception */
TEST(FoveaCameraHostile, OneThatLeadsToWhatIsNoUriIsLeft)
{
    HostileRtsp camera;
    camera.leads_to(camera.uri(";x/other"));
    setenv("FOVEA_TEST_RIGHT", "anna:open-sesame", 1);
    Watched watched("credentials=env:FOVEA_TEST_RIGHT uri=" + camera.uri());
    const std::string text = watched.message_with("state=(string)down");
    EXPECT_NE(text.find("not\\ followed"), std::string::npos) << text;
    EXPECT_FALSE(camera.heard_login());
}

/* The end of its process would be that of all cameras */
TEST(FoveaCameraHostile, WhereThereIsNoThreadLeftItIsLeftAllTheSame)
{
    HostileRtsp camera;
    Watched watched("uri=" + camera.uri());
    EXPECT_NE(watched.message_with("state=(string)down"), "");
    const FewThreads none(0);
    EXPECT_NE(watched.message_with("state=(string)down"), "");
    EXPECT_NE(watched.message_with("state=(string)down"), "");
    EXPECT_GT(FewThreads::refused(), 0);
}

/* rtspsrc would read on until there is no memory for any camera, and could not be stopped */
TEST(FoveaCameraHostile, AnAnswerWithoutEndIsLeft)
{
    HostileRtsp camera;
    camera.never_ends();
    Watched watched("timeout=500 uri=" + camera.uri());
    const std::string text = watched.message_with("state=(string)down");
    EXPECT_NE(text.find("reason=(string)stalled"), std::string::npos) << text;
    EXPECT_TRUE(Watched::waits([&] { return camera.was_left(); }));
}

/* Of 90 million pixels; a few bytes may say 4 thousand million, and what decodes them takes them */
TEST(FoveaCameraHostile, APictureThatIsLargerThanAnyCamerasIsNotDecoded)
{
    const std::string jpeg = jpeg_of(30'000, 3'000);
    std::string parts;
    for (int i = 0; i < 20; ++i)
        parts +=
            "--part\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(jpeg.size()) +
            "\r\n\r\n" + jpeg + "\r\n";
    HttpCamera camera(parts);
    Watched watched("uri=" + camera.uri());
    const std::string text = watched.message();
    EXPECT_NE(text.find("30000x3000\\ is\\ larger"), std::string::npos) << text;
    EXPECT_TRUE(watched.frames().empty());
}

TEST(FoveaCameraHostile, BytesWithoutEndAndWithoutAPictureAreLeft)
{
    HttpCamera camera("--part\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8" +
                      std::string(80 << 20, '\x01'));
    Watched watched("timeout=60000 uri=" + camera.uri());
    const std::string text = watched.message_with("state=(string)down");
    EXPECT_NE(text.find("64\\ MB\\ without\\ a\\ picture"), std::string::npos) << text;
}

} // namespace fovea::test
