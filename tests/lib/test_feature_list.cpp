// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/lists/feature_list.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

void write_one_row(const std::filesystem::path &path)
{
    FeatureFile file;
    file.features = Array({1, 1, 1});
    file.boxes.resize(1);
    file.times.resize(1);
    write_feature_file(path, file);
}

ListedClip clip_listed(const std::string &id, const std::string &split = "")
{
    ListedClip clip;
    clip.id = clip.group = id;
    clip.label = "x";
    clip.split = split;
    clip.path = "/videos/" + id + ".mp4";
    return clip;
}

/** \brief What a list says once another is written into it */
struct ListedRows {
    std::string rows;
    std::vector<std::string> warnings;
};

ListedRows rows_listed(const TemporaryFolder &folder, const ClipList &added)
{
    const auto list = folder.path() / default_feature_list;
    const OtherRows others = rows_of_other_splits(list, added, /*many_labels=*/false);
    write_feature_list(list, added, {}, others.rows);
    ListedRows listed = {"", others.warnings};
    for (const ListedClip &clip : read_feature_list(folder.path(), "", false).clips)
        listed.rows += clip.path.stem().string() + ":" + clip.split + " ";
    return listed;
}

TEST(FeatureList, ListsTheFilesThatAreThereAsAWhole)
{
    const TemporaryFolder folder;
    write_one_row(folder.path() / "a.pt");
    ClipList list;
    list.labels = {"x"};
    for (const char *id : {"a", "b"}) {
        ListedClip clip = clip_listed(id);
        clip.start = {2, false};
        clip.end = {3, false};
        list.clips.push_back(clip);
    }
    write_feature_list(folder.path() / "list.csv", list);
    const ClipList read = read_feature_list(folder.path(), "", /*many_labels=*/false);
    ASSERT_EQ(read.clips.size(), 1U) << "b.pt is not there";
    EXPECT_EQ(read.clips[0].path, folder.path() / "a.pt");
    EXPECT_EQ(read.clips[0].start.value, 0);
    EXPECT_TRUE(read.clips[0].end.is_share);
}

TEST(FeatureList, SplitsMayBeListedOneAfterTheOther)
{
    const TemporaryFolder folder;
    const auto list_of = [&](const std::string &ids, const std::string &split) {
        ClipList list;
        for (const char id : ids) {
            list.clips.push_back(clip_listed({id}, split));
            write_one_row(folder.path() / (list.clips.back().id + ".pt"));
        }
        return list;
    };
    const auto told = [&](const ClipList &added) { return rows_listed(folder, added).rows; };
    EXPECT_EQ(told(list_of("abc", "train")), "a:train b:train c:train ");
    EXPECT_EQ(told(list_of("d", "val")), "a:train b:train c:train d:val ");
    EXPECT_EQ(told(list_of("ab", "train")), "d:val a:train b:train ") << "c was taken out";
    EXPECT_EQ(told(list_of("bd", "test")), "a:train b:test d:test ") << "each file once";
    EXPECT_EQ(told(list_of("e", "")), "e: ") << "a list without splits is the whole list";
}

/** \brief A folder of features whose split train, of a and b, is listed */
class SecondSplit : public testing::Test
{
protected:
    void SetUp() override
    {
        list_.clips = {clip_listed("a", "train"), clip_listed("b", "train")};
        for (const char *id : {"a", "b", "c"})
            write_one_row(features(id));
        rows_listed(folder_, list_);
        list_.clips = {clip_listed("c", "val")};
    }

    std::filesystem::path features(const std::string &id) const
    {
        return folder_.path() / (id + ".pt");
    }

    void write_record(const std::string &id, const std::string &made_with) const
    {
        folder_.write(id + ".run.json", R"({"made_with": )" + made_with + "}");
    }

    void lists(const std::string &rows, const std::string &warning) const
    {
        const ListedRows listed = rows_listed(folder_, list_);
        EXPECT_EQ(listed.rows, rows);
        if (warning.empty()) {
            EXPECT_EQ(listed.warnings.size(), 0U);
            return;
        }
        ASSERT_EQ(listed.warnings.size(), 1U);
        const std::string start = "list '" + (folder_.path() / "list.csv").string() + "': ";
        EXPECT_EQ(listed.warnings[0].rfind(start + warning, 0), 0U) << listed.warnings[0];
    }

    TemporaryFolder folder_;
    ClipList list_; ///< of the second split
};

TEST_F(SecondSplit, RowsThatWereMadeOtherwiseAreTakenOutAndTold)
{
    write_record("a", R"({"card": {"hop": 8}, "label": "x"})");
    write_record("b", R"({"card": {"hop": 4}, "label": "x", "mirrored": true})");
    write_record("c", R"({"card": {"hop": 4}, "label": "y"})");
    lists("b:train c:val ",
          "left out 1 of the rows of other splits, the first 'a.pt' of 'train': made "
          "with another card; extract those splits again");
}

TEST_F(SecondSplit, RowsOfOtherWeightsAreTakenOutWhereNothingElseIsKnownOfThem)
{
    write_record("a", R"({"card": {"hop": 8}})"); // of one file alone
    lists("a:train b:train c:val ", "");
    FeatureFile file = read_feature_file(features("a"));
    file.bundle_sha256 = std::string(64, 'a');
    write_feature_file(features("a"), file);
    lists("b:train c:val ",
          "left out 1 of the rows of other splits, the first 'a.pt' of 'train': made "
          "with another model; ");
}

TEST_F(SecondSplit, WhatIsGoneOrInAnotherSplitNowIsTold)
{
    std::filesystem::remove(features("b"));
    lists("a:train c:val ",
          "left out 1 of the rows of other splits, the first 'b.pt' of 'train': their "
          "files are not there; ");
    list_.clips[0].group = "a";
    lists("c:val ",
          "left out 1 of the rows of other splits, the first 'a.pt' of 'train': their groups "
          "are in the split 'val' now; ");
}

TEST_F(SecondSplit, ADamagedFileTakesNoOtherOutOfTheList)
{
    folder_.write("a.pt", "damaged");
    lists("b:train c:val ", "left out 1 of the rows of other splits, the first 'a.pt' of 'train': "
                            "feature file '");
}

TEST_F(SecondSplit, AListThatDoesNotReadIsTold)
{
    folder_.write("list.csv", "of somebody else");
    lists("c:val ", "the rows of other splits in it are lost, since it does not read: list ");
}

TEST_F(SecondSplit, ListedBeforeItIsMadeKeepsWhatMayTurnOutToBeMadeAlike)
{
    write_record("a", R"({"card": {"hop": 8}})");
    write_record("b", R"({"card": {"hop": 8}})");
    write_record("c", R"({"card": {"hop": 4}})"); // of before, and to be made anew
    const auto file = folder_.path() / default_feature_list;
    list_.clips.push_back(clip_listed("d", "val"));
    const OtherRows others = rows_of_other_splits(file, list_, false, Made::Later);
    EXPECT_TRUE(others.warnings.empty());
    write_feature_list(file, list_, {}, others.rows, Made::Later);
    ListOptions options;
    options.check_files = false;
    std::string rows;
    for (const ListedClip &clip : read_clip_list(file, options).clips)
        rows += clip.path.filename().string() + ":" + clip.split + " ";
    EXPECT_EQ(rows, "a.pt:train b.pt:train c.pt:val d.pt:val ") << "d.pt is not there yet";
    lists("c:val ", "left out 2 of the rows of other splits, the first 'a.pt' of 'train': made "
                    "with another card; extract those splits again");
}

TEST(FeatureList, WhatAnExtractionHasNotMadeYetIsToldInOneLine)
{
    const TemporaryFolder folder;
    const auto file = folder.path() / default_feature_list;
    ClipList list;
    for (const char *id : {"a", "b", "c", "d", "e", "f"})
        list.clips.push_back(clip_listed(id));
    write_one_row(folder.path() / "a.pt");
    write_one_row(folder.path() / "c.pt");
    write_feature_list(file, list, {}, {}, Made::Later);
    const ClipList read = read_feature_list(folder.path(), "", false);
    EXPECT_EQ(read.clips.size(), 2U);
    ASSERT_EQ(read.warnings.size(), 1U);
    EXPECT_EQ(read.warnings[0],
              "list '" + file.string() +
                  "': 4 files do not open and are left out: 'b.pt', 'd.pt', 'e.pt', ...; "
                  "run their fovea extract again, which goes on where it ended");
    list.clips[1].label = "y"; // of b, which is not there
    write_feature_list(file, list, {}, {}, Made::Later);
    try {
        read_feature_list(folder.path(), "", false);
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(std::string(error.what()),
                  "list '" + file.string() +
                      "': class 'y' has no clip that can be used: 4 files do not open and are "
                      "left out: 'b.pt', 'd.pt', 'e.pt', ...; run their fovea "
                      "extract again, which goes on where it ended");
    }
}

TEST(FeatureList, IsOfItsOwnFolderWhereThatIsMoved)
{
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder.path() / "old");
    folder.write("old/a.pt", "features");
    ClipList list;
    list.clips = {clip_listed("a")};
    write_feature_list(folder.path() / "old" / default_feature_list, list);
    std::filesystem::rename(folder.path() / "old", folder.path() / "new");
    EXPECT_EQ(read_feature_list(folder.path() / "new", "", false).clips.at(0).path,
              folder.path() / "new" / "a.pt");
}

TEST(FeatureList, AListOfVideosIsNoListOfFeatures)
{
    const TemporaryFolder folder;
    const auto list = folder.write("clips.csv", "path,label\na.mp4,x\n");
    folder.write("a.mp4", "a video");
    try {
        read_feature_list(folder.path(), list, /*many_labels=*/false);
        FAIL() << "no error";
    } catch (const Error &error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("a.mp4', expected feature files"), std::string::npos) << text;
        EXPECT_EQ(text.find("remove"), std::string::npos) << "the user's own video: " << text;
    }
}

TEST(FeatureList, ListsTheStretchesOfWholeVideos)
{
    const TemporaryFolder folder;
    FeatureFile file;
    file.features = Array({1, 1, 1});
    file.boxes.resize(1);
    file.times.resize(1);
    write_feature_file(folder.path() / "a.pt", file);
    ClipList videos;
    ListedClip clip;
    clip.id = clip.group = "a";
    clip.label = "x";
    clip.path = "/videos/a.mp4";
    videos.clips = {clip};
    ClipList stretches;
    clip.id = "a-2";
    clip.start = {2, false};
    clip.ends_after = {3, false};
    clip.weight = 0.5;
    stretches.clips = {clip, clip};
    stretches.clips[1].path = "/videos/another.mp4";
    write_feature_list(folder.path() / "list.csv", videos, stretches);
    const ClipList read = read_feature_list(folder.path(), "", /*many_labels=*/false);
    ASSERT_EQ(read.clips.size(), 1U) << "the other video has no file";
    EXPECT_EQ(read.clips[0].path, folder.path() / "a.pt");
    EXPECT_EQ(read.clips[0].start.value, 2);
    EXPECT_EQ(read.clips[0].ends_after.value, 3);
    EXPECT_EQ(read.clips[0].weight, 0.5);
}

} // namespace

} // namespace fovea
