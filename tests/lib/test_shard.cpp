// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/store/work/shard.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

TEST(Shard, HashIsThePublishedOne)
{
    EXPECT_EQ(fnv1a_text(""), "cbf29ce484222325"); // http://www.isthe.com/chongo/src/fnv/test_fnv.c
    EXPECT_EQ(fnv1a_text("a"), "af63dc4c8601ec8c");
    EXPECT_EQ(fnv1a_text("foobar"), "85944171f73967e8");
}

TEST(Shard, EachNameIsOfOneShareAndSharesAreAlike)
{
    constexpr int names = 4000;
    for (const int count : {1, 2, 3, 4, 7, 16}) {
        std::vector<int> held(count);
        for (int name = 0; name < names; ++name) {
            int owners = 0;
            for (int index = 0; index < count; ++index) {
                if (Shard{index, count}.holds("camera/day" + std::to_string(name) + ".mp4")) {
                    ++owners;
                    ++held[index];
                }
            }
            ASSERT_EQ(owners, 1) << name << " of " << count;
        }
        for (const int share : held)
            EXPECT_NEAR(share, names / count, 0.25 * names / count) << count;
    }
}

TEST(Shard, NamesAreThoseBelowTheListsFolderWhereverThatIs)
{
    EXPECT_EQ(name_below("/mnt/a", "/mnt/a/cam/1.mp4"), "cam/1.mp4");
    EXPECT_EQ(name_below("/b", "/b/cam/1.mp4"), "cam/1.mp4");
    EXPECT_EQ(name_below("./lists", "lists/cam/1.mp4"), "cam/1.mp4");
    EXPECT_EQ(name_below("/mnt/a", "/other/1.mp4"), "/other/1.mp4");
    EXPECT_EQ(name_below("lists", "/other/1.mp4"), "/other/1.mp4");
    EXPECT_EQ(name_below("", "cam/1.mp4"), "cam/1.mp4");
    EXPECT_EQ(name_below(".", "./cam/1.mp4"), "cam/1.mp4");
}

TEST(Shard, PlacesDoNotHangOnLinksInTheListsPathAndNamesAreText)
{
    const TemporaryFolder folder;
    const auto video = folder.write("real/cam/1.mp4");
    std::filesystem::create_directory_symlink(folder.path() / "real", folder.path() / "link");
    EXPECT_EQ(place_below(folder.path() / "link", video), "cam/1.mp4");
    EXPECT_EQ(name_below(folder.path() / "link", video), video)
        << "other machines have other links";
    EXPECT_EQ(place_below(folder.path() / "real", folder.path() / "link/cam/1.mp4"), "cam/1.mp4");
    EXPECT_EQ(place_below(folder.path() / "real/cam", folder.path() / "link/2.mp4"), "");
    std::filesystem::create_symlink(folder.write("other/2.mp4"), folder.path() / "real/2.mp4");
    EXPECT_EQ(place_below(folder.path() / "link", folder.path() / "real/2.mp4"), "2.mp4")
        << "a link to a file is a video of its own";
}

TEST(Shard, IsReadOrRefusedWithWhatIsExpected)
{
    EXPECT_EQ(parse_shard("0/1").count, 1);
    EXPECT_EQ(parse_shard("3/16").index, 3);
    EXPECT_EQ(parse_shard("3/16").count, 16);
    for (const char *text :
         {"", "1", "/", "1/", "/4", "4/4", "-1/4", "1/0", "1/4x", "1 /4", "99999999999/4", "a/b"}) {
        try {
            parse_shard(text);
            ADD_FAILURE() << text;
        } catch (const Error &error) {
            EXPECT_NE(std::string(error.what()).find("expected INDEX/COUNT"), std::string::npos);
        }
    }
}

} // namespace

} // namespace fovea
