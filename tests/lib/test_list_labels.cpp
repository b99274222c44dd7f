// SPDX-License-Identifier: MIT
#include <algorithm>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "clip_list_test.h"
#include "fovea/train/data/clip_targets.h"

namespace fovea {

namespace {

using test::ReadClipList;

TEST_F(ReadClipList, WithoutLabelsPathsAreEnoughAndLabelsAreNotKept)
{
    ListOptions options;
    options.with_labels = false;
    const auto names = [&](const ClipList &list) {
        EXPECT_TRUE(list.labels.empty());
        EXPECT_TRUE(list.warnings.empty());
        std::string all;
        for (const ListedClip &clip : list.clips) {
            EXPECT_EQ(clip.label, "");
            all += clip.path.lexically_relative(folder_.path()).string() + ";";
        }
        return all;
    };
    EXPECT_EQ(names(read("l.csv", "path,split\na.mp4,train\nb.mp4,val\n", options)),
              "a.mp4;b.mp4;");
    EXPECT_EQ(names(read("l.csv", "a.mp4\nb.mp4\n", options)), "a.mp4;b.mp4;");
    EXPECT_EQ(names(read("l.csv", "path,label\na.mp4,run\nb.mp4,\n", options)), "a.mp4;b.mp4;");
    EXPECT_EQ(names(read("l.txt", "a.mp4\nwith space.mp4\nb.mp4 run\n", options)),
              "a.mp4;with space.mp4;b.mp4;");
    folder_.write("yard/d.mp4");
    EXPECT_EQ(names(read_clip_list(folder_.path(), options)),
              "a.mp4;b.mp4;c.mp4;with space.mp4;yard/d.mp4;");
}

TEST_F(ReadClipList, ManyLabelsAreSplitAndTheRowsOfAVideoJoined)
{
    ListOptions options;
    options.many_labels = true;
    const ClipList list = read("l.csv",
                               "path,label,split,start,end\n"
                               "a.mp4,open door;sit 1.5 4,train,,\n"
                               "b.mp4,sit,train,2,50%\n"
                               "b.mp4,run,train,,\n"
                               "b.mp4,sit,train,7,9\n"
                               "c.mp4,run;open door,test,,\n",
                               options);
    ASSERT_EQ(list.clips.size(), 3U);
    EXPECT_EQ(list.labels, (std::vector<std::string>{"open door", "run", "sit"}));
    const ListedClip &a = list.clips[0];
    ASSERT_EQ(a.actions.size(), 2U);
    EXPECT_EQ(a.actions[0].label, "open door");
    EXPECT_DOUBLE_EQ(a.actions[0].end.seconds(20), 20);
    EXPECT_EQ(a.actions[1].label, "sit");
    EXPECT_DOUBLE_EQ(a.actions[1].start.seconds(20), 1.5);
    EXPECT_DOUBLE_EQ(a.actions[1].end.seconds(20), 4);
    const ListedClip &b = list.clips[1];
    EXPECT_EQ(b.labels(), (std::vector<std::string>{"sit", "run"})) << "each once";
    ASSERT_EQ(b.actions.size(), 3U);
    EXPECT_DOUBLE_EQ(b.actions[0].end.seconds(20), 10);
    EXPECT_DOUBLE_EQ(b.start.value, 0) << "the clip is the whole video";
    EXPECT_EQ(b.id, "b");

    const auto file = folder_.path() / "again.csv";
    write_clip_list(file, list);
    const ClipList again = read_clip_list(file, options);
    ASSERT_EQ(again.clips.size(), 3U);
    ASSERT_EQ(again.clips[1].actions.size(), 3U);
    EXPECT_DOUBLE_EQ(again.clips[1].actions[2].start.seconds(20), 7);
    EXPECT_TRUE(again.clips[1].actions[0].end.is_share);
}

TEST_F(ReadClipList, OfManyLabelsAClipWithoutOneShowsNoneOfThem)
{
    ListOptions options;
    options.many_labels = true;
    ClipList list = read("l.csv", "path,label\na.mp4,run\nb.mp4,\nc.mp4,run;walk\n", options);
    EXPECT_TRUE(
        std::none_of(list.warnings.begin(), list.warnings.end(), [](const std::string &warning) {
            return warning.find("b.mp4") != std::string::npos;
        }));
    ASSERT_EQ(list.clips.size(), 3U);
    EXPECT_TRUE(list.clips[1].labels().empty());
    EXPECT_EQ(list.labels, (std::vector<std::string>{"run", "walk"}));
    EXPECT_EQ(targets_of(list, list.clips), (std::vector<std::int64_t>{0, -1, 0}));
    EXPECT_EQ(labels_of(list, list.clips)[1].sum().item<double>(), 0);
    write_clip_list(folder_.path() / "again.csv", list);
    EXPECT_EQ(read_clip_list(folder_.path() / "again.csv", options).clips.size(), 3U);

    try {
        read("none.csv", "path,label\na.mp4,\n", options);
        FAIL() << "no class";
    } catch (const Error &error) {
        EXPECT_NE(std::string(error.what()).find("expected clips with a label, got none"),
                  std::string::npos)
            << error.what();
    }
}

TEST_F(ReadClipList, OfManyLabelsThoseTheModelDoesNotKnowDoNotDropTheClip)
{
    ListOptions options;
    options.many_labels = true;
    options.labels = {"run", "sit"};
    const ClipList list = read("l.csv", "a.mp4,fly;sit\nb.mp4,fly\n", options);
    ASSERT_EQ(list.clips.size(), 1U);
    EXPECT_EQ(list.clips[0].labels(), (std::vector<std::string>{"fly", "sit"}));
}

TEST_F(ReadClipList, ALineThatTellsExcelTheDelimiterIsNoRow)
{
    for (const char *text : {"sep=;\r\npath;label\r\na.mp4;run, fast\r\nb.mp4;walk\r\n",
                             "sep=\t\npath\tlabel\na.mp4\trun, fast\nb.mp4\twalk\n"}) {
        const ClipList list = read("l.csv", text);
        ASSERT_EQ(list.clips.size(), 2U) << text;
        EXPECT_EQ(list.labels, (std::vector<std::string>{"run, fast", "walk"}));
    }
    for (const char *text :
         {"sep=\npath,label\na.mp4,run\n", "sep=\r\npath,label\r\na.mp4,run\r\n"}) {
        const std::string error = error_of("l.csv", text);
        EXPECT_NE(error.find("l.csv' row 1: 'sep=' is no video"), std::string::npos) << error;
    }
}

TEST_F(ReadClipList, LinesWithoutATabAreNoTable)
{
    const ClipList list = read("l.tsv", "a.mp4 run\nb.mp4 walk\n");
    EXPECT_EQ(list.labels, (std::vector<std::string>{"run", "walk"}));
}

TEST_F(ReadClipList, LabelsThatDifferInCaseAloneAreTold)
{
    const ClipList list = read("l.csv", "a.mp4,Wave\nb.mp4,wave\nc.mp4,wave\n");
    EXPECT_EQ(list.labels.size(), 2U);
    ASSERT_EQ(list.warnings.size(), 2U);
    EXPECT_EQ(list.warnings[0], "labels 'Wave' and 'wave' are two classes, which differ in upper "
                                "and lower case alone; write them alike if they are one");
}

} // namespace

} // namespace fovea
