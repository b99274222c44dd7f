// SPDX-License-Identifier: MIT
#include <future>

#include "command_test.h"
#include "fovea/core/json.h"

namespace fs = std::filesystem;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::lines;
using fovea_test::read_text;
using fovea_test::run_fovea;
using fovea_test::write_text;

namespace {

/** Evaluations of one list in shares, by which the whole must not change */
class SharesOfEval : public fovea_test::CommandTest
{
protected:
    void SetUp() override
    {
        CommandTest::SetUp();
        fs::create_directories(at("data/videos"));
        for (int i = 0; i < 5; ++i)
            ball(at("data/videos/" + std::to_string(i) + ".mp4"), 75 + 15 * i, 160 + 16 * i, 120);
        write_text(at("data/videos/5.mp4"), "no video");
    }

    CommandRun eval(const std::string &out, const std::vector<std::string> &more,
                    const std::string &list = "data/list.csv") const
    {
        std::vector<std::string> all = {"eval",   "--model", model_,  "--detector", "hog",
                                        "--list", at(list),  "--out", at(out)};
        all.insert(all.end(), more.begin(), more.end());
        return run_fovea(all);
    }

    /** All figures of a folder, by file */
    std::map<std::string, std::string> figures(const std::string &out) const
    {
        std::map<std::string, std::string> texts;
        for (const auto &entry : fs::directory_iterator(at(out))) {
            if (entry.is_regular_file())
                texts[entry.path().filename()] = read_text(entry.path());
        }
        return texts;
    }

    /** The whole at once, and by three shares on machines that keep the list in other places */
    void expect_merged_is_whole(const std::string &list, const std::vector<std::string> &options,
                                const std::string &figure)
    {
        write_text(at("data/list.csv"), list);
        const CommandRun whole = eval("whole", options);
        EXPECT_EQ(whole.exit_code, 1) << "5.mp4 is no video";
        std::vector<std::string> merge = options;
        merge.emplace_back("--merge");
        int failed = 0;
        for (int i = 0; i < 3; ++i) {
            const std::string machine = "machine" + std::to_string(i);
            fs::copy(at("data"), at(machine), fs::copy_options::recursive);
            std::vector<std::string> share = options;
            share.insert(share.end(), {"--shard", std::to_string(i) + "/3"});
            const CommandRun run = eval("part" + std::to_string(i), share, machine + "/list.csv");
            failed += run.exit_code;
            EXPECT_NE(run.out.find("--merge"), std::string::npos) << run.out << run.err;
            EXPECT_EQ(figures("part" + std::to_string(i)).size(), 0U);
            fs::remove_all(at(machine));
            merge.push_back(at("part" + std::to_string(i)));
        }
        EXPECT_EQ(failed, 1) << "one share has 5.mp4";
        fs::remove_all(at("data/videos")); // a merge reads none
        const CommandRun merged = eval("merged", merge);
        EXPECT_EQ(merged.exit_code, 1) << merged.err;
        EXPECT_NE(merged.err.find("5.mp4'"), std::string::npos) << merged.err;
        EXPECT_EQ(figures("merged"), figures("whole"));
        EXPECT_EQ(figures("whole").count(figure), 1U) << whole.err << whole.out;
    }

    std::string model_ = "watch";
};

} // namespace

TEST_F(SharesOfEval, ClipsMergedAreTheWhole)
{
    expect_merged_is_whole("path,label,split\nvideos/0.mp4,fight,test\nvideos/1.mp4,normal,test\n"
                           "videos/2.mp4,fall,test\nvideos/3.mp4,normal,test\n"
                           "videos/4.mp4,fight,train\nvideos/5.mp4,fight,test\n",
                           {}, "strongest-alarm-predictions.csv");
    EXPECT_EQ(lines(read_text(at("merged/strongest-alarm-predictions.csv"))), 5) << "of 4 clips";
}

TEST_F(SharesOfEval, AlarmsMergedAreTheWhole)
{
    expect_merged_is_whole("path,label,split,start,end,set\nvideos/0.mp4,fight,test,1,2,in\n"
                           "videos/0.mp4,fall,test,2,2.4,in\nvideos/1.mp4,normal,test,,,out\n"
                           "videos/2.mp4,normal,test,,,in\nvideos/3.mp4,fall,test,1,3,out\n"
                           "videos/4.mp4,normal,test,,,out\nvideos/5.mp4,normal,test,,,out\n",
                           {"--alarms", "--alarms-per-hour", "1"}, "alarms.json");
    const fovea::Json whole = fovea::read_json(at("merged/alarms.json"));
    EXPECT_EQ(whole["sets"][0]["videos"], 5);
}

TEST_F(SharesOfEval, SegmentsMergedAreTheWhole)
{
    fs::copy(fs::path(std::getenv("FOVEA_MODEL_PATH")) / "watch", at("eager"));
    fovea::Json card = fovea::read_json(at("eager/card.json"));
    card["segments"]["threshold"] = 0; // everything is one
    card["decision"]["normal"] = "";
    write_text(at("eager/card.json"), card.dump());
    model_ = at("eager");
    expect_merged_is_whole("path,label,split,start,end\nvideos/0.mp4,fight,test,1,2\n"
                           "videos/0.mp4,fall,test,2,2.4\nvideos/3.mp4,fall,test,1,3\n"
                           "videos/4.mp4,fight,test,1,3\nvideos/5.mp4,fall,test,1,2\n",
                           {"--segments"}, "segments-activitynet.json");
    EXPECT_NE(read_text(at("merged/segments-activitynet.json")).find("\"score\""),
              std::string::npos);
}

TEST_F(SharesOfEval, RunsThatSeeOneFolderAllTellTheWhole)
{
    write_text(at("data/list.csv"), "path,label,split\nvideos/0.mp4,fight,test\n"
                                    "videos/1.mp4,normal,test\nvideos/2.mp4,fall,test\n");
    ASSERT_EQ(eval("whole", {}).exit_code, 0);
    const auto run = [&] { return eval("shared", {"--claims", at("claims")}); };
    auto other = std::async(std::launch::async, run);
    const CommandRun one = run();
    const CommandRun two = other.get();
    EXPECT_EQ(one.exit_code, 0) << one.err;
    EXPECT_EQ(two.exit_code, 0) << two.err;
    EXPECT_EQ(figures("shared"), figures("whole"));
}

TEST_F(SharesOfEval, WhatDoesNotFitIsOneLine)
{
    write_text(at("data/list.csv"), "path,label,split\nvideos/0.mp4,fight,test\n"
                                    "videos/1.mp4,normal,test\n");
    const auto says = [&](const std::vector<std::string> &more, const std::string &what) {
        const CommandRun run = eval("out", more);
        EXPECT_GT(run.exit_code, 0) << run.out;
        const std::string last = run.err.substr(run.err.rfind("\nfovea: ") + 1); // behind warnings
        EXPECT_EQ(lines(last), 1) << run.err;
        EXPECT_NE(last.find(what), std::string::npos) << run.err;
    };
    says({"--merge", at("nowhere")}, "holds no part that is done");
    says({"--merge", at("a"), "--shard", "0/2"}, "--shard");
    says({"--features", at("a"), "--shard", "0/2"}, "--features");
    ASSERT_EQ(eval("part0", {"--shard", "0/3"}).exit_code, 0);
    says({"--merge", at("part0")}, "no part is share 1/3, 2/3");
    says({"--merge", at("part0"), "--split", "all"}, "another split");
    says({"--merge", at("part0"), "--size", "112"}, "another size");
    says({"--merge", at("part0"), "--sampling", "uniform", "--timesteps", "2"},
         "another sampling, timesteps");
    says({"--merge", at("part0"), "--alarms"}, "another rows");
}
