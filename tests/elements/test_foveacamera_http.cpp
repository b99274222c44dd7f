// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "../lib/has_ipv6.h"
#include "http_camera.h"
#include "watched_camera.h"

namespace fovea::test {

/* Without a duration videorate aborts the process, and with it all other cameras */
TEST(FoveaCameraHttp, FramesOfACameraThatTellsNoRateAreCountedByVideorate)
{
    HttpCamera camera(jpeg_parts());
    Watched watched("uri=" + camera.uri() + " ! videorate drop-only=true max-rate=10");
    EXPECT_TRUE(watched.gets(5));
    expect_growing(watched.frames());
}

TEST(FoveaCameraHttp, TheLoginIsSaidToIt)
{
    HttpCamera camera(jpeg_parts());
    camera.asks_for("anna:open-sesame");
    expect_kept_login(camera.uri());
}

/* A camera whose password was changed: what the file has by now is said, and what it cannot be read for is told */
TEST(FoveaCameraHttp, TheLoginIsReadAnewAtEachConnection)
{
    HttpCamera camera(jpeg_parts());
    camera.asks_for("anna:open-sesame");
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "login";
    std::ofstream(file) << "anna:closed-sesame\n";
    Watched watched("credentials=\"file:" + file.string() + "\" uri=" + camera.uri());
    EXPECT_FALSE(watched.message_with("reason=(string)unauthorised").empty());
    std::filesystem::remove(file);
    EXPECT_FALSE(watched.message_with("login\\ could\\ not\\ be\\ read").empty());
    std::ofstream(file) << "anna:open-sesame\n";
    EXPECT_TRUE(watched.gets(5));
}

/* Its address stands in brackets */
TEST(FoveaCameraHttp, TheLoginStaysAtAHostOfIpv6Too)
{
    if (!has_ipv6())
        GTEST_SKIP() << "there is no [::1] here";
    HttpCamera camera(jpeg_parts());
    camera.is_called("[::1]");
    camera.asks_for("anna:open-sesame");
    setenv("FOVEA_TEST_RIGHT", "anna:open-sesame", 1);
    camera.leads_to("/other");
    {
        Watched watched("credentials=env:FOVEA_TEST_RIGHT uri=" + camera.uri());
        EXPECT_TRUE(watched.gets(5));
    }
    HttpCamera other(jpeg_parts());
    other.is_called("[::1]");
    other.asks_for("anna:open-sesame");
    camera.leads_to(other.uri());
    Watched watched("credentials=env:FOVEA_TEST_RIGHT uri=" + camera.uri());
    const std::string text = watched.message_with("state=(string)down");
    EXPECT_NE(text.find("not\\ followed"), std::string::npos) << text;
    EXPECT_FALSE(other.heard_login());
}

/* Whoever is led to is another: it would learn the password by asking for it */
TEST(FoveaCameraHttp, TheLoginGoesNowhereElse)
{
    HttpCamera other(jpeg_parts());
    other.asks_for("anna:open-sesame");
    HttpCamera camera(jpeg_parts());
    camera.leads_to(other.uri());
    setenv("FOVEA_TEST_RIGHT", "anna:open-sesame", 1);
    Watched watched("credentials=env:FOVEA_TEST_RIGHT uri=" + camera.uri());
    const std::string text = watched.message_with("state=(string)down");
    EXPECT_NE(text.find("not\\ followed"), std::string::npos) << text;
    EXPECT_NE(text.find(other.uri()), std::string::npos) << text;
    EXPECT_FALSE(other.heard_login());
}

TEST(FoveaCameraHttp, TheLoginGoesAlongToAnotherOfItsOwnAddresses)
{
    HttpCamera camera(jpeg_parts());
    camera.asks_for("anna:open-sesame");
    camera.leads_to("/other");
    setenv("FOVEA_TEST_RIGHT", "anna:open-sesame", 1);
    Watched watched("credentials=env:FOVEA_TEST_RIGHT uri=" + camera.uri());
    EXPECT_TRUE(watched.gets(5));
    EXPECT_TRUE(camera.heard_login());
}

TEST(FoveaCameraHttp, AddressesThatLeadToEachOtherAreALoss)
{
    HttpCamera camera(jpeg_parts());
    camera.leads_to(camera.uri());
    setenv("FOVEA_TEST_RIGHT", "anna:open-sesame", 1);
    Watched watched("credentials=env:FOVEA_TEST_RIGHT uri=" + camera.uri());
    const std::string text = watched.message_with("state=(string)down");
    EXPECT_NE(text.find("without\\ end"), std::string::npos) << text;
}

TEST(FoveaCameraHttp, WithoutALoginAnotherAddressIsFollowed)
{
    HttpCamera other(jpeg_parts());
    HttpCamera camera(jpeg_parts());
    camera.leads_to(other.uri());
    Watched watched("uri=" + camera.uri());
    EXPECT_TRUE(watched.gets(5));
}

/* What nobody listens to here the proxy may well reach */
TEST(FoveaCameraHttp, BehindAProxyTheProxysReasonIsTold)
{
    HttpCamera proxy(jpeg_parts());
    proxy.leads_nowhere();
    setenv("http_proxy", proxy.uri().c_str(), 1);
    std::string text;
    {
        Watched watched("uri=http://127.0.0.1:1/mjpg");
        text = watched.message_with("state=(string)down");
    }
    unsetenv("http_proxy");
    EXPECT_EQ(text.find("127.0.0.1:\\ "), std::string::npos) << text;
    EXPECT_NE(text.find("Bad\\ Gateway"), std::string::npos) << text;
}

/* One that hangs up at once would be asked again without end */
TEST(FoveaCameraHttp, AStreamThatEndsIsALossAndNoFileToLoop)
{
    HttpCamera camera(jpeg_parts());
    Watched watched("uri=" + camera.uri());
    const std::string text = watched.message_with("state=(string)down");
    EXPECT_NE(text.find("reason=(string)ended"), std::string::npos) << text;
    EXPECT_NE(text.find("retry-in=(uint)100"), std::string::npos) << text;
    EXPECT_EQ(watched.stat("loops"), 0U);
}

} // namespace fovea::test
