// SPDX-License-Identifier: MIT
#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <future>
#include <thread>

#include "fovea/store/staging_folder.h"
#include "label_test.h"

namespace fs = std::filesystem;
using fovea::Activity;
using fovea_test::activities;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::cut;
using fovea_test::LabelCommand;
using fovea_test::made_elements;
using fovea_test::read_text;
using fovea_test::write_text;

namespace {

/** \brief The process that works for a guarded command which this test's process runs; 0: none yet */
pid_t guarded_process()
{
    const auto child_of = [](pid_t process) {
        const fs::path own = "/proc/" + std::to_string(process) + "/task";
        for (const auto &task : fs::directory_iterator(own)) { // any thread may have started it
            pid_t child = 0;
            if (std::ifstream(task.path() / "children") >> child)
                return child;
        }
        return pid_t{0};
    };
    const pid_t guard = child_of(getpid());
    return guard != 0 ? child_of(guard) : 0;
}

/** \brief A run of the command that crashes once the folder of results that is named is there */
CommandRun crashed_at(const fs::path &results, const std::function<CommandRun()> &runs)
{
    auto running = std::async(std::launch::async, runs);
    while (!fs::exists(results) &&
           running.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
    }
    const pid_t process = guarded_process();
    EXPECT_NE(process, 0) << "the command runs without a guard, or has ended";
    if (process != 0)
        kill(process, SIGABRT);
    return running.get();
}

} // namespace

TEST_F(LabelCommand, FinishedResultIsNotMadeAgain)
{
    const fs::path video = ball(at("ball.mp4"), 60);
    const fs::path results = at("ball.mp4.fovea/results.jsonl");
    ASSERT_EQ(label({video.string()}).exit_code, 0);
    const auto first = fs::last_write_time(results);

    const fs::path log = at("gst.log");
    EXPECT_NE(label({video.string()}, {{"GST_DEBUG", "GST_ELEMENT_FACTORY:4"},
                                       {"GST_DEBUG_NO_COLOR", "1"},
                                       {"GST_DEBUG_FILE", log.string()}})
                  .out.find("labelled before"),
              std::string::npos);
    EXPECT_EQ(fs::last_write_time(results), first);
    EXPECT_EQ(made_elements(log, "uridecodebin"), 0) << "the video is not looked into";

    ASSERT_EQ(label({video.string(), "--force"}).exit_code, 0);
    EXPECT_GT(fs::last_write_time(results), first);
}

/* As git-annex lays two videos of one content */
TEST_F(LabelCommand, LinksToOneFileAreVideosOfTheirOwnAndOneNameIsOne)
{
    const fs::path video = ball(at("ball.mp4"), 60);
    fs::create_symlink(video, at("linked.mp4"));
    fs::create_directory_symlink(video.parent_path(), at("folder"));
    const CommandRun run = label({"--format", "csv", video.string(), at("linked.mp4").string(),
                                  at("folder/ball.mp4").string()});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_TRUE(fs::exists(at("ball.mp4.fovea/results.csv")));
    EXPECT_TRUE(fs::exists(at("linked.mp4.fovea/results.csv")));
    EXPECT_EQ(run.out.find("labelled before"), std::string::npos) << run.out;
}

TEST_F(LabelCommand, FoldersOfResultsAmongTheVideosAreLeftOut)
{
    const fs::path video = ball(at("ball.mp4"), 60);
    ASSERT_EQ(label({video.string()}).exit_code, 0);
    const CommandRun again = label({video.string(), at("ball.mp4.fovea/").string()});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(again.err, "");

    fs::create_directories(at("other.fovea"));
    EXPECT_EQ(label({video.string(), at("other.fovea").string()}).exit_code, 1)
        << "it holds no results";
}

TEST_F(LabelCommand, OtherSettingsOrAChangedVideoAreMadeAnew)
{
    const fs::path video = ball(at("ball.mp4"), 60);
    const fs::path results = at("ball.mp4.fovea/results.jsonl");
    ASSERT_EQ(label({video.string()}).exit_code, 0);
    const auto first = fs::last_write_time(results);

    ASSERT_EQ(label({video.string(), "--sampling", "every"}).exit_code, 0);
    const auto second = fs::last_write_time(results);
    EXPECT_GT(second, first);

    fs::last_write_time(video, fs::file_time_type::clock::now());
    ASSERT_EQ(label({video.string(), "--sampling", "every"}).exit_code, 0);
    EXPECT_GT(fs::last_write_time(results), second);
}

TEST_F(LabelCommand, FailedRunLeavesWhatTheOneBeforeMade)
{
    const fs::path video = ball(at("ball.mp4"), 90);
    ASSERT_EQ(label({video.string()}).exit_code, 0);
    const fs::path folder = video.string() + ".fovea";
    const std::string results = read_text(folder / "results.jsonl");
    EXPECT_NE(label({"--size", "7", video.string()}).exit_code, 0);
    EXPECT_EQ(read_text(folder / "results.jsonl"), results);
    const CommandRun again = label({video.string()});
    EXPECT_NE(again.out.find("labelled before"), std::string::npos) << again.out;
}

TEST_F(LabelCommand, WhatANewRunDoesNotMakeIsNotLeftFromTheOneBefore)
{
    const fs::path video = ball(at("ball.mp4"), 90);
    ASSERT_EQ(label({"--segments", video.string()}).exit_code, 0);
    const fs::path folder = video.string() + ".fovea";
    ASSERT_TRUE(fs::exists(folder / "results.activitynet.json"));
    ASSERT_EQ(label({"--sampling", "every", "--format", "csv", video.string()}).exit_code, 0);
    EXPECT_FALSE(fs::exists(folder / "results.activitynet.json"));
    EXPECT_FALSE(fs::exists(folder / "results.vtt"));
    EXPECT_TRUE(fs::exists(folder / "results.csv"));
}

TEST_F(LabelCommand, MissingFormatIsMadeFromTheResultsThatAreThere)
{
    const fs::path video = ball(at("ball.mp4"), 60);
    const fs::path folder = video.string() + ".fovea";
    ASSERT_EQ(label({video.string(), "--format", "jsonl"}).exit_code, 0);
    EXPECT_FALSE(fs::exists(folder / "results.csv"));
    const auto first = fs::last_write_time(folder / "results.jsonl");

    ASSERT_EQ(label({video.string(), "--format", "csv"}).exit_code, 0);
    EXPECT_TRUE(fs::exists(folder / "results.csv"));
    EXPECT_EQ(fs::last_write_time(folder / "results.jsonl"), first);
}

TEST_F(LabelCommand, AFolderThatAnotherProcessWritesIsLeftAndTheNextVideoLabelled)
{
    const fs::path held = ball(at("held.mp4"), 90);
    const fs::path other = ball(at("other.mp4"), 90);
    const fovea::StagingFolder holder(held.string() + ".fovea",
                                      fovea::StagingFolder::Use::Exclusive);
    const CommandRun run = label({held.string(), other.string()});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("process " + std::to_string(getpid())), std::string::npos) << run.err;
    EXPECT_NE(run.err.find("--claims shares videos among runs"), std::string::npos) << run.err;
    EXPECT_FALSE(fs::exists(held.string() + ".fovea/results.jsonl"));
    EXPECT_TRUE(fs::exists(other.string() + ".fovea/results.jsonl"));
}

TEST_F(LabelCommand, TwoRunsOnOneVideoLeaveTheResultsOfOne)
{
    const fs::path video = ball(at("long.mp4"), 900);
    const std::string command = "\"$FOVEA_COMMAND\" label --detector hog '" + video.string() + "'";
    const CommandRun run = fovea_test::run_program(
        {"sh", "-c",
         command + " & first=$!; " + command + "; second=$?; wait $first; exit $((second + $?))"});
    const bool one_was_told = run.err.find("process ") != std::string::npos ||
                              run.out.find("labelled before") != std::string::npos;
    EXPECT_TRUE(one_was_told) << run.out << run.err;
    EXPECT_LE(run.exit_code, 1) << run.err;
    const auto of_video = activities(video.string() + ".fovea", Activity::Scope::Video);
    EXPECT_EQ(of_video.size(), 1U);
}

TEST_F(LabelCommand, ResultsOfTwoRunsInOneFileAreMadeAnew)
{
    const fs::path video = ball(at("ball.mp4"), 90);
    ASSERT_EQ(label({video.string()}).exit_code, 0);
    const fs::path folder = video.string() + ".fovea";
    const std::string once = read_text(folder / "results.jsonl");
    for (const std::string &damaged : {once + once, once.substr(0, once.size() / 2)}) {
        write_text(folder / "results.jsonl", damaged);
        const CommandRun run = label({video.string()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        EXPECT_EQ(run.out.find("labelled before"), std::string::npos) << run.out;
        EXPECT_EQ(activities(folder, Activity::Scope::Video).size(), 1U);
    }
}

TEST_F(LabelCommand, EarlierOutputsStayUntilNewOnesAreWhole)
{
    const fs::path video = ball(at("ball.mp4"), 90);
    ASSERT_EQ(label({video.string(), "--video"}).exit_code, 0);
    const fs::path folder = video.string() + ".fovea";
    const std::string results = read_text(folder / "results.jsonl");
    const std::string labelled = read_text(folder / "labelled.mp4");
    cut(video, 0.02, video); // not one frame is left
    EXPECT_EQ(label({video.string(), "--video", "--force"}).exit_code, 1);
    EXPECT_EQ(read_text(folder / "results.jsonl"), results);
    EXPECT_EQ(read_text(folder / "labelled.mp4"), labelled);
}

TEST_F(LabelCommand, ACrashInOneVideoIsToldAndDoesNotEndTheOthers)
{
    const fs::path video = ball(at("long.mp4"), 900);
    const fs::path other = ball(at("short.mp4"), 60);
    const fs::path results = video.string() + ".fovea";
    const CommandRun run = crashed_at(results, [&] {
        return label({video.string(), other.string(), "--sampling", "every"});
    });
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("long.mp4' ended in a crash"), std::string::npos) << run.err;
    EXPECT_NE(run.out.find("1 labelled, 1 failed"), std::string::npos) << run.out;
    EXPECT_FALSE(fs::exists(results)) << "what the crash left goes";
}

/* Else a file of the command's own has the number of stdout: that which says what a crash ended */
TEST_F(LabelCommand, WithStdoutClosedACrashIsToldTheSame)
{
    const fs::path video = ball(at("long.mp4"), 900);
    const fs::path other = ball(at("short.mp4"), 60);
    const fs::path results = video.string() + ".fovea";
    const CommandRun run = crashed_at(results, [&] {
        return fovea_test::run_program({"bash", "-c", R"(exec "$0" "$@" >&-)",
                                        std::getenv("FOVEA_COMMAND"), "label", "--detector", "hog",
                                        other.string(), video.string(), "--sampling", "every"});
    });
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("long.mp4' ended in a crash"), std::string::npos) << run.err;
    EXPECT_FALSE(fs::exists(results)) << "what the crash left goes";
}
