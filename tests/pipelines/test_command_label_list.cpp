// SPDX-License-Identifier: MIT
#include "fovea/core/json.h"
#include "fovea/store/results/provenance.h"
#include "label_test.h"

namespace fs = std::filesystem;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::cut;
using fovea_test::LabelCommand;
using fovea_test::lines;
using fovea_test::made_by;
using fovea_test::run_fovea;
using fovea_test::write_text;

TEST_F(LabelCommand, VideosOfOneNameInTwoFoldersOfAListHaveResultsEach)
{
    for (const char *folder : {"one", "two", "elsewhere", "lists"})
        fs::create_directories(at(folder));
    ball(at("one/a.mp4"), 60);
    ball(at("two/a.mp4"), 90);
    ball(at("elsewhere/b.mp4"), 60);
    write_text(at("lists/list.txt"), "../elsewhere/b.mp4\n");
    write_text(at("list.txt"), "one/a.mp4\n" + at("two/./a.mp4").string() + "\n");
    for (const char *list : {"list.txt", "lists/list.txt"}) {
        const CommandRun run = label({"--list", at(list).string(), "--out", at("out").string()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
    }
    EXPECT_TRUE(fs::exists(at("out/one/a.mp4.fovea/results.jsonl")));
    EXPECT_TRUE(fs::exists(at("out/two/a.mp4.fovea/results.jsonl")));
    EXPECT_TRUE(fs::exists(at("out/b.mp4.fovea/results.jsonl"))) << "it is not below its list";
}

TEST_F(LabelCommand, AListHoldsAnyName)
{
    const fs::path plain = ball(at("plain.mp4"), 60);
    const std::string latin = at("\xfc.mp4").string();
    const std::string odd = at(" two\nlines .mp4 ").string();
    for (const std::string &name : {latin, odd})
        fs::copy_file(plain, name);
    write_text(at("lines.txt"), "\xEF\xBB\xBFplain.mp4\n\n" + latin + "\n");
    const CommandRun of_lines = label({"--list", at("lines.txt").string()});
    EXPECT_NE(of_lines.out.find("2 labelled"), std::string::npos) << of_lines.out << of_lines.err;

    write_text(at("zeros"), std::string("plain.mp4") + '\0' + odd + '\0' + latin + '\0');
    const CommandRun of_zeros = label({"--list", at("zeros").string()});
    EXPECT_NE(of_zeros.out.find("1 labelled, 2 skipped"), std::string::npos)
        << of_zeros.out << of_zeros.err;

    write_text(at("lines.txt"), latin + "\n\xe4.mp4\n");
    const CommandRun not_there = label({"--list", at("lines.txt").string()});
    EXPECT_EQ(not_there.exit_code, 1);
    EXPECT_NE(not_there.err.find("line 2 is not UTF-8"), std::string::npos) << not_there.err;
}

TEST_F(LabelCommand, LabelledCopiesThatAListNamesAreNotLabelled)
{
    const fs::path video = ball(at("ball.mp4"), 60);
    ASSERT_EQ(label({video.string(), "--video"}).exit_code, 0);
    write_text(at("list.txt"), "ball.mp4\nball.mp4.fovea/labelled.mp4\n");
    const CommandRun run = label({"--list", at("list.txt").string()});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(lines(run.err), 1) << run.err;
    EXPECT_NE(run.err.find("passed over 1 of the list"), std::string::npos) << run.err;
    EXPECT_FALSE(fs::exists(at("ball.mp4.fovea/labelled.mp4.fovea")));
    write_text(at("copies.txt"), "ball.mp4.fovea/labelled.mp4\n");
    const CommandRun copies = label({"--list", at("copies.txt").string()});
    EXPECT_EQ(copies.exit_code, 0) << copies.err;
    EXPECT_NE(copies.err.find("passed over 1 of the list"), std::string::npos) << copies.err;
    EXPECT_FALSE(fs::exists(at("ball.mp4.fovea/labelled.mp4.fovea")));

    const CommandRun named = label({at("ball.mp4.fovea/labelled.mp4").string(), video.string()});
    EXPECT_NE(named.out.find("1 labelled, 1 skipped"), std::string::npos) << named.out;
}

/* As a version before did that kept no folders, and whose records do not name the video */
TEST_F(LabelCommand, ResultsThatLayInOutItselfMoveToTheirFolder)
{
    fs::create_directories(at("one"));
    fs::create_directories(at("two"));
    const fs::path video = ball(at("one/a.mp4"), 60);
    ball(at("two/a.mp4"), 90);
    ASSERT_EQ(label({video.string(), "--out", at("out").string()}).exit_code, 0);
    fovea::Json record = fovea::read_json(at("out/a.mp4.fovea/run.json"));
    record.erase("video");
    write_text(at("out/a.mp4.fovea/run.json"), record.dump());
    const auto time = fs::last_write_time(at("out/a.mp4.fovea/results.jsonl"));

    write_text(at("list.txt"), "two/a.mp4\none/a.mp4\n");
    const CommandRun run = label({"--list", at("list.txt").string(), "--out", at("out").string(),
                                  "--claims", at("claims").string()});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("1 labelled, 1 skipped"), std::string::npos) << run.out;
    EXPECT_FALSE(fs::exists(at("out/a.mp4.fovea"))) << "report would tell both";
    ASSERT_TRUE(fs::exists(at("out/one/a.mp4.fovea/results.jsonl")));
    EXPECT_EQ(fs::last_write_time(at("out/one/a.mp4.fovea/results.jsonl")), time);
    EXPECT_TRUE(fs::exists(at("out/two/a.mp4.fovea/results.jsonl")));
}

/* A recorder's files of fixed size, of two cameras, that end in one second */
TEST_F(LabelCommand, ResultsThatMayBeOfTwoVideosAreNotMoved)
{
    fs::create_directories(at("one"));
    fs::create_directories(at("two"));
    const fs::path video = ball(at("one/a.mp4"), 60);
    fs::copy_file(video, at("two/a.mp4"));
    fs::last_write_time(at("two/a.mp4"), fs::last_write_time(video));
    ASSERT_EQ(label({video.string(), "--out", at("out").string()}).exit_code, 0);
    fovea::Json record = fovea::read_json(at("out/a.mp4.fovea/run.json"));
    record.erase("video");
    write_text(at("out/a.mp4.fovea/run.json"), record.dump());

    write_text(at("list.txt"), "two/a.mp4\none/a.mp4\n");
    const CommandRun run = label({"--list", at("list.txt").string(), "--out", at("out").string()});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("2 labelled"), std::string::npos) << run.out;
    EXPECT_TRUE(fs::exists(at("out/a.mp4.fovea/run.json")));
}

TEST_F(LabelCommand, FoldersAreKeptHoweverTheListsPathIsSpelled)
{
    fs::create_directories(at("real/one"));
    fs::create_directory_symlink(at("real"), at("link"));
    const fs::path video = ball(at("real/one/a.mp4"), 60);
    write_text(at("real/list.txt"), video.string() + "\n");
    const CommandRun run =
        label({"--list", at("link/list.txt").string(), "--out", at("out").string()});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_TRUE(fs::exists(at("out/one/a.mp4.fovea/results.jsonl")));
}

TEST_F(LabelCommand, WhoListsBothIsNotToldToListBoth)
{
    for (const char *folder : {"lists", "one", "two"})
        fs::create_directories(at(folder));
    ball(at("one/a.mp4"), 60);
    ball(at("two/a.mp4"), 90);
    write_text(at("lists/both.txt"), "../one/a.mp4\n../two/a.mp4\n");
    write_text(at("lists/second.txt"), "../two/a.mp4\n");
    for (const char *list : {"lists/both.txt", "lists/second.txt"}) {
        const CommandRun run = label({"--list", at(list).string(), "--out", at("out").string()});
        EXPECT_EQ(run.exit_code, 1);
        EXPECT_NE(run.err.find("another --out"), std::string::npos) << run.err;
        EXPECT_EQ(run.err.find("list both"), std::string::npos) << run.err;
    }
    const CommandRun named = label({at("two/a.mp4").string(), "--out", at("out").string()});
    EXPECT_NE(named.err.find("list both"), std::string::npos) << named.err;
}

TEST_F(LabelCommand, OnlyWhatTheListNamesKeepsFolders)
{
    fs::create_directories(at("one"));
    fs::create_directories(at("two"));
    const fs::path named = ball(at("one/a.mp4"), 60);
    ball(at("two/b.mp4"), 60);
    write_text(at("list.txt"), "two/b.mp4\n");
    const CommandRun run =
        label({named.string(), "--list", at("list.txt").string(), "--out", at("out").string()});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_TRUE(fs::exists(at("out/a.mp4.fovea/results.jsonl")));
    EXPECT_TRUE(fs::exists(at("out/two/b.mp4.fovea/results.jsonl")));
}

TEST_F(LabelCommand, AZeroInAListOfLinesIsToldWithItsLine)
{
    ball(at("plain.mp4"), 60);
    write_text(at("list.txt"), std::string("plain.mp4\npl") + '\0' + "ain.mp4\n");
    const CommandRun run = label({"--list", at("list.txt").string()});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("line 2 holds the control character 0"), std::string::npos) << run.err;
}

TEST_F(LabelCommand, WhatIsToldOfEachFileOfAListStandsInItsRecord)
{
    made_by("videotestsrc pattern=snow num-buffers=300 ! "
            "video/x-raw,framerate=30/1,width=160,height=120 ! x264enc ! mp4mux faststart=true",
            at("whole.mp4"));
    cut(at("whole.mp4"), 0.4, at("cut.mp4"));
    write_text(at("list.txt"), "whole.mp4\ncut.mp4\n");
    const auto told = [this](const std::string &record) {
        const auto warnings = fovea::recorded_warnings(at(record));
        EXPECT_TRUE(warnings) << record;
        return warnings ? *warnings : std::vector<std::string>();
    };
    const std::vector<std::string> words = {"--list", at("list.txt"), "--jobs", "2"};
    const CommandRun run = label(words);
    const auto of_cut = told("cut.mp4.fovea/run.json");
    ASSERT_EQ(of_cut.size(), 1U) << run.err;
    EXPECT_NE(of_cut.front().find("it seems damaged or cut short"), std::string::npos);
    EXPECT_NE(run.err.find("'" + at("cut.mp4").string() + "' " + of_cut.front() + "\n"),
              std::string::npos)
        << run.err;
    EXPECT_TRUE(told("whole.mp4.fovea/run.json").empty());
    EXPECT_NE(label(words).out.find("0 labelled, 2 skipped"), std::string::npos);
    EXPECT_EQ(told("cut.mp4.fovea/run.json"), of_cut);

    const CommandRun rows = run_fovea(
        {"extract", at("cut.mp4"), "--model", "watch", "--detector", "hog", "--out", at("rows")});
    EXPECT_EQ(rows.exit_code, 0) << rows.err;
    EXPECT_EQ(told("rows/cut.run.json"), of_cut);
}
