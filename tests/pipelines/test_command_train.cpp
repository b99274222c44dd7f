// SPDX-License-Identifier: MIT
#include <future>
#include <sstream>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/core/json.h"
#include "fovea/nn/names.h"
#include "fovea/store/staging_folder.h"
#include "fovea/train/lists/list_forms.h"
#include "train_test.h"

namespace fs = std::filesystem;
using fovea::Bundle;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::lines;
using fovea_test::read_text;
using fovea_test::run_fovea;
using fovea_test::TrainCommand;
using fovea_test::write_text;

TEST_F(TrainCommand, FromAFolderOfClipsToABundleThatLabels)
{
    const std::string list = clips();
    const std::string features = at("features");
    const CommandRun extracted = run_fovea(
        {"extract", "--list", list, "--model", "watch", "--detector", "hog", "--out", features});
    ASSERT_EQ(extracted.exit_code, 0) << extracted.err;
    EXPECT_EQ(lines(read_text(features + "/list.csv")), 13) << "a header and 12 clips";

    const std::string out = at("my-bundle");
    const CommandRun trained = run_fovea({"train", "head", "--features", features, "--head", "ra",
                                          "--out", out, "--epochs", "30", "--rate", "0.01"});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    EXPECT_EQ(lines(read_text(out + "/training/history.jsonl")), 30);
    EXPECT_NE(read_text(out + "/training/curves.svg").find("<svg"), std::string::npos);

    const Bundle bundle = Bundle::open(out);
    EXPECT_EQ(bundle.name(), "my-bundle");
    EXPECT_EQ(bundle.labels(), (std::vector<std::string>{"moving", "still"}));
    EXPECT_EQ(bundle.activity().head, "ra");
    EXPECT_NE(bundle.measured().find("Test split"), std::string::npos) << bundle.measured();
    EXPECT_NO_THROW(load_head(bundle));

    const CommandRun labelled = label({"--model", out, list + "/moving/0.mp4"});
    EXPECT_EQ(labelled.exit_code, 0) << labelled.err;
    EXPECT_NE(labelled.out.find("moving"), std::string::npos) << labelled.out;

    const CommandRun evaluated = run_fovea({"eval", "--model", out, "--detector", "hog", "--list",
                                            list, "--split", "all", "--out", at("figures")});
    ASSERT_EQ(evaluated.exit_code, 0) << evaluated.err;
    EXPECT_NE(evaluated.out.find("top-1                100.0 %"), std::string::npos)
        << evaluated.out;
    EXPECT_TRUE(fs::exists(at("figures/mean-of-windows.svg")));
    EXPECT_EQ(lines(read_text(at("figures/mean-of-windows-predictions.csv"))), 13);
}

TEST_F(TrainCommand, ANetworkFromScratchAndOnFromACheckpoint)
{
    const std::string list = clips();
    const std::string out = at("net");
    const std::vector<std::string> line = {"train",      "backbone",
                                           "--list",     list,
                                           "--model",    "watch",
                                           "--detector", "hog",
                                           "--recipe",   "from-scratch",
                                           "--epochs",   "2",
                                           "--out",      out,
                                           "--cache",    at("frames").string()};
    const CommandRun trained = run_fovea(line);
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    EXPECT_EQ(Bundle::open(out).activity().head, "score-mean");
    EXPECT_EQ(lines(read_text(out + "/training/history.jsonl")), 2);

    // A training that has ended is not begun again
    const auto weights = read_text(out + "/net.pt");
    std::vector<std::string> again = line;
    again.emplace_back("--resume");
    ASSERT_EQ(run_fovea(again).exit_code, 0);
    EXPECT_EQ(read_text(out + "/net.pt"), weights);
    EXPECT_EQ(lines(read_text(out + "/training/history.jsonl")), 2);
}

TEST_F(TrainCommand, ANetworkIsFineTunedOnRandomRegionsAndGetsAHead)
{
    const std::string list = clips();
    const std::string out = at("regional");
    const CommandRun trained =
        run_fovea({"train", "backbone", "--list", list, "--model", "watch", "--detector", "hog",
                   "--regions", "full,2x2,actor", "--train-on", "2x2", "--augment", "--epochs", "1",
                   "--out", out, "--cache", at("frames").string()});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    const Bundle bundle = Bundle::open(out);
    EXPECT_EQ(bundle.activity().head, "ra");
    EXPECT_EQ(bundle.activity().regions.grid, 2);

    // The network by itself, and the rows of all its regions, are kept for other heads
    const std::string network = out + "/training/backbone";
    EXPECT_EQ(Bundle::open(network).activity().head, "score-mean");
    const std::string features = network + "/training/features";
    EXPECT_EQ(lines(read_text(features + "/list.csv")), 13) << "a header and 12 clips";
    const std::string again = at("full-only");
    const CommandRun head =
        run_fovea({"train", "head", "--features", features, "--model", network, "--head",
                   "region-mean", "--regions", "full", "--epochs", "2", "--out", again});
    ASSERT_EQ(head.exit_code, 0) << head.err;
    EXPECT_EQ(Bundle::open(again).activity().regions.grid, 0);

    const CommandRun unnamed =
        run_fovea({"train", "head", "--features", features, "--out", at("none")});
    EXPECT_EQ(unnamed.exit_code, 1);
    EXPECT_NE(unnamed.err.find("give --model FOLDER"), std::string::npos) << unnamed.err;

    const CommandRun labelled = label({"--model", out, list + "/moving/0.mp4"});
    EXPECT_EQ(labelled.exit_code, 0) << labelled.err;
}

TEST_F(TrainCommand, ARecipeOfTwoTrainingsLeavesTheTeacherBeside)
{
    const std::string list = clips();
    const std::string out = at("student");
    const CommandRun trained = run_fovea({"train",          "backbone",
                                          "--list",         list,
                                          "--model",        "watch",
                                          "--detector",     "hog",
                                          "--recipe",       "w3",
                                          "--weights",      "none",
                                          "--map-distance", "mse",
                                          "--epochs",       "1",
                                          "--batch",        "4",
                                          "--out",          out,
                                          "--cache",        at("frames").string()});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    EXPECT_TRUE(fs::exists(out + "/training/teacher/card.json"));
    EXPECT_NE(Bundle::open(out).source().find("(w3)"), std::string::npos);
}

TEST_F(TrainCommand, SeveralProcessesMakeOneBundle)
{
    const std::string list = clips();
    const std::string out = at("net");
    const auto run_rank = [&](int rank, std::vector<std::string> more,
                              const std::string &address = "localhost") {
        std::vector<std::string> line = {
            "train",      "backbone", "--list",    list,       "--recipe", "fine-tuning",
            "--out",      out,        "--model",   "watch",    "--epochs", "2",
            "--detector", "hog",      "--regions", "full,2x2", "--cache",  at("frames").string()};
        line.insert(line.end(), more.begin(), more.end());
        return run_fovea(line, {{"RANK", std::to_string(rank)},
                                {"WORLD_SIZE", "2"},
                                {"MASTER_ADDR", address},
                                {"MASTER_PORT", std::to_string(20000 + getpid() % 20000)}});
    };
    const auto run_both = [&](const std::vector<std::string> &more) {
        auto second = std::async(std::launch::async, run_rank, 1, more);
        CommandRun first = run_rank(0, more);
        const CommandRun silent = second.get();
        EXPECT_EQ(silent.exit_code, first.exit_code) << silent.err;
        EXPECT_EQ(silent.out + silent.err, "");
        return first;
    };
    const CommandRun lonely = run_rank(1, {"--process-timeout", "1"});
    EXPECT_EQ(lonely.exit_code, 1);
    EXPECT_EQ(lines(lonely.err), 1) << lonely.err;
    if (lonely.err.find("built without c10d") != std::string::npos)
        GTEST_SKIP() << lonely.err;
    EXPECT_NE(lonely.err.find("process 1 of 2 did not meet the others at localhost port "),
              std::string::npos)
        << lonely.err;

    const CommandRun deaf = run_rank(0, {"--process-timeout", "1"}, "127.0.1.1");
    EXPECT_NE(deaf.err.find("'127.0.1.1' is this machine alone"), std::string::npos) << deaf.err;
    EXPECT_NE(deaf.err.find("set GLOO_SOCKET_IFNAME"), std::string::npos) << deaf.err;

    const CommandRun trained = run_both({});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    EXPECT_EQ(trained.out.rfind("2 processes train together\n", 0), 0U) << trained.out;
    const Bundle bundle = Bundle::open(out);
    EXPECT_EQ(bundle.activity().head, "ra");
    EXPECT_NE(bundle.measured().find("Test split"), std::string::npos) << bundle.measured();
    const std::string network = out + "/training/backbone";
    EXPECT_EQ(lines(read_text(network + "/training/history.jsonl")), 2);
    EXPECT_EQ(lines(read_text(network + "/training/features/list.csv")), 13);

    ASSERT_EQ(run_both({"--resume"}).exit_code, 0);
    EXPECT_EQ(lines(read_text(network + "/training/history.jsonl")), 2) << "it had ended";

    const CommandRun wrong = run_rank(2, {});
    EXPECT_EQ(wrong.err, "fovea: environment: RANK is '2', expected a number from 0 to 1, as "
                         "WORLD_SIZE is 2\n");
}

TEST_F(TrainCommand, KeypointsAreTaughtOnVideosWithoutLabels)
{
    ball(at("a.mp4"), 30, 160, 120);
    ball(at("b.mp4"), 30, 160, 120);
    write_text(at("videos.txt"), "a.mp4\nb.mp4\n");
    const CommandRun run = run_fovea({"train", "keypoints", "--list", at("videos.txt").string(),
                                      "--detector", "hog", "--teacher", "keypoints", "--validation",
                                      "0.5", "--test", "0", "--out", at("net").string()});
    EXPECT_EQ(run.exit_code, 1) << "balls are nobody";
    EXPECT_NE(run.err.find("keypoints: expected persons of at least 48 pixels in the videos"),
              std::string::npos)
        << run.err;
    EXPECT_EQ(run.err.find("label"), std::string::npos) << run.err;
}

TEST_F(TrainCommand, KeypointsAreTaughtOnAsManyPersonsAsAreAskedFor)
{
    if (shared().empty())
        GTEST_SKIP() << "the folder of real clips is not there (FOVEA_SHARED)";
    const fs::path clip = shared() / "data/clips/pets-pedestrians.mp4";
    fs::create_symlink(clip, at("a.mp4"));
    fs::copy_file(clip, at("b.mp4")); // a link would be the same video
    write_text(at("videos.csv"), "path,split\na.mp4,train\nb.mp4,val\n");
    std::vector<std::string> line = {"train",      "keypoints", "--list",    at("videos.csv"),
                                     "--detector", "hog",       "--teacher", "keypoints",
                                     "--looks",    "0.5",       "--persons", "5",
                                     "--epochs",   "1",         "--out",     at("net").string()};
    const CommandRun run = run_fovea(line);
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("5 persons to train on, 5 for validation, of 2 videos"),
              std::string::npos)
        << run.out;

    const CommandRun again = run_fovea(line);
    EXPECT_NE(again.out.find("' holds is replaced"), std::string::npos) << again.out;
    write_text(at("net/card.json"), R"({"title": "days of work"})");
    const CommandRun refused = run_fovea(line);
    EXPECT_NE(refused.err.find("got 'days of work', which would be lost"), std::string::npos)
        << refused.err;
    fs::remove(at("net/card.json"));

    line[11] = "4";
    const CommandRun fewer = run_fovea(line);
    EXPECT_EQ(fewer.exit_code, 1);
    EXPECT_NE(fewer.err.find("was made with persons 5, now it is 4; remove it"), std::string::npos)
        << fewer.err;
}

/* One of pictures is taught and trained, then it is one with a network of motion, which labels */
TEST_F(TrainCommand, ANetworkOfPicturesJoinsOneOfMotion)
{
    fovea::Json card = fovea::read_json(Bundle::open("watch").folder() / "card.json");
    card["architecture"] = "eco";
    card["input"]["width"] = card["input"]["height"] = 192;
    card["input"]["scale"] = {2, 2, 2};
    card["input"]["shift"] = {-1, -1, -1};
    card["sampling"]["frames"] = 16;
    card.erase("anchors");
    fs::create_directories(at("eco"));
    write_text(at("eco/card.json"), card.dump());
    write_text(at("eco/labels.txt"), "normal\nfight\nfall\n");
    std::string list = "path,label,group,split\n";
    for (const char *label : {"normal", "fight", "fall"}) {
        for (const char *split : {"train", "val"}) {
            const std::string name = std::string(label) + split + ".mp4";
            ball(at(name), 40);
            list += name + "," + label + "," + name + "," + split + "\n";
        }
    }
    write_text(at("list.csv"), list);
    const CommandRun trained =
        run_fovea({"train", "backbone", "--list", at("list.csv"), "--model", at("eco"),
                   "--detector", "hog", "--recipe", "pictures-first", "--weights", "keypoints",
                   "--teacher", "keypoints", "--epochs", "1", "--out", at("pictures")});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    EXPECT_TRUE(fs::exists(at("pictures/training/pictures/card.json")));

    const CommandRun joined =
        run_fovea({"models", "join", "--motion", "watch", "--pictures", at("pictures"), "--share",
                   "0.25", "--like", "watch-both", "--out", at("both")});
    ASSERT_EQ(joined.exit_code, 0) << joined.err;
    EXPECT_FALSE(Bundle::open(at("both")).activity().regions.full) << "as watch-both has it";
    const CommandRun labelled = label({"--model", at("both"), at("normaltrain.mp4")});
    EXPECT_EQ(labelled.exit_code, 0) << labelled.err;

    const CommandRun refused = run_fovea(
        {"models", "join", "--motion", "watch", "--pictures", "watch", "--out", at("none")});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_EQ(refused.err, "fovea: --pictures 'watch': expected a model of the architecture eco "
                           "without attention, got watch\n");
    EXPECT_FALSE(fs::exists(at("none")));
}

TEST_F(TrainCommand, SlurmTasksThatTrainAloneSayHowTheyJoin)
{
    const CommandRun run =
        run_fovea({"train", "backbone", "--list", at("none.csv"), "--out", at("out")},
                  {{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}});
    EXPECT_EQ(run.err.rfind("fovea: warning: SLURM_NTASKS is 4, but MASTER_ADDR is not set: this "
                            "process trains alone; to train together ",
                            0),
              0U)
        << run.err;
}

TEST_F(TrainCommand, WhatTheFramesTakeIsToldBeforeTheyAreDecoded)
{
    const std::string list = clips();
    const std::vector<std::string> line = {
        "train",      "backbone", "--list",     list,      "--recipe",    "from-scratch",
        "--out",      at("net"),  "--model",    "watch",   "--epochs",    "1",
        "--detector", "hog",      "--sampling", "uniform", "--timesteps", "2",
        "--frames",   "8",        "--batch",    "4",       "--cache",     at("frames").string()};
    const CommandRun trained = run_fovea(line);
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    // 16 frames of each video, 120 lines high and twice 160, 176, ... 240 wide, 1.5 bytes a pixel
    const std::uintmax_t bytes = std::uintmax_t{16} * 2 * (160 + 176 + 192 + 208 + 224 + 240) * 180;
    EXPECT_EQ(trained.out.rfind("decoded frames will take some 6.9 MB of disk\n", 0), 0U)
        << bytes << trained.out;
    std::uintmax_t there = 0;
    for (const auto &entry : fs::directory_iterator(at("frames")))
        there += entry.file_size();
    EXPECT_GT(there, bytes);
    EXPECT_LT(there, bytes + 12 * 8192) << "what is known of frames besides";

    std::vector<std::string> tight = line;
    tight[7] = at("other").string();
    tight.insert(tight.end(), {"--cache-limit", "0.004"});
    tight[23] = at("tight").string();
    const CommandRun warned = run_fovea(tight);
    ASSERT_EQ(warned.exit_code, 0) << warned.err;
    EXPECT_EQ(warned.err.rfind("fovea: warning: decoded frames will take some 6.9 MB of disk, more "
                               "than the 4.0 MB that --cache-limit allows",
                               0),
              0U)
        << warned.err;
    there = 0;
    for (const auto &entry : fs::directory_iterator(at("tight")))
        there += entry.file_size();
    EXPECT_LE(there, 4'000'000U);
}

TEST_F(TrainCommand, AWrongRecipeListsThoseThereAre)
{
    const CommandRun run = run_fovea({"train", "backbone", "--list", at("none.csv"), "--recipe",
                                      "resnet", "--out", at("none").string()});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("recipe 'resnet' is not known for a backbone; expected one of "
                           "fine-tuning, from-scratch, pictures-first"),
              std::string::npos)
        << run.err;
}

/* Whatever the tables of the code hold stands in the help */
TEST_F(TrainCommand, HelpNamesEveryHeadAndEveryFormOfAList)
{
    const auto help_of = [](const char *what) {
        std::istringstream text(run_fovea({"train", what, "--help"}).out);
        std::string words;
        for (std::string word; text >> word;)
            words += word + " ";
        return words;
    };
    const std::string head = help_of("head");
    const std::string backbone = help_of("backbone");
    const std::string names = fovea::joined(fovea::nn::head_names());
    EXPECT_NE(head.find(names), std::string::npos) << head;
    EXPECT_NE(backbone.find(names), std::string::npos) << backbone;
    for (const fovea::ListForm &form : fovea::list_forms())
        EXPECT_NE(backbone.find(form.name), std::string::npos) << form.name;
}

TEST_F(TrainCommand, ADeviceThatIsNotThereIsToldInOneLine)
{
    const CommandRun run = run_fovea(
        {"train", "backbone", "--list", at("none.csv"), "--out", at("net"), "--device", "cuda:x"});
    EXPECT_EQ(run.exit_code, 1) << run.err;
    EXPECT_EQ(lines(run.err), 1) << run.err;
    EXPECT_NE(run.err.find("device 'cuda:x' is not known; expected auto, cpu, cuda or cuda:N"),
              std::string::npos)
        << run.err;
}

TEST_F(TrainCommand, AGroupInTwoSplitsIsRefused)
{
    write_text(at("a.mp4"), "not decoded yet");
    write_text(at("b.mp4"), "nor this");
    write_text(at("list.csv"), "path,label,group,split\na.mp4,x,g,train\nb.mp4,x,g,test\n");
    const CommandRun run = run_fovea({"train", "backbone", "--list", at("list.csv"), "--out",
                                      at("net"), "--recipe", "from-scratch"});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("group 'g'"), std::string::npos) << run.err;
    EXPECT_EQ(lines(run.err), 1) << run.err;
}

TEST_F(TrainCommand, AFolderThatAnotherRunTrainsInIsLeftToIt)
{
    const fovea::StagingFolder holder(at("net") / "training", fovea::StagingFolder::Use::Exclusive);
    const CommandRun run = run_fovea({"train", "backbone", "--list", at("none.csv"), "--recipe",
                                      "from-scratch", "--out", at("net")});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(lines(run.err), 1) << run.err;
    EXPECT_NE(run.err.find("net/training': process " + std::to_string(getpid()) +
                           " writes there; wait for its end, or give another --out"),
              std::string::npos)
        << run.err;
}
