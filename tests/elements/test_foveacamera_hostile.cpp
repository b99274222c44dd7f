// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "hostile_rtsp.h"
#include "watched_camera.h"

namespace fovea::test {

/* Whoever is led to is another: it would learn the password by asking for it */
TEST(FoveaCameraHostile, ByRtspTheLoginGoesNowhereElse)
{
    HostileRtsp other;
    HostileRtsp camera;
    camera.leads_to(other.uri());
    setenv("FOVEA_TEST_RIGHT", "anna:open-sesame", 1);
    Watched watched("credentials=env:FOVEA_TEST_RIGHT uri=" + camera.uri());
    const std::string text = watched.message_with("state=(string)down");
    EXPECT_NE(text.find("not\\ followed"), std::string::npos) << text;
    EXPECT_TRUE(other.was_asked());
    EXPECT_FALSE(other.heard_login());
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

} // namespace fovea::test
