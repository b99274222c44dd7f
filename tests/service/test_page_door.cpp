// SPDX-License-Identifier: MIT
#include <chrono>

#include <gtest/gtest.h>

#include "../lib/error_of.h"
#include "../lib/made_certificates.h"
#include "web_serving.h"

namespace fovea::test {

namespace {

class AtPageDoor : public WebServing
{
};

} // namespace

TEST_F(AtPageDoor, WithATokenNobodyElseIsLetIn)
{
    PageConfig config;
    config.token_file = folder_.write("token", "sesame-open\n").string();
    serve(config);
    EXPECT_EQ(get("/").status, 401U);
    EXPECT_EQ(get("/api/cameras").status, 401U);
    EXPECT_EQ(get("/?token=sesame").status, 401U);
    EXPECT_EQ(get("/healthz").status, 200U);
    EXPECT_EQ(ask("GET", "/metrics", {{"Authorization", "Bearer sesame-open"}}).status, 200U);
    EXPECT_EQ(ask("GET", "/metrics", {{"Authorization", "Bearer sesame-opem"}}).status, 401U);
    Reply entered = get("/?token=sesame-open");
    EXPECT_EQ(entered.status, 302U);
    const std::string cookie = entered.headers["Set-Cookie"];
    EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
    EXPECT_EQ(ask("GET", "/api/cameras", {{"Cookie", cookie.substr(0, cookie.find(';'))}}).status,
              200U);
}

/* Of another, which is told what a browser was told by the first, it knows nothing */
TEST_F(AtPageDoor, TheCookieIsOfItsPort)
{
    PageConfig config;
    config.token_file = folder_.write("token", "sesame-open\n").string();
    serve(config);
    const std::string address = server_->address();
    const std::string port = address.substr(address.rfind(':') + 1);
    const std::string name = "fovea-" + port.substr(0, port.find('/')) + "=";
    Reply entered = get("/?token=sesame-open");
    EXPECT_EQ(entered.headers["Set-Cookie"].rfind(name + "sesame-open;", 0), 0U);
    EXPECT_EQ(entered.headers["Set-Cookie"].find("Secure"), std::string::npos);
    EXPECT_EQ(ask("GET", "/metrics", {{"Cookie", "fovea-1=else; " + name + "sesame-open"}}).status,
              200U);
}

TEST_F(AtPageDoor, AWordThatIsWrongIsAnsweredSlowly)
{
    PageConfig config;
    config.token_file = folder_.write("token", "sesame-open\n").string();
    serve(config);
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(get("/?token=sesame").status, 401U);
    EXPECT_EQ(ask("GET", "/metrics", {{"Authorization", "Bearer sesame"}}).status, 401U);
    EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(1900));
}

/* Its end comes while somebody waits for that answer */
TEST_F(AtPageDoor, WhoWaitsForAnAnswerOutlivesIt)
{
    PageConfig config;
    config.token_file = folder_.write("token", "sesame-open\n").string();
    serve(config);
    bool done = false;
    g_autoptr(SoupMessage) message =
        soup_message_new("GET", (server_->address() + "?token=sesame").c_str());
    soup_session_send_and_read_async(
        session_, message, G_PRIORITY_DEFAULT, nullptr,
        [](GObject *session, GAsyncResult *result, gpointer data) {
            g_bytes_unref(
                soup_session_send_and_read_finish(SOUP_SESSION(session), result, nullptr));
            *static_cast<bool *>(data) = true;
        },
        &done);
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
    while (!done && std::chrono::steady_clock::now() < until)
        g_main_context_iteration(nullptr, FALSE);
    server_.reset();
    while (!done)
        g_main_context_iteration(nullptr, TRUE);
}

TEST_F(AtPageDoor, ATokenThatNoBrowserKeepsIsRefused)
{
    PageConfig config;
    for (const char *token : {"two words", "two\nlines", "semi;colon", "caf\xc3\xa9"}) {
        config.token_file = folder_.write("token", token).string();
        EXPECT_NE(error_of([&] { serve(config); }).find("one word"), std::string::npos) << token;
    }
}

TEST_F(AtPageDoor, WithoutATokenItIsForThisMachineAlone)
{
    PageConfig config;
    config.address = "0.0.0.0";
    EXPECT_NE(error_of([&] { serve(config); }).find("page.token_file"), std::string::npos);
    serve();
    EXPECT_EQ(ask("GET", "/", {{"Host", "evil.example"}}).status, 403U);
    EXPECT_EQ(ask("GET", "/", {{"Host", "localhost:8383"}}).status, 200U);
}

/* Else it goes, readable, to whatever of that host is asked for by http */
TEST_F(AtPageDoor, ByTlsTheCookieGoesByTlsAlone)
{
    if (!made_certificates(folder_.path()))
        GTEST_SKIP() << "no openssl here: apt-get install openssl";
    PageConfig config;
    config.token_file = folder_.write("token", "sesame-open\n").string();
    config.certificate_file = folder_.path() / "cert.pem";
    config.key_file = folder_.path() / "key.pem";
    serve(config);
    EXPECT_NE(get("/?token=sesame-open").headers["Set-Cookie"].find("; Secure"), std::string::npos);
}

} // namespace fovea::test
