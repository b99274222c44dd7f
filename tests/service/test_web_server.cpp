// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <fstream>
#include <utility>

#include <gtest/gtest.h>

#include "../lib/error_of.h"
#include "../lib/made_certificates.h"
#include "web_serving.h"

namespace fovea::test {

TEST_F(WebServing, ThePageAndItsPartsAreThere)
{
    serve();
    EXPECT_NE(get("/").body.find("<title>Fovea</title>"), std::string::npos);
    EXPECT_EQ(get("/page.js").headers["Content-Type"], "text/javascript; charset=utf-8");
    EXPECT_EQ(get("/page.css").status, 200U);
    EXPECT_EQ(get("/api/cameras").body, R"([{"name":"door","up":true}])");
    EXPECT_EQ(get("/api/state").body, R"({"unkept":"disk is full"})");
    EXPECT_EQ(get("/metrics").body, "fovea_cameras 1\n");
    EXPECT_EQ(get("/nothing").status, 404U);
    EXPECT_NE(get("/").headers["Content-Security-Policy"].find("default-src 'self'"),
              std::string::npos);
}

TEST_F(WebServing, AlarmsAreAskedForByTime)
{
    serve();
    EXPECT_EQ(get("/api/alarms?from=1000&to=2000&limit=5").status, 200U);
    EXPECT_EQ(source_.asked.start, 1000 * nanoseconds_per_millisecond);
    EXPECT_EQ(source_.asked.end, 2000 * nanoseconds_per_millisecond);
    EXPECT_EQ(source_.asked_most, 5U);
    for (const char *wrong : {"from=2000&to=1000", "from=-1", "to=9999999999999999", "limit=0",
                              "from=yesterday", "limit=5x"})
        EXPECT_EQ(get(std::string("/api/alarms?") + wrong).status, 400U) << wrong;
}

TEST_F(WebServing, AVerdictIsTakenAsJsonOnly)
{
    serve();
    const std::string path = "/api/alarms/7/verdict";
    EXPECT_EQ(ask("POST", path, {}, R"({"verdict":"nothing"})").status, 200U);
    EXPECT_EQ(source_.judged, "nothing");
    EXPECT_EQ(ask("POST", path, {}, R"({"verdict":""})").status, 200U);
    EXPECT_EQ(source_.judged, "");
    EXPECT_EQ(ask("POST", path, {}, R"({"verdict":"perhaps"})").status, 400U);
    EXPECT_EQ(ask("POST", path, {}, "verdict=true", "text/plain").status, 415U);
    EXPECT_EQ(ask("POST", path, {}, "{\"verdict\": [[[[").status, 400U);
    EXPECT_EQ(ask("POST", path, {}, std::string(100'000, '[')).status, 400U);
    EXPECT_EQ(ask("POST", "/api/alarms/8/verdict", {}, R"({"verdict":"true"})").status, 404U);
    EXPECT_EQ(ask("POST", "/api/alarms/7x/verdict", {}, R"({"verdict":"true"})").status, 404U);
    EXPECT_EQ(source_.judged, "");
}

/* RFC 9110, 15.5.6, 14.3 and 13.1.5 */
TEST_F(WebServing, AClientOfHttpIsToldWhatItMayAskFor)
{
    source_.files = {{fovea::Evidence::Clip, folder_.write("one.mp4", "0123456789")}};
    serve();
    EXPECT_EQ(ask("PUT", "/api/alarms").headers["Allow"], "GET, HEAD, POST");
    EXPECT_EQ(get("/clips/7").headers["Accept-Ranges"], "bytes");
    const Reply changed = ask("GET", "/clips/7", {{"Range", "bytes=2-4"}, {"If-Range", "\"a\""}});
    EXPECT_EQ(changed.status, 200U) << "a clip names no version, so it may be another than that";
    EXPECT_EQ(changed.body, "0123456789");
}

TEST_F(WebServing, AClipIsGivenByItsAlarmsNumberAndInParts)
{
    source_.files = {{fovea::Evidence::Clip, folder_.write("one.mp4", "0123456789")},
                     {fovea::Evidence::Still, folder_.write("one.jpg", "\xff\xd8")},
                     {fovea::Evidence::Line, folder_.write("one.json", "{}")}};
    serve();
    EXPECT_EQ(get("/clips/7").body, "0123456789");
    EXPECT_EQ(get("/clips/7").headers["Content-Type"], "video/mp4");
    EXPECT_EQ(get("/stills/7").headers["Content-Type"], "image/jpeg");
    EXPECT_EQ(get("/stills/8").status, 404U);
    EXPECT_EQ(get("/lines/7").body, "{}");
    EXPECT_EQ(get("/lines/7").headers["Content-Type"], "application/json");
    EXPECT_NE(get("/lines/8").body.find("no line"), std::string::npos);
    const Reply part = ask("GET", "/clips/7", {{"Range", "bytes=2-4"}});
    EXPECT_EQ(part.status, 206U);
    EXPECT_EQ(part.body, "234");
    EXPECT_EQ(ask("GET", "/clips/7", {{"Range", "bytes=-3"}}).body, "789");
    EXPECT_EQ(get("/clips/8").status, 404U);
}

/* A part asked for a thousand times would be sent so often */
TEST_F(WebServing, MorePartsThanOneOrMoreThanThereIsAreTheWholeClip)
{
    source_.files = {{fovea::Evidence::Clip, folder_.write("one.mp4", "0123456789")}};
    serve();
    for (const char *range : {"bytes=-11", "bytes=0-1,4-5", "bytes=0-,1-", "bytes=0-,1-,2-,3-"}) {
        const Reply whole = ask("GET", "/clips/7", {{"Range", range}});
        EXPECT_EQ(whole.status, 200U) << range;
        EXPECT_EQ(whole.body, "0123456789") << range;
    }
    const Reply rest =
        ask("GET", "/clips/7", {{"Range", "bytes=2-99"}}); // as players ask, in blocks
    EXPECT_EQ(rest.status, 206U);
    EXPECT_EQ(rest.body, "23456789");
    EXPECT_EQ(ask("GET", "/clips/7", {{"Range", "bytes=10-"}}).status, 416U);
}

TEST_F(WebServing, NoPathFromOutsideReachesAFile)
{
    folder_.write("secret", "open sesame");
    serve();
    for (const char *path :
         {"/clips/../secret", "/clips/%2e%2e%2fsecret", "/../../etc/passwd", "/pictures/../secret",
          "/pictures/%2e%2e/%2e%2e/etc/passwd", "/page.js/../../secret", "//etc/passwd",
          "/clips//etc/passwd", "/pictures/door%00.jpg"}) {
        const Reply reply = get(path);
        EXPECT_NE(reply.status, 200U) << path;
        EXPECT_EQ(reply.body.find("sesame"), std::string::npos) << path;
        EXPECT_EQ(reply.body.find("root:"), std::string::npos) << path;
    }
    EXPECT_EQ(get("/pictures/door").body.size(), 3U);
    EXPECT_EQ(get("/pictures/yard").status, 404U);
}

TEST_F(WebServing, NoOtherPageShowsItInAFrame)
{
    serve();
    Reply page = get("/");
    EXPECT_NE(page.headers["Content-Security-Policy"].find("frame-ancestors 'self'"),
              std::string::npos);
    EXPECT_EQ(page.headers["X-Frame-Options"], "SAMEORIGIN");
    EXPECT_EQ(get("/pictures/door").headers["Cross-Origin-Resource-Policy"], "same-origin");
}

TEST_F(WebServing, APageThatIsNamedShowsItInAFrame)
{
    PageConfig config;
    config.shown_in = {"http://homeassistant.local:8123", "https://house.example"};
    serve(config);
    Reply page = get("/");
    EXPECT_NE(page.headers["Content-Security-Policy"].find(
                  "frame-ancestors 'self' http://homeassistant.local:8123 https://house.example;"),
              std::string::npos);
    EXPECT_EQ(page.headers.count("X-Frame-Options"), 0U) << "it names no other";
    EXPECT_EQ(get("/pictures/door").headers["Cross-Origin-Resource-Policy"], "same-site");
}

TEST_F(WebServing, WithACertificateItIsServedByTls)
{
    if (!made_certificates(folder_.path()))
        GTEST_SKIP() << "no openssl here: apt-get install openssl";
    PageConfig config;
    config.certificate_file = folder_.path() / "cert.pem";
    config.key_file = folder_.path() / "key.pem";
    serve(config);
    EXPECT_EQ(server_->address().rfind("https://127.0.0.1:", 0), 0U) << server_->address();
    EXPECT_EQ(get("/metrics").body, "fovea_cameras 1\n");
    EXPECT_EQ(get("/metrics").headers["Connection"], "close");
    EXPECT_EQ(ask("POST", "/api/alarms/7/verdict", {}, R"({"verdict": "true"})").status, 200U);
    const std::string ec = (folder_.path() / "ec.key").string(); // of another type
    ASSERT_EQ(
        std::system(("openssl ecparam -name prime256v1 -genkey -noout -out '" + ec + "'").c_str()),
        0);
    const std::pair<const char *, Error::Kind> wrong_keys[] = {
        {"ca.key", Error::Kind::Settings},
        {"none.key", Error::Kind::NotFound},
        {"ec.key", Error::Kind::Settings},
    };
    for (const auto &[wrong, kind] : wrong_keys) {
        config.key_file = folder_.path() / wrong;
        const std::string error = error_of([&] { serve(config); }, kind);
        EXPECT_NE(error.find(config.certificate_file), std::string::npos) << error;
        EXPECT_NE(error.find(config.key_file), std::string::npos) << error;
    }
}

/* Whoever they are, strangers too: a body of any length filled the memory */
TEST_F(WebServing, OfALongBodyNothingIsKept)
{
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the address sanitizer keeps what is freed, the sender's body too";
#endif
    serve();
    const std::string big(64'000'000, 'x');
    const auto resident = [] {
        std::size_t all = 0;
        std::size_t pages = 0;
        std::ifstream("/proc/self/statm") >> all >> pages;
        return pages * 4096;
    };
    EXPECT_EQ(ask("POST", "/api/alarms/7/verdict", {}, R"({"verdict": "true"})").status, 200U);
    const std::size_t before = resident();
    EXPECT_EQ(ask("POST", "/api/alarms/7/verdict", {}, big).status, 400U);
    EXPECT_LT(resident(), before + big.size() / 2);
    const std::string padded = R"({"verdict": "true"})" + std::string(5000, ' ');
    EXPECT_EQ(ask("POST", "/api/alarms/7/verdict", {}, padded).status, 400U);
}

TEST_F(WebServing, HealthIsAStatus)
{
    serve();
    EXPECT_EQ(get("/healthz").status, 200U);
    source_.good = false;
    EXPECT_EQ(get("/healthz").status, 503U);
}

TEST_F(WebServing, ATakenPortIsAnErrorThatSaysWhatToDo)
{
    serve();
    const std::string address = server_->address();
    PageConfig config;
    config.port = std::stoi(address.substr(address.rfind(':') + 1));
    MadeSource other;
    try {
        const WebServer second(config, &other);
        ADD_FAILURE() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), Error::Kind::Init);
        EXPECT_NE(std::string(error.what()).find("choose another page.port"), std::string::npos);
    }
}

} // namespace fovea::test
