// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "../lib/error_of.h"
#include "../lib/temporary_folder.h"
#include "camera/camera_uri.h"

namespace fovea::test {

TEST(CameraUri, NameAndPasswordAreTakenOutOfTheUri)
{
    const CameraUri camera = camera_uri("rtsp://anna:secret@camera.example:8554/main?x=1", "");
    EXPECT_EQ(camera.uri, "rtsp://camera.example:8554/main?x=1");
    EXPECT_EQ(camera.kind, CameraUri::Kind::Rtsp);
    EXPECT_EQ(camera.login.user, "anna");
    EXPECT_EQ(camera.login.password, "secret");
    EXPECT_EQ(camera_uri("rtsp://anna:s%40cret@camera/main", "").login.password, "s@cret");
}

TEST(CameraUri, ADeviceAndAPathBecomeUris)
{
    EXPECT_EQ(camera_uri("/dev/video2", "").uri, "v4l2:///dev/video2");
    EXPECT_EQ(camera_uri("/dev/video2", "").kind, CameraUri::Kind::V4l2);
    EXPECT_EQ(camera_uri("/videos/a b.mp4", "").uri, "file:///videos/a%20b.mp4");
    EXPECT_EQ(camera_uri("/videos/a b.mp4", "").kind, CameraUri::Kind::File);
    EXPECT_EQ(camera_uri("http://camera/mjpg", "").kind, CameraUri::Kind::Other);
}

TEST(CameraUri, CredentialsComeFromAFileOrTheEnvironment)
{
    const TemporaryFolder folder;
    std::ofstream(folder.path() / "door") << "anna:se:cret\n";
    const CameraUri of_file =
        camera_uri("rtsp://camera/main", "file:" + (folder.path() / "door").string());
    EXPECT_EQ(of_file.login.user, "anna");
    EXPECT_EQ(of_file.login.password, "se:cret");

    setenv("FOVEA_TEST_DOOR", "otto:other", 1);
    EXPECT_EQ(camera_uri("rtsp://camera/main", "env:FOVEA_TEST_DOOR").login.user, "otto");
}

TEST(CameraUri, WhatCannotBeReadIsRefusedWithTheReason)
{
    const auto refusal = [](const char *uri, const char *credentials) {
        return error_of([&] { camera_uri(uri, credentials); });
    };
    EXPECT_EQ(
        refusal("", ""),
        "property uri: expected rtsp://..., http://..., /dev/videoN or a file, got no address");
    // GStreamer's own reading of it ends the process
    EXPECT_NE(refusal("rtsp://camera/main?%x=1", "").find("got what is no URI"), std::string::npos);
    EXPECT_EQ(camera_uri("rtsp://camera/main?level=50%", "").uri, "rtsp://camera/main?level=50%");
    EXPECT_EQ(refusal("rtsp://camera/main", "env:FOVEA_TEST_NOWHERE"),
              "property credentials: the environment variable 'FOVEA_TEST_NOWHERE' is not set");
    try {
        camera_uri("rtsp://camera/main", "file:/nowhere/door");
        ADD_FAILURE() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), Error::Kind::NotFound);
        EXPECT_NE(std::string(error.what()).find("/nowhere/door"), std::string::npos);
    }
    const std::string direct = refusal("rtsp://camera/main", "anna:sesame");
    EXPECT_EQ(direct.find("sesame"), std::string::npos) << direct;
    EXPECT_NE(direct.find("expected file:PATH or env:NAME"), std::string::npos) << direct;
}

TEST(CameraUri, ThePasswordIsMadeUnreadableInTexts)
{
    const CameraUri camera = camera_uri("rtsp://anna:secret@camera/main", "");
    EXPECT_EQ(camera.without_secrets("cannot open rtsp://anna:secret@camera, secret"),
              "cannot open rtsp://anna:***@camera, ***");
}

TEST(CameraUri, ALoginMayBeSaidWithinSchemeHostAndPort)
{
    const std::string uri = "http://door.example/mjpg?size=1";
    EXPECT_EQ(place_of_same_host(uri, "/video.cgi?a=%20"), "http://door.example/video.cgi?a=%20");
    EXPECT_EQ(place_of_same_host(uri, "http://DOOR.example:80/live"), "http://DOOR.example/live");
    const std::string ipv6 = "http://[::1]:8080/mjpg";
    EXPECT_EQ(place_of_same_host(ipv6, "/live"), "http://[::1]:8080/live");
    EXPECT_EQ(place_of_same_host(ipv6, "http://[::1]:8080/live"), "http://[::1]:8080/live");
    for (const char *elsewhere : {"http://[::2]:8080/live", "http://[::1]/live"})
        EXPECT_EQ(place_of_same_host(ipv6, elsewhere), "") << elsewhere;
    for (const char *elsewhere :
         {"https://door.example/live", "http://door.example:8080/live", "http://example/live",
          "//other.example/live", "http://door.example@other.example/live",
          "http://anna@door.example/live", "file:///etc/passwd", "http://[", ""})
        EXPECT_EQ(place_of_same_host(uri, elsewhere), "") << elsewhere;
}

TEST(CameraUri, RtspHasItsPortAndItsWaysToGo)
{
    const std::string own = "rtsp://door.example:554/live";
    for (const char *from : {"rtsp://door.example/main", "rtsp://door.example:554/main",
                             "rtspt://door.example/main", "rtspu://DOOR.example/main"}) {
        EXPECT_EQ(place_of_same_host(from, own), own) << from;
        EXPECT_NE(place_of_same_host(from, "rtsp://door.example/live"), "") << from;
        for (const char *elsewhere : {"rtsp://door.example:8554/live", "rtsps://door.example/live",
                                      "http://door.example:554/live", "rtsp://other.example/live"})
            EXPECT_EQ(place_of_same_host(from, elsewhere), "") << from << elsewhere;
    }
    EXPECT_NE(place_of_same_host("rtsps://door.example/main", "rtsps://door.example:322/live"), "");
    EXPECT_EQ(place_of_same_host("rtsps://door.example/main", "rtsp://door.example:322/live"), "");
}

/* GLib reads them, and has no text for them */
TEST(CameraUri, ARedirectionToWhatIsNoUriLeadsNowhere)
{
    for (const char *location :
         {"http://door.example;x/live", "http://door.example;x", "x:/.//y"}) {
        EXPECT_EQ(place_of_same_host("http://door.example/mjpg", location), "") << location;
        EXPECT_EQ(told_place("http://door.example/mjpg", location), "") << location;
    }
    EXPECT_EQ(told_place("http://door.example/mjpg", "//anna@other.example/live?key=1"),
              "http://other.example/live");
}

} // namespace fovea::test
