// SPDX-License-Identifier: MIT
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/core/errors.h"
#include "fovea/train/lists/clip_list.h"
#include "fovea/train/lists/list_split.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

/** \brief 20 groups of 2 clips of each of two classes, 10 groups of one clip of a third */
ClipList sample()
{
    ClipList list;
    list.labels = {"a", "b", "c"};
    const auto add = [&](const std::string &label, const std::string &group) {
        ListedClip clip;
        clip.label = label;
        clip.group = group;
        clip.id = std::to_string(list.clips.size());
        list.clips.push_back(clip);
    };
    for (int i = 0; i < 20; ++i) {
        const std::string group = "g" + std::to_string(i);
        for (const char *label : {"a", "a", "b", "b"})
            add(label, group);
    }
    for (int i = 0; i < 10; ++i)
        add("c", "h" + std::to_string(i));
    return list;
}

std::map<std::string, std::map<std::string, int>> counts(const ClipList &list)
{
    std::map<std::string, std::map<std::string, int>> result;
    for (const ListedClip &clip : list.clips)
        ++result[clip.label][clip.split];
    return result;
}

TEST(MakeSplit, KeepsGroupsWholeAndClassesEven)
{
    ClipList list = sample();
    SplitOptions options;
    options.validation = 0.2;
    options.test = 0.2;
    EXPECT_TRUE(make_split(&list, options));
    EXPECT_NO_THROW(check_groups(list));
    EXPECT_NO_THROW(check_classes(list));
    auto by_class = counts(list);
    EXPECT_EQ(by_class["a"]["train"], 24);
    EXPECT_EQ(by_class["a"]["val"], 8);
    EXPECT_EQ(by_class["a"]["test"], 8);
    EXPECT_EQ(by_class["c"]["train"], 6);
    EXPECT_EQ(by_class["c"]["val"], 2);
    EXPECT_EQ(by_class["c"]["test"], 2);
}

TEST(MakeSplit, TheSameSeedGivesTheSameSplitAnotherSeedAnother)
{
    const auto splits = [](std::uint64_t seed) {
        ClipList list = sample();
        SplitOptions options;
        options.seed = seed;
        make_split(&list, options);
        std::vector<std::string> result;
        for (const ListedClip &clip : list.clips)
            result.push_back(clip.split);
        return result;
    };
    EXPECT_EQ(splits(7), splits(7));
    EXPECT_NE(splits(7), splits(8));
}

TEST(MakeSplit, CutsValidationFromTrainingWhereThereIsNone)
{
    ClipList list = sample();
    for (std::size_t i = 0; i < list.clips.size(); ++i)
        list.clips[i].split = list.clips[i].group < "g2" ? "test" : "train";
    const ClipList before = list;
    EXPECT_TRUE(make_split(&list, {}));
    EXPECT_GT(counts(list)["a"]["val"], 0);
    for (std::size_t i = 0; i < list.clips.size(); ++i) {
        EXPECT_EQ(before.clips[i].split == "test", list.clips[i].split == "test");
    }
    EXPECT_NO_THROW(check_groups(list));
}

TEST(MakeSplit, TestsOnValidationWhereItIsAskedToAndValidatesOnTraining)
{
    ClipList list = sample();
    for (ListedClip &clip : list.clips)
        clip.split = clip.group < "g2" ? "val" : "train";
    const ClipList before = list;
    SplitOptions options;
    options.validation_is_test = true;
    EXPECT_TRUE(make_split(&list, options));
    EXPECT_GT(counts(list)["a"]["val"], 0);
    for (std::size_t i = 0; i < list.clips.size(); ++i)
        EXPECT_EQ(before.clips[i].split == "val", list.clips[i].split == "test");
    const auto refused = [&] { make_split(&list, options); }; // it has a test now
    EXPECT_EQ(error_of(refused), "--validation-is-test: expected a list with a split val and none "
                                 "test, got one with a split test; leave it out");
    ClipList bare = sample();
    bare.file = "my.csv";
    EXPECT_EQ(error_of([&] { make_split(&bare, options); }),
              "--validation-is-test: expected list 'my.csv' to be one with a split val and none "
              "test, got one "
              "without val; leave it out");
}

TEST(MakeSplit, LeavesAListWithSplitsAlone)
{
    ClipList list = sample();
    for (ListedClip &clip : list.clips)
        clip.split = "train";
    list.clips.back().split = "val";
    EXPECT_FALSE(make_split(&list, {}));
}

TEST(MakeSplit, HasNoUseForSharesOfAListWithSplits)
{
    ClipList list;
    list.clips.resize(2);
    SplitOptions options;
    options.validation = 0.3;
    options.test = 0;
    EXPECT_EQ(left_aside(list, options), "") << "none is split";
    list.clips[0].split = "train";
    list.clips[1].split = "val";
    EXPECT_EQ(left_aside(list, options), "--validation, --test");
    EXPECT_EQ(left_aside(list, SplitOptions()), "") << "as usual: nobody asked for it";
    options.validation_is_test = true;
    EXPECT_EQ(left_aside(list, options), "--test") << "a share of training validates";
    options.validation_is_test = false;
    list.clips[1].split = "test";
    EXPECT_EQ(left_aside(list, options), "--test") << "a share of training validates";
}

TEST(MakeSplit, RefusesAListThatIsHalfSplit)
{
    ClipList list = sample();
    list.clips[3].split = "train";
    EXPECT_THROW(make_split(&list, {}), Error);
}

TEST(CheckClasses, AClassWithoutATrainingClipIsRefused)
{
    ClipList list = sample();
    for (ListedClip &clip : list.clips)
        clip.split = clip.label == "c" ? "test" : "train";
    EXPECT_THROW(check_classes(list), Error);
}

TEST(ToldTwice, IsAClipThatAListNamesAgainFirstByAnotherLabel)
{
    ClipList list = sample();
    for (ListedClip &clip : list.clips)
        clip.path = clip.id + ".mp4";
    EXPECT_EQ(told_twice(list), "");
    list.clips.push_back(list.clips[1]);
    const std::string name = "list: '" + list.clips[1].path.string() + "' is ";
    EXPECT_EQ(told_twice(list), name + "named twice, and counts twice; take out what is not meant");
    list.clips.push_back(list.clips[1]);
    list.clips.back().label = "other";
    EXPECT_EQ(told_twice(list), name + "labelled '" + list.clips[1].label +
                                    "' and, further on, 'other', and 1 more line names a clip "
                                    "again; take out what is not meant");
    list.clips.pop_back();
    list.clips.back().start = {1, false}; // another stretch
    EXPECT_EQ(told_twice(list), "");
}

TEST(ToldTwice, IsAVideoThatALinkNamesAgain)
{
    const TemporaryFolder folder;
    ClipList list = sample();
    list.clips.resize(2);
    list.clips[0].path = folder.write("video.mp4");
    list.clips[1].path = folder.path() / "link.mp4";
    std::filesystem::create_symlink("video.mp4", list.clips[1].path);
    const std::string both = "list: '" + list.clips[0].path.string() + "' and '" +
                             list.clips[1].path.string() + "', one video, are ";
    list.clips[0].label = list.clips[1].label = "run";
    EXPECT_EQ(told_twice(list), both + "both named, and count twice; take out what is not meant");
    list.clips[1].label = "jump";
    EXPECT_EQ(told_twice(list),
              both + "labelled 'run' and, further on, 'jump'; take out what is not meant");
}

} // namespace

} // namespace fovea
