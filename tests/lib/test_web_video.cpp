// SPDX-License-Identifier: MIT
#include <string>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/store/shard.h"
#include "fovea/store/web_video.h"

namespace fovea {

namespace {

TEST(WebVideo, IsCalledByItsAddressWithoutWhatIsSecret)
{
    const std::string address =
        "https://user:pass@cams.example:8443/a/b%20c.mp4?X-Amz-Signature=abc&x=/@#t=3";
    const std::filesystem::path video = web_video(address);
    EXPECT_EQ(video, "https://cams.example:8443/a/b%20c.mp4");
    EXPECT_EQ(whole_address(video), address);
    EXPECT_EQ(web_video("HTTP://h/v.mp4"), "http://h/v.mp4");
    EXPECT_EQ(web_video("http://h/v@1.mp4"), "http://h/v@1.mp4");
    EXPECT_TRUE(is_web_video(video.string()));
    EXPECT_TRUE(is_web_video("Https://h"));
    for (const char *other : {"http:/h/v.mp4", "v.mp4", "rtsp://h/v", "/http://h/v.mp4", ""})
        EXPECT_FALSE(is_web_video(other)) << other;
}

TEST(WebVideo, ResultsAreNamedByItsLastPartAndAHash)
{
    const auto name = [](const std::string &address) { return file_name_of(web_video(address)); };
    char hash[9] = "";
    std::snprintf(hash, sizeof hash, "%08x", static_cast<unsigned>(fnv1a("https://one/v.mp4")));
    EXPECT_EQ(name("https://one/v.mp4?a=1"), std::string("v-") + hash + ".mp4");
    EXPECT_NE(name("https://one/v.mp4?a=1"), name("https://two/v.mp4"));
    EXPECT_EQ(name("https://one/").string().rfind("video-", 0), 0U);
    EXPECT_EQ(name("https://one/a%2Fb.mp4").string().rfind("a_2Fb-", 0), 0U);
    EXPECT_LT(name("https://one/" + std::string(4000, 'x') + ".mp4").string().size(), 150U);
    EXPECT_LT(name("https://one/v." + std::string(4000, 'x')).string().size(), 150U);
    EXPECT_EQ(file_name_of("/a/v.mp4"), "v.mp4");
}

TEST(WebVideo, OfAListIsNoPathBelowItsFolder)
{
    EXPECT_EQ(listed_video("/lists", "http://listed/v.mp4?s=1"), "http://listed/v.mp4");
    EXPECT_EQ(listed_video("/lists", "v.mp4"), "/lists/v.mp4");
    EXPECT_EQ(name_below("/lists", "http://listed/v.mp4"), "http://listed/v.mp4");
}

TEST(WebVideo, WrongOnesAreToldWithoutTheirQuery)
{
    const auto error = [](const std::string &address) -> std::string {
        try {
            web_video(address);
        } catch (const Error &error) {
            EXPECT_EQ(error.kind(), Error::Kind::Settings);
            return error.what();
        }
        ADD_FAILURE() << address;
        return "";
    };
    web_video("http://twice/v.mp4?secret=1");
    EXPECT_NO_THROW(web_video("http://twice/v.mp4?secret=1"));
    const std::string twice = error("http://twice/v.mp4?secret=2");
    EXPECT_NE(twice.find("two queries"), std::string::npos) << twice;
    EXPECT_EQ(twice.find("secret"), std::string::npos) << twice;
    for (const char *address :
         {"http://", "http:///v.mp4?secret", "http://?secret", "https://:80/v"})
        EXPECT_EQ(error(address).find("secret"), std::string::npos) << address;
}

} // namespace

} // namespace fovea
