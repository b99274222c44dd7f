// SPDX-License-Identifier: MIT
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/train/data/feature_parts.h"
#include "temporary_folder.h"

namespace fs = std::filesystem;

namespace fovea {

namespace {

const Json asked = {{"model", "m"}, {"split", "test"}};

/** Shares of a list of a.mp4 to d.mp4, of which c could not be extracted */
class FeatureParts : public testing::Test
{
protected:
    void SetUp() override
    {
        for (const char *id : {"a", "b", "c", "d"}) {
            ListedClip clip;
            clip.path = fs::path("/here/videos") / (std::string(id) + ".mp4");
            clip.id = id;
            list_.push_back(clip);
        }
        write(0, {{"videos/a.mp4", "a"}, {"videos/c.mp4", "c"}});
        write(1, {{"videos/b.mp4", "b~2"}, {"videos/d.mp4", "d"}}); // another has its name there
        fs::remove(part(0) / "c.run.json");
    }

    fs::path part(int index) const { return folder_.path() / ("part" + std::to_string(index)); }

    fs::path whole() const { return folder_.path() / "whole"; }

    void write(int index, const std::map<std::string, std::string> &videos, int count = 2,
               const std::string &detector = "hog") const
    {
        fs::create_directories(part(index));
        for (const auto &[name, stem] : videos) {
            std::ofstream(part(index) / (stem + ".pt")) << "rows of " << name;
            std::ofstream(part(index) / (stem + ".run.json")) << "{}";
        }
        Json made_with = asked;
        made_with["detector"] = detector;
        write_part(part(index), {{index, count}, made_with, videos});
    }

    MergedParts merged(const Json &settings = asked) const
    {
        return merge_parts({part(1), part(0)}, list_, "/here", settings, whole());
    }

    void expect_error(const std::string &what, const Json &settings = asked) const
    {
        try {
            merged(settings);
            ADD_FAILURE() << what;
        } catch (const Error &error) {
            EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << error.what();
        }
    }

    std::string rows(const std::string &id) const
    {
        std::ifstream file(whole() / (id + ".pt"));
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }

    TemporaryFolder folder_;
    std::vector<ListedClip> list_;
};

TEST_F(FeatureParts, AreOneFolderByTheNamesOfTheWholeList)
{
    const MergedParts merge = merged();
    EXPECT_EQ(rows("a"), "rows of videos/a.mp4");
    EXPECT_EQ(rows("b"), "rows of videos/b.mp4");
    EXPECT_EQ(rows("d"), "rows of videos/d.mp4");
    EXPECT_TRUE(fs::exists(whole() / "b.run.json"));
    EXPECT_FALSE(fs::exists(whole() / "c.pt"));
    EXPECT_EQ(merge.failed, std::vector<fs::path>{"/here/videos/c.mp4"});
    EXPECT_TRUE(merge.unknown.empty());
}

TEST_F(FeatureParts, MergedAgainTheyAreThoseOfNow)
{
    merged();
    fs::remove(part(0) / "a.run.json");
    list_.push_back(list_.back());
    list_.back().path = "/here/videos/new.mp4";
    list_.back().id = "new";
    const MergedParts merge = merged();
    EXPECT_FALSE(fs::exists(whole() / "a.pt"));
    EXPECT_EQ(merge.failed.size(), 2U);
    EXPECT_EQ(merge.unknown, std::vector<fs::path>{"/here/videos/new.mp4"});
    EXPECT_TRUE(fs::exists(part(0) / "a.pt"));
}

TEST_F(FeatureParts, ThatAreNotOneWholeAreRefused)
{
    expect_error("was made with another model", {{"model", "other"}, {"split", "test"}});
    expect_error("was made with another size",
                 {{"model", "m"}, {"split", "test"}, {"size", 112}, {"detector", "yolo"}});
    expect_error("was made with another split", {{"model", "m"}}); // which is not asked for
    write(1, {{"videos/b.mp4", "b"}}, 2, "yolo");
    expect_error("another detector; run one of them again");
    fs::remove(part_file(part(1), {1, 2}));
    expect_error("holds no part that is done");
    write(1, {{"videos/b.mp4", "b"}}, 3);
    expect_error("part-1-of-3.json' are of other counts of shares");
    fs::remove(part_file(part(1), {1, 3}));
    write_part(part(1), {{0, 2}, asked, {}});
    expect_error("another detector"); // which the second does not tell
    Json made_with = asked;
    made_with["detector"] = "hog";
    write_part(part(1), {{0, 2}, made_with, {}});
    expect_error("no part is share 1/2");
    std::ofstream(part_file(part(1), {0, 2})) << "{\"version\": 1";
    expect_error("part-0-of-2.json");
}

TEST_F(FeatureParts, OfAShareWithoutVideosIsAPart)
{
    write_part(part(2) / "features", {{0, 2}, asked, {}});
    EXPECT_TRUE(fs::exists(part_file(part(2) / "features", {0, 2})));
}

TEST_F(FeatureParts, AreNotMergedIntoOneOfThem)
{
    EXPECT_THROW(merge_parts({part(0), part(1)}, list_, "/here", asked, part(0)), Error);
    EXPECT_TRUE(fs::exists(part(0) / "a.pt"));
}

} // namespace

} // namespace fovea
