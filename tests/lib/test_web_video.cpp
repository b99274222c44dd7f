// SPDX-License-Identifier: MIT
#include <string>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/store/web_video.h"
#include "fovea/store/work/shard.h"

namespace fovea {

namespace {

TEST(WebVideo, IsCalledByItsAddressWithoutWhatIsSecret)
{
    const std::string address =
        "https://user:pass@cams.example:8443/a/b%20c.mp4?X-Amz-Signature=abc/@#t=3";
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
    const std::string hash = fnv1a_text("https://one/v.mp4");
    EXPECT_EQ(name("https://one/v.mp4?Expires=1"), "v-" + hash + ".mp4");
    EXPECT_NE(name("https://one/v.mp4?Expires=1"), name("https://two/v.mp4"));
    EXPECT_EQ(name("https://one/").string().rfind("video-", 0), 0U);
    EXPECT_EQ(name("https://one/a%2Fb.mp4").string().rfind("a_2Fb-", 0), 0U);
    EXPECT_LT(name("https://one/" + std::string(4000, 'x') + ".mp4").string().size(), 150U);
    EXPECT_LT(name("https://one/v." + std::string(4000, 'x')).string().size(), 150U);
    EXPECT_EQ(file_name_of("/a/v.mp4"), "v.mp4");
    // The stem holds the hash, and whole letters
    EXPECT_EQ(name("https://one/a.b." + std::string(40, 'x')).stem().string().size(), 3U + 1 + 16);
    std::string umlauts = "x";
    for (int i = 0; i < 60; ++i)
        umlauts += "\xc3\xa4";
    EXPECT_EQ(name("https://one/" + umlauts).string().substr(0, 100), umlauts.substr(0, 99) + "-");
}

TEST(WebVideo, AreToldApartByWhatOfAQueryIsNoSignature)
{
    const auto a = web_video("https://site/get?id=A");
    EXPECT_EQ(a.string(), "https://site/get#" + fnv1a_text("&id=A"));
    EXPECT_NE(a, web_video("https://site/get?id=B"));
    EXPECT_NE(file_name_of(a), file_name_of(web_video("https://site/get?id=B")));
    EXPECT_NE(a, web_video("https://site/get"));
    EXPECT_EQ(file_name_of(a).string().rfind("get-", 0), 0U);
    EXPECT_TRUE(is_web_video(a.string()));
    EXPECT_EQ(whole_address(a), "https://site/get?id=A");
    const auto signed_by = [](const std::string &site, const std::string &signature) {
        return web_video("https://" + site + "/v?versionId=7&" + signature)
            .string()
            .substr(8 + site.size());
    };
    const std::string plain = signed_by("plain", "");
    EXPECT_EQ(signed_by("aws4", "X-Amz-Date=1&x-amz-signature=2"), plain);
    EXPECT_EQ(signed_by("aws2", "AWSAccessKeyId=1&Signature=2&Expires=3"), plain);
    EXPECT_EQ(signed_by("google", "X-Goog-Date=1&GoogleAccessId=2"), plain);
    EXPECT_EQ(signed_by("front", "Policy=1&Key-Pair-Id=2"), plain);
    EXPECT_EQ(signed_by("azure", "sv=1&se=2&sr=b&sp=r&sig=3&skoid=4"), plain);
    EXPECT_NE(signed_by("other", "st=1&se=2"), plain); // of no signature
}

TEST(WebVideo, OfAListIsNoPathBelowItsFolder)
{
    EXPECT_EQ(listed_video("/lists", "http://listed/v.mp4?Expires=1"), "http://listed/v.mp4");
    EXPECT_EQ(listed_video("/lists", "v.mp4"), "/lists/v.mp4");
    for (const char *root : {"/lists", ".", "./", "../lists", ""})
        EXPECT_EQ(name_below(root, "http://listed/v.mp4"), "http://listed/v.mp4") << root;
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
    web_video("http://twice/v.mp4?Signature=secret1");
    EXPECT_NO_THROW(web_video("http://twice/v.mp4?Signature=secret1"));
    const std::string twice = error("http://twice/v.mp4?Signature=secret2");
    EXPECT_NE(twice.find("two signatures"), std::string::npos) << twice;
    EXPECT_EQ(twice.find("secret"), std::string::npos) << twice;
    for (const char *address :
         {"http://", "http:///v.mp4?secret", "http://?secret", "https://:80/v"})
        EXPECT_EQ(error(address).find("secret"), std::string::npos) << address;
}

} // namespace

} // namespace fovea
