// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>

#include "fovea/bundle/default_model.h"
#include "fovea/core/json.h"
#include "label_test.h"

namespace fs = std::filesystem;
using fovea::Activity;
using fovea::Result;
using fovea_test::activities;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::LabelCommand;
using fovea_test::lines;
using fovea_test::read_text;
using fovea_test::run_fovea;
using fovea_test::write_text;

TEST_F(LabelCommand, WritesOneVideoLabelAndAWindowEachSecond)
{
    const fs::path video = ball(at("ball.mp4"), 300); // 10 s; windows of 2.27 s, one each 1.07 s
    const CommandRun run = label({video.string()});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(lines(run.out), 1) << run.out;

    const fs::path folder = video.string() + ".fovea";
    EXPECT_EQ(activities(folder, Activity::Scope::Video).size(), 1U);
    const auto windows = activities(folder, Activity::Scope::Window);
    ASSERT_GE(windows.size(), 8U);
    EXPECT_EQ(windows.front().activity.time.start, 0);
    EXPECT_NEAR(fovea::to_seconds(windows.back().activity.time.end), 10.0, 0.2);
    EXPECT_EQ(windows.front().source, video.string());
    EXPECT_EQ(windows.front().model, fovea::default_model);
    EXPECT_FALSE(windows.front().run.empty());
    EXPECT_EQ(windows.back().run, windows.front().run);
    EXPECT_FALSE(windows.front().utc.empty()) << "mp4mux wrote when it was made";
    EXPECT_GT(windows.back().utc, windows.front().utc);
    EXPECT_EQ(read_text(folder / "results.vtt").rfind("WEBVTT", 0), 0U);
}

TEST_F(LabelCommand, SegmentsComeBesideTheWindows)
{
    const fs::path video = ball(at("ball.mp4"), 150);
    ASSERT_EQ(label({"--segments", video.string()}).exit_code, 0);
    const fs::path folder = video.string() + ".fovea";
    EXPECT_GE(activities(folder, Activity::Scope::Window).size(), 3U);
    for (const Result &segment : activities(folder, Activity::Scope::Segment)) {
        EXPECT_NE(segment.activity.label.label, "normal") << "the background is no action";
        EXPECT_LT(segment.activity.time.start, segment.activity.time.end);
    }
    const auto json = fovea::Json::parse(read_text(folder / "results.activitynet.json"));
    EXPECT_EQ(json["results"]["ball"].size(), activities(folder, Activity::Scope::Segment).size());
}

/* With the threshold at 0 every class that is no background has segments. */
TEST_F(LabelCommand, SegmentsOfAModelCombinedWithItselfAreItsOwn)
{
    const fs::path video = ball(at("ball.mp4"), 150);
    fs::copy(fs::path(std::getenv("FOVEA_MODEL_PATH")) / "watch", at("eager"));
    fovea::Json card = fovea::read_json(at("eager/card.json"));
    card["segments"]["threshold"] = 0;
    card["decision"]["normal"] = "";
    write_text(at("eager/card.json"), card.dump());
    const auto segments_by = [&](const std::string &model) {
        const fs::path out = at("by-" + std::to_string(model.size()));
        const CommandRun run =
            label({"--segments", "--model", model, "--out", out.string(), video.string()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        auto found = activities(out / "ball.mp4.fovea", Activity::Scope::Segment);
        std::sort(found.begin(), found.end(), [](const Result &a, const Result &b) {
            return std::pair(a.activity.time.end, a.activity.label.label_id) <
                   std::pair(b.activity.time.end, b.activity.label.label_id);
        });
        return found;
    };
    const std::string eager = at("eager");
    const auto alone = segments_by(eager);
    const auto twice = segments_by(eager + "," + eager);
    ASSERT_FALSE(alone.empty());
    ASSERT_EQ(twice.size(), alone.size());
    for (std::size_t i = 0; i < alone.size(); ++i) {
        EXPECT_EQ(twice[i].activity.label.label, alone[i].activity.label.label);
        EXPECT_NEAR(twice[i].activity.label.confidence, alone[i].activity.label.confidence, 1e-5);
        EXPECT_EQ(twice[i].activity.time.start, alone[i].activity.time.start);
        EXPECT_EQ(twice[i].activity.time.end, alone[i].activity.time.end);
        EXPECT_EQ(twice[i].resolution.width, 320);
        EXPECT_EQ(twice[i].source, video.string());
        EXPECT_EQ(twice[i].run, twice.front().run);
        EXPECT_FALSE(twice[i].run.empty());
    }
    const std::string both = eager + "," + eager;
    const CommandRun again =
        label({"--segments", "--model", both, "--out",
               at("by-" + std::to_string(both.size())).string(), video.string()});
    EXPECT_NE(again.out.find("labelled before"), std::string::npos) << "all lines are of one run";

    write_text(at("list.csv"), "path,label,split,start,end\nball.mp4,fall,test,1,3\n");
    const auto figures_of = [&](const std::string &model) {
        const fs::path out = at("eval-" + std::to_string(model.size()));
        const CommandRun run =
            run_fovea({"eval", "--segments", "--detector", "hog", "--model", model, "--list",
                       at("list.csv").string(), "--out", out.string()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return read_text(out / "segments.json");
    };
    const std::string figures = figures_of(eager);
    EXPECT_NE(figures.find("\"truths\": 1"), std::string::npos) << figures;
    EXPECT_EQ(figures_of(eager + "," + eager), figures);
}

TEST_F(LabelCommand, PrintedPipelineRunsAsItIs)
{
    const fs::path video = ball(at("a ball.mp4"), 150);
    const CommandRun printed = label({video.string(), "--print-pipeline"});
    ASSERT_EQ(printed.exit_code, 0) << printed.err;
    EXPECT_FALSE(fs::exists(video.string() + ".fovea"));

    const CommandRun run = fovea_test::run_program({"sh", "-c", printed.out});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("\"activity\""), std::string::npos) << run.out;
}

TEST_F(LabelCommand, AnAddressHasNoPipelineThatRunsAsItIs)
{
    const CommandRun run =
        label({"https://127.0.0.1:9/a.mp4?X-Amz-Signature=secret", "--print-pipeline"});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(run.err, "fovea: --print-pipeline: 'https://127.0.0.1:9/a.mp4' is an address, which "
                       "label copies to a file before it is looked at; expected a file: fetch it "
                       "first\n");
}

TEST_F(LabelCommand, FightIsTold)
{
    const fs::path clips = shared() / "data" / "fights" / "fight";
    if (shared().empty() || !fs::exists(clips))
        GTEST_SKIP() << "no real clips: FOVEA_SHARED is not there";
    std::vector<std::string> files;
    for (const auto &entry : fs::directory_iterator(clips))
        files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    files.resize(std::min<std::size_t>(files.size(), 10));
    std::vector<std::string> words = {"label", "--out", at("out").string()};
    words.insert(words.end(), files.begin(), files.end());
    const CommandRun run = run_fovea(words);
    ASSERT_EQ(run.exit_code, 0) << run.err;
    int fights = 0;
    for (const auto &entry : fs::directory_iterator(at("out"))) {
        const auto whole = activities(entry.path(), Activity::Scope::Video);
        fights += !whole.empty() && whole.front().activity.label.label == "fight" ? 1 : 0;
    }
    EXPECT_GE(fights,
              4); // of 10; it finds about half, and how many of all is test_command_real_clips's
}

TEST_F(LabelCommand, UsageErrorsAreOneLine)
{
    for (const std::vector<std::string> &words : {std::vector<std::string>{"label"},
                                                  {"label", "x.mp4", "--wrong"},
                                                  {"lable", "x.mp4"},
                                                  {}}) {
        const CommandRun run = run_fovea(words);
        EXPECT_EQ(run.exit_code, 2);
        EXPECT_EQ(lines(run.err), 1) << run.err;
    }
    EXPECT_EQ(run_fovea({"--version"}).out,
              "fovea " + std::string(std::getenv("FOVEA_VERSION")) + "\n");
    EXPECT_NE(run_fovea({"label", "--help"}).out.find("--detector"), std::string::npos);
}

TEST_F(LabelCommand, SigtermEndsItAsCtrlCDoes)
{
    const fs::path video = ball(at("long.mp4"), 1500);
    const CommandRun run = fovea_test::run_program(
        {"sh", "-c",
         "\"$FOVEA_COMMAND\" label --detector hog '" + video.string() +
             "' & run=$!; while ! ls -d '" + video.string() +
             ".fovea'/.part-* >/dev/null 2>&1; do sleep 0.1; done; kill -TERM $run; wait $run"});
    EXPECT_EQ(run.exit_code, 130);
    EXPECT_NE(run.err.find("interrupted"), std::string::npos) << run.err;
    EXPECT_FALSE(fs::exists(video.string() + ".fovea")) << "nothing half made stays";
}
