// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "clip_list_test.h"
#include "fovea/core/errors.h"
#include "fovea/train/lists/csv_table.h"

namespace fovea {

namespace {

using test::ReadClipList;

TEST_F(ReadClipList, ACsvWithAHeaderMayNameItsColumnsInAnyOrder)
{
    const ClipList list =
        read("l.csv", "label,split,path,group\n"
                      "run,train,a.mp4,g1\nrun,training,b.mp4,g1\n"
                      "walk,testing,c.mp4,g2\nwalk,validation,with space.mp4,g3\n");
    ASSERT_EQ(list.clips.size(), 4U);
    EXPECT_EQ(list.clips[0].path, folder_.path() / "a.mp4");
    EXPECT_EQ(list.clips[1].split, "train");
    EXPECT_EQ(list.clips[2].split, "test");
    EXPECT_EQ(list.clips[2].group, "g2");
    EXPECT_EQ(list.clips[3].split, "val");
    EXPECT_EQ(list.clips[3].id, "with space");
    EXPECT_EQ(list.labels, (std::vector<std::string>{"run", "walk"}));
    EXPECT_TRUE(list.warnings.size() == 0U) << list.warnings[0];
}

TEST_F(ReadClipList, ACsvWithoutAHeaderIsPathLabelGroupSplit)
{
    const ClipList list = read("l.csv", "a.mp4,run,g1,train\n\"b.mp4\",\"run, fast\",g2,test\n");
    ASSERT_EQ(list.clips.size(), 2U);
    EXPECT_EQ(list.clips[1].label, "run, fast");
    EXPECT_EQ(list.clips[1].group, "g2");
}

TEST_F(ReadClipList, WhatSpreadsheetsWriteIsRead)
{
    for (const char *text :
         {"Path;Label;Split\r\na.mp4;run;train\r\nb.mp4;run;test\r\n",
          "PATH\tlabel\na.mp4\trun\nb.mp4\trun\n",
          "\xEF\xBB\xBFpath, Label\na.mp4, run\nb.mp4, run\n", "a.mp4;run\nb.mp4;run\n"}) {
        const ClipList list = read("l.csv", text);
        ASSERT_EQ(list.clips.size(), 2U) << text;
        EXPECT_EQ(list.clips[1].path, folder_.path() / "b.mp4") << text;
        EXPECT_EQ(list.clips[1].label, "run") << text;
    }
}

TEST_F(ReadClipList, ATableIsOneWhateverTheCaseOfItsEnding)
{
    for (const char *name : {"l.CSV", "l.tsv", "l.Tsv"}) {
        const ClipList list = read(name, "path\tlabel\nwith space.mp4\trun\nb.mp4\trun\n");
        ASSERT_EQ(list.clips.size(), 2U) << name;
        EXPECT_EQ(list.clips[0].path, folder_.path() / "with space.mp4");
    }
}

TEST_F(ReadClipList, SplitsAreNamedInAnyCase)
{
    const ClipList list = read("l.csv", "path,label,split\na.mp4,run,Train\nb.mp4,run,TEST\n"
                                        "c.mp4,run,Validation\n");
    EXPECT_EQ(list.clips[0].split, "train");
    EXPECT_EQ(list.clips[1].split, "test");
    EXPECT_EQ(list.clips[2].split, "val");
    EXPECT_NE(error_of("l.csv", "path,label,split\na.mp4,run,trian\n")
                  .find("row 2: expected split train, val or test, got 'trian'"),
              std::string::npos);
}

TEST_F(ReadClipList, AColumnThatIsNotReadIsTold)
{
    const ClipList list =
        read("l.csv", "path;label;Spilt;;note\na.mp4;run;test;;x\nb.mp4;run;;;\n");
    ASSERT_EQ(list.warnings.size(), 1U);
    EXPECT_EQ(list.warnings[0], "'" + (folder_.path() / "l.csv").string() +
                                    "': columns 'Spilt', 'note' are not read; expected some of "
                                    "path, label, group, split, start, end, ends_after, weight, "
                                    "overlap, set, event_start, event_end");
}

TEST_F(ReadClipList, AHeaderWithoutPathIsNoClip)
{
    EXPECT_EQ(error_of("l.csv", "file,class\na.mp4,run\nb.mp4,run\n"),
              "'" + (folder_.path() / "l.csv").string() +
                  "' row 1: 'file' is no video that is there; expected one, or a header with the "
                  "columns path,label[,group][,split]");
    EXPECT_EQ(read("l.csv", "gone.mp4,run\na.mp4,run\n").clips.size(), 1U) << "a file that is gone";
}

TEST_F(ReadClipList, PathsOfAnotherMachineAreToldAsSuch)
{
    const auto refusal = [&](const std::string &path) {
        return error_of("l.csv", "path,label\n" + path + ",run\n");
    };
    EXPECT_NE(refusal("videos\\a.mp4").find("; write / in place of \\"), std::string::npos);
    EXPECT_NE(
        refusal("/home/x/a.mp4").find("; a path that begins with / is looked for nowhere else"),
        std::string::npos);
    EXPECT_EQ(refusal("gone.mp4").find("nowhere else"), std::string::npos);
}

TEST(CsvColumns, AreTheFirstRowAndNothingBehindIt)
{
    const TemporaryFolder folder;
    const auto columns = [&](const std::string &text) {
        folder.write("l.csv", text);
        return csv_columns(folder.path() / "l.csv");
    };
    const std::vector<std::string> both = {"a,\nb", "c"};
    EXPECT_EQ(columns("\n\"a,\nb\",c\nd,\"e stands alone"), both);
    EXPECT_THROW(read_csv(folder.path() / "l.csv"), Error);
    EXPECT_EQ(columns("\"a,\nb\",c"), both) << "without an end of the line";
    EXPECT_EQ(columns("x;y\r\n"), (std::vector<std::string>{"x", "y"}));
    EXPECT_TRUE(columns("").empty());
    EXPECT_TRUE(columns("\"a").empty());
}

TEST_F(ReadClipList, OfAnotherEncodingIsRefusedWithTheReason)
{
    const std::string rows = "path,label\na.mp4,caf\xE9\nb.mp4,run\n"; // of Latin-1
    for (const char *name : {"l.csv", "l.txt"}) {
        EXPECT_EQ(error_of(name, rows), "list '" + (folder_.path() / name).string() +
                                            "': line 2 is not UTF-8 (of Latin-1, perhaps); save "
                                            "the file as UTF-8");
        for (const bool little : {true, false}) {
            std::string wide = little ? "\xFF\xFE" : "\xFE\xFF";
            for (const char c : rows)
                wide += little ? std::string{c, '\0'} : std::string{'\0', c};
            EXPECT_EQ(error_of(name, wide),
                      "list '" + (folder_.path() / name).string() +
                          "': is in UTF-16, expected UTF-8; save it as text or CSV in UTF-8");
        }
    }
    EXPECT_NE(error_of("l.json", "{\"database\": {\"caf\xE9\": {}}}").find("l.json' is not JSON: "),
              std::string::npos);
}

TEST_F(ReadClipList, APipeIsRefusedAtOnceAndALinkToItself)
{
    for (const char *name : {"l.csv", "l.txt", "l.json", "l", "something-something-v2-train.json",
                             "trainlist01.txt", "Charades_v1_train.csv"}) {
        const auto pipe = folder_.path() / name;
        ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
        try {
            read_clip_list(pipe);
            ADD_FAILURE() << name << " was read";
        } catch (const Error &error) {
            EXPECT_NE(std::string(error.what())
                          .find(pipe.string() + "' is a pipe, expected a regular file"),
                      std::string::npos)
                << error.what();
        }
    }
    create_symlink("loop.csv", folder_.path() / "loop.csv");
    EXPECT_THROW(read_clip_list(folder_.path() / "loop.csv"), Error);
}

TEST_F(ReadClipList, PathsMayBeFileUris)
{
    const std::string uri = "file://" + folder_.path().string() + "/with%20space.mp4";
    EXPECT_EQ(read("l.csv", uri + ",run\na.mp4,run\n").clips[0].path,
              folder_.path() / "with space.mp4");
    EXPECT_EQ(read("l.txt", uri + " run\na.mp4 run\n").clips[0].path,
              folder_.path() / "with space.mp4");
}

TEST_F(ReadClipList, NumbersThatNoVideoHasAreRefusedWithTheRow)
{
    const auto refuses = [&](const std::string &row, const std::string &part) {
        const std::string error = error_of("l.csv", "path,label,start,end,weight,overlap\n" + row);
        EXPECT_NE(error.find("row 2"), std::string::npos) << error;
        EXPECT_NE(error.find(part), std::string::npos) << error;
    };
    for (const char *number : {"inf", "nan", "-1", "1e300"}) {
        refuses(std::string("a.mp4,run,") + number + ",2,1,1\n", "expected seconds or a share");
        refuses(std::string("a.mp4,run,0,") + number + ",1,1\n", "expected seconds or a share");
        refuses(std::string("a.mp4,run,0,2,") + number + ",1\n", "expected a weight >= 0");
        refuses(std::string("a.mp4,run,0,2,1,") + number + "\n", "expected an overlap in [0, 1]");
    }
    const std::string error = error_of("l.csv", "label,youtube_id,time_start,time_end,split\n"
                                                "run,a,nan,1e300,train\n");
    EXPECT_NE(error.find("row 2: expected time_start and time_end in seconds, got 'nan'"),
              std::string::npos)
        << error;
}

TEST_F(ReadClipList, AStretchIsGivenInSecondsOrAsAShare)
{
    const ClipList list = read("l.csv", "path,label,start,end,ends_after,weight\n"
                                        "a.mp4,fall,1.5,100%,78%,0.8\na.mp4,normal,0,42%,,\n");
    EXPECT_DOUBLE_EQ(list.clips[0].start.seconds(10), 1.5);
    EXPECT_DOUBLE_EQ(list.clips[0].end.seconds(10), 10);
    EXPECT_DOUBLE_EQ(list.clips[0].ends_after.seconds(10), 7.8);
    EXPECT_DOUBLE_EQ(list.clips[0].weight, 0.8);
    EXPECT_DOUBLE_EQ(list.clips[1].end.seconds(10), 4.2);
    EXPECT_DOUBLE_EQ(list.clips[1].weight, 1);
    EXPECT_EQ(list.clips[0].group, list.clips[1].group) << "one video, one group";
    EXPECT_EQ(list.clips[0].id, "a");
    EXPECT_EQ(list.clips[1].id, "a~2");
}

TEST_F(ReadClipList, LinesOfPathAndLabelMayHoldBlanksInThePath)
{
    const ClipList list = read("l.txt", "a.mp4 2\nb.mp4 10\nwith space.mp4 2\n");
    ASSERT_EQ(list.clips.size(), 3U);
    EXPECT_EQ(list.clips[2].path.filename(), "with space.mp4");
    EXPECT_EQ(list.labels, (std::vector<std::string>{"2", "10"})) << "numbers by value";
}

TEST_F(ReadClipList, AFolderForEachClass)
{
    const TemporaryFolder folder;
    folder.write("run/1.mp4");
    folder.write("run/deep/2.AVI");
    folder.write("run/notes.txt");
    folder.write("walk/1.mp4");
    const ClipList list = read_clip_list(folder.path());
    ASSERT_EQ(list.clips.size(), 3U);
    EXPECT_EQ(list.clips[0].id, "run-1");
    EXPECT_EQ(list.clips[1].id, "run-deep-2");
    EXPECT_EQ(list.clips[2].id, "walk-1");
    EXPECT_EQ(list.clips[2].label, "walk");
}

TEST_F(ReadClipList, AnEmptyClassFolderIsRefused)
{
    const TemporaryFolder folder;
    folder.write("run/1.mp4");
    folder.write("walk/readme.txt");
    try {
        read_clip_list(folder.path());
        FAIL() << "an empty class passed";
    } catch (const Error &error) {
        EXPECT_NE(std::string(error.what()).find("class 'walk' has no clip"), std::string::npos);
    }
}

TEST_F(ReadClipList, WhatCannotBeUsedIsNamedAndTheRestGoesOn)
{
    ListOptions options;
    options.labels = {"run", "walk"};
    const ClipList list = read("l.csv",
                               "path,label\na.mp4,run\nmissing.mp4,run\nb.mp4,jump\nc.mp4,\n"
                               "with space.mp4,run\n",
                               options);
    EXPECT_EQ(list.clips.size(), 2U);
    ASSERT_EQ(list.warnings.size(), 3U);
    EXPECT_NE(list.warnings[0].find("b.mp4': label 'jump' is not one"), std::string::npos);
    EXPECT_NE(list.warnings[1].find("c.mp4': has no label"), std::string::npos);
    EXPECT_NE(list.warnings[2].find("l.csv': 1 file does not open and is left out: "
                                    "'missing.mp4'; put them there"),
              std::string::npos);
}

TEST_F(ReadClipList, ALabelWithOneClipIsNamed)
{
    const ClipList list = read("l.csv", "a.mp4,run\nb.mp4,run\nc.mp4,walk\n");
    ASSERT_EQ(list.warnings.size(), 1U);
    EXPECT_NE(list.warnings[0].find("'walk' has one clip"), std::string::npos);
}

TEST_F(ReadClipList, AGroupInTwoSplitsIsRefused)
{
    EXPECT_NE(error_of("l.csv", "a.mp4,run,g1,train\nb.mp4,run,g1,test\n").find("group 'g1'"),
              std::string::npos);
    const auto link = folder_.path() / "link.mp4";
    std::filesystem::create_symlink("a.mp4", link);
    EXPECT_EQ(error_of("l.csv", "a.mp4,run,,train\nlink.mp4,run,,test\n"),
              "list '" + (folder_.path() / "l.csv").string() + "': '" +
                  (folder_.path() / "a.mp4").string() + "' and '" + link.string() +
                  "', one video, are in the splits 'train' and 'test'; keep it in one, or what is "
                  "learned of it leaks into the test");
}

TEST_F(ReadClipList, WrongFormsAreNamedWithTheRow)
{
    EXPECT_NE(error_of("l.csv", "path,label,split\na.mp4,run,training\nb.mp4,run,dev\n")
                  .find("row 3: expected split train, val or test, got 'dev'"),
              std::string::npos);
    EXPECT_NE(error_of("l.csv", "path,group\na.mp4,g\n").find("expected a column 'label'"),
              std::string::npos);
    EXPECT_NE(error_of("l.csv", "path,label,end\na.mp4,run,140%\n").find("row 2"),
              std::string::npos);
    EXPECT_NE(error_of("l.csv", "a.mp4,\"run\nb.mp4,run\n").find("quote"), std::string::npos);
    EXPECT_NE(error_of("l.csv", "missing.mp4,run\n")
                  .find("no clip can be used: 1 file does not open and is left out: "),
              std::string::npos);
}

TEST_F(ReadClipList, AFieldMoreThanColumnsIsRefused)
{
    EXPECT_NE(error_of("l.csv", "path,label\na.mp4,run\nb.mp4,sitting, down\n")
                  .find("row 3: has 3 fields, expected 2 as the header; put quotes around a field "
                        "that holds a comma"),
              std::string::npos);
    EXPECT_NE(error_of("l.csv", "a.mp4,run,g,train,9\n").find("row 1: has 5 fields, expected 4"),
              std::string::npos);
    EXPECT_EQ(read("l.csv", "path,label\na.mp4,run,,\nb.mp4,run\n").clips.size(), 2U)
        << "spreadsheets write empty ones";
}

TEST_F(ReadClipList, AStretchThatGoesBackwardsIsRefused)
{
    EXPECT_NE(error_of("l.csv", "path,label,start,end\na.mp4,run,3,1.5\n")
                  .find("row 2: expected end behind the start at 3, got '1.5'"),
              std::string::npos);
    EXPECT_NE(error_of("l.csv", "path,label,start\na.mp4,run,100%\n").find("behind the start"),
              std::string::npos);
    EXPECT_NE(error_of("l.csv", "path,label,event_start,event_end\na.mp4,run,2,2\n")
                  .find("expected event_end behind the start at 2, got '2'"),
              std::string::npos);
    EXPECT_EQ(read("l.csv", "path,label,start,end\na.mp4,run,3,90%\nb.mp4,run,0,2\n").clips.size(),
              2U);
}

TEST_F(ReadClipList, AnEventHasAStartAndAnEnd)
{
    EXPECT_NE(error_of("l.csv", "path,label,event_start,event_end\na.mp4,run,1.5,\n")
                  .find("expected both event_start and event_end"),
              std::string::npos);
    EXPECT_NE(error_of("l.csv", "path,label,event_start,event_end\na.mp4,run,soon,2\n")
                  .find("expected seconds or a share"),
              std::string::npos);
}

TEST_F(ReadClipList, AWrittenListReadsBackTheSame)
{
    ClipList list = read(
        "l.csv", "path,label,group,split,start,end,ends_after,weight,set,event_start,event_end\n"
                 "with space.mp4,\"a \"\"b\"\", c\",g 1,train,1.25,42%,,0.3,\"a, b\",1.5,50%\n"
                 "b.mp4,run,g2,test,,,78%,,,,\n");
    write_clip_list(folder_.path() / "again.csv", list);
    const ClipList again = read_clip_list(folder_.path() / "again.csv");
    ASSERT_EQ(again.clips.size(), 2U);
    EXPECT_EQ(again.clips[0].label, "a \"b\", c");
    EXPECT_EQ(again.clips[0].path, list.clips[0].path);
    EXPECT_EQ(again.clips[0].group, "g 1");
    EXPECT_DOUBLE_EQ(again.clips[0].start.seconds(10), 1.25);
    EXPECT_DOUBLE_EQ(again.clips[0].end.seconds(10), 4.2);
    EXPECT_DOUBLE_EQ(again.clips[0].weight, 0.3);
    EXPECT_DOUBLE_EQ(again.clips[1].ends_after.seconds(10), 7.8);
    EXPECT_EQ(again.clips[0].set, "a, b");
    ASSERT_TRUE(again.clips[0].event.has_value());
    EXPECT_DOUBLE_EQ(again.clips[0].event->start.seconds(10), 1.5);
    EXPECT_DOUBLE_EQ(again.clips[0].event->end.seconds(10), 5);
    EXPECT_EQ(again.clips[1].set, "");
    EXPECT_FALSE(again.clips[1].event.has_value());
}

TEST_F(ReadClipList, AnOverlapIsAShare)
{
    EXPECT_DOUBLE_EQ(read("l.csv", "path,label,overlap\na.mp4,run,0.75\n").clips[0].overlap, 0.75);
    EXPECT_NE(error_of("l.csv", "path,label,overlap\na.mp4,run,1.5\n").find("overlap in [0, 1]"),
              std::string::npos);
}

TEST_F(ReadClipList, WholeVideosAreTakenOnceAndStretchesAreTold)
{
    const ClipList list = read("l.csv", "path,label,split,start,end\n"
                                        "a.mp4,run,train,0,100%\na.mp4,sit,train,1,2\n"
                                        "b.mp4,sit,test,1,2\nb.mp4,sit,test,3,4\n"
                                        "c.mp4,run,test,0,100%\nc.mp4,run,test,0,100%\n"
                                        "c.mp4,sit,test,0,100%\n");
    const ClipList whole = whole_videos(list, "", /*stretches=*/false);
    ASSERT_EQ(whole.clips.size(), 2U);
    EXPECT_EQ(whole.clips[1].path, folder_.path() / "c.mp4");
    EXPECT_EQ(whole.clips[1].label, "run");
    const auto told = [&](const char *name) {
        return "'" + (folder_.path() / name).string() + "': ";
    };
    const std::string stretch = "is a stretch of a video; features are of whole videos: left out";
    const std::vector<std::string> expected = {
        told("a.mp4") + stretch, told("b.mp4") + stretch, told("b.mp4") + stretch,
        told("c.mp4") + "is named twice: left out the second time",
        told("c.mp4") + "is labelled 'run' and, further on, 'sit': left out the second time"};
    EXPECT_EQ(std::vector<std::string>(whole.warnings.begin() +
                                           static_cast<std::ptrdiff_t>(list.warnings.size()),
                                       whole.warnings.end()),
              expected);

    const ClipList videos = whole_videos(list, "test", /*stretches=*/true);
    ASSERT_EQ(videos.clips.size(), 2U);
    EXPECT_EQ(videos.clips[0].path, folder_.path() / "b.mp4");
    EXPECT_EQ(videos.clips[0].start.value, 0);
    EXPECT_TRUE(videos.clips[0].end.is_share);
    EXPECT_EQ(videos.warnings.size(), list.warnings.size());
}

} // namespace

} // namespace fovea
