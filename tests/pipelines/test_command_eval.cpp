// SPDX-License-Identifier: MIT
#include <ATen/ATen.h>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/json.h"
#include "fovea/store/results/result_json.h"
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

TEST_F(TrainCommand, AnyNumberOfLabelsIsJudgedByMeanAveragePrecision)
{
    const fs::path folder = clips();
    std::string text = "path,label,group,split\n";
    for (int i = 0; i < 6; ++i) {
        const std::string split = i < 4 ? "train" : i == 4 ? "val" : "test";
        const std::string name = std::to_string(i) + ".mp4,";
        text += "clips/moving/" + name + "ball;grey 0 1,m" + std::to_string(i) + "," + split + "\n";
        text += "clips/still/" + name + "bars,s" + std::to_string(i) + "," + split + "\n";
    }
    fs::copy(folder / "still/4.mp4", at("none.mp4")); // they show none of the classes
    fs::copy(folder / "still/5.mp4", at("neither.mp4"));
    text += "none.mp4,,n,train\nneither.mp4,,m,test\n";
    write_text(at("many.csv"), text);
    const std::string out = at("many");
    const CommandRun trained = run_fovea({"train",      "backbone",
                                          "--list",     at("many.csv"),
                                          "--model",    "watch",
                                          "--detector", "hog",
                                          "--recipe",   "charades-base",
                                          "--weights",  "none",
                                          "--epochs",   "1",
                                          "--batch",    "4",
                                          "--out",      out,
                                          "--cache",    at("frames").string()});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    EXPECT_NE(trained.out.find(", mAP "), std::string::npos) << trained.out;
    const Bundle bundle = Bundle::open(out);
    EXPECT_EQ(bundle.labels(), (std::vector<std::string>{"ball", "bars", "grey"}));
    EXPECT_TRUE(bundle.activity().decision.many_labels);
    EXPECT_NE(bundle.measured().find("mAP"), std::string::npos) << bundle.measured();

    const CommandRun evaluated =
        run_fovea({"eval", "--model", out, "--detector", "hog", "--list", at("many.csv"), "--split",
                   "all", "--out", at("figures")});
    ASSERT_EQ(evaluated.exit_code, 0) << evaluated.err;
    EXPECT_NE(evaluated.out.find("mAP"), std::string::npos) << evaluated.out;
    const std::string predictions = read_text(at("figures/greatest-of-windows-predictions.csv"));
    EXPECT_NE(predictions.find("ball;grey"), std::string::npos);
    EXPECT_NE(predictions.find("\nneither,m,,"), std::string::npos) << predictions;
    EXPECT_EQ(lines(predictions), 15) << "a header, 12 clips and two that show nothing";
}

TEST_F(TrainCommand, ModelsOfDifferentLabelsAreNotCombined)
{
    const std::string list = clips();
    const std::vector<std::string> line = {"train",      "backbone",
                                           "--list",     list,
                                           "--model",    "watch",
                                           "--detector", "hog",
                                           "--recipe",   "from-scratch",
                                           "--epochs",   "1",
                                           "--cache",    at("frames").string()};
    std::vector<std::string> first = line;
    first.insert(first.end(), {"--out", at("one").string()});
    ASSERT_EQ(run_fovea(first).exit_code, 0);
    std::vector<std::string> second = line;
    second.insert(second.end(), {"--out", at("two").string(), "--seed", "5"});
    ASSERT_EQ(run_fovea(second).exit_code, 0);
    const std::string both = at("one").string() + "," + at("two").string();
    const CommandRun labelled = label({"--model", both, list + "/moving/0.mp4"});
    EXPECT_EQ(labelled.exit_code, 0) << labelled.err;
    const CommandRun evaluated = run_fovea({"eval", "--model", both, "--detector", "hog", "--list",
                                            list, "--split", "all", "--out", at("figures")});
    EXPECT_EQ(evaluated.exit_code, 0) << evaluated.err;
    EXPECT_NE(evaluated.out.find("top-1"), std::string::npos);

    // A card that names both: one counts thrice
    fs::create_directories(at("pair"));
    write_text(at("pair/card.json"), R"({"schema": 1, "kind": "combination", "name": "pair",
        "title": "Two", "licence": "MIT", "models": [{"name": "one", "weight": 3}, "two"]})");
    const auto scores_of = [&](const std::string &model) {
        const fs::path out = at("said-" + model);
        const CommandRun run = label({"--model", at(model), "--out", out, list + "/moving/0.mp4"});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        std::map<std::string, float> scores;
        for (const fovea::Result &result : fovea::read_results(out / "0.mp4.fovea/results.jsonl"))
            for (const fovea::ScoredLabel &scored : result.activity.top_k)
                if (result.activity.scope == fovea::Activity::Scope::Video)
                    scores[scored.label] = scored.confidence;
        return scores;
    };
    auto one = scores_of("one");
    auto two = scores_of("two");
    ASSERT_EQ(one.size(), 2U);
    for (const auto &[name, score] : scores_of("pair"))
        EXPECT_NEAR(score, 0.75F * one[name] + 0.25F * two[name], 1e-5) << name;
    const CommandRun pair = run_fovea({"eval", "--model", at("pair"), "--detector", "hog", "--list",
                                       list, "--split", "all", "--out", at("figures")});
    EXPECT_EQ(pair.exit_code, 0) << pair.err;
    const std::map<std::string, std::string> path = {{"FOVEA_MODEL_PATH", at("")}};
    const CommandRun listed = run_fovea({"models", "list"}, path);
    EXPECT_NE(listed.out.find("Models: one, two"), std::string::npos) << listed.out;
    const CommandRun verified = run_fovea({"models", "verify", "pair"}, path);
    EXPECT_EQ(verified.exit_code, 0) << verified.out;
    for (const std::string name : {"one", "two"}) // behind it what is kept of it
        EXPECT_NE(verified.out.find(name + ".pt: good\n"), std::string::npos) << verified.out;
    const CommandRun alone =
        run_fovea({"extract", "--model", at("pair"), "--out", at("rows"), list + "/moving/0.mp4"});
    EXPECT_EQ(alone.exit_code, 1);
    EXPECT_NE(alone.err.find("combines models; expected one that recognises activities"),
              std::string::npos)
        << alone.err;

    const CommandRun refused =
        label({"--model", at("one").string() + ",watch", list + "/moving/0.mp4"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.err.find("expected the same labels, got 'moving', 'still' in 'one' alone, "
                               "'normal', 'fight', 'fall' in 'watch' alone"),
              std::string::npos)
        << refused.err;
}

TEST_F(TrainCommand, EvalOfAModelWithoutAHeadSaysSoBeforeAVideoIsExtracted)
{
    ball(at("a.mp4"), 70);
    write_text(at("list.csv"), "path,label\na.mp4,fight\n");
    const fs::path model = at("rows");
    fs::copy(Bundle::open("watch").folder(), model);
    fs::permissions(model / "card.json", fs::perms::owner_write, fs::perm_options::add);
    fovea::Json card = fovea::read_json(model / "card.json");
    card["head"] = "";
    write_text(model / "card.json", card.dump());
    for (const char *figures : {"--pool=mean", "--alarms", "--segments"}) {
        const CommandRun run =
            run_fovea({"eval", "--model", model.string(), "--list", at("list.csv"), "--split",
                       "all", "--out", at("figures"), figures});
        EXPECT_EQ(run.exit_code, 1);
        EXPECT_NE(run.err.find("model 'watch' has no head: it only extracts features"),
                  std::string::npos)
            << run.err;
        EXPECT_FALSE(fs::exists(at("figures")));
    }
}

TEST_F(TrainCommand, EvalOfAListWithoutATestSplitSaysSo)
{
    ball(at("a.mp4"), 30);
    write_text(at("list.csv"), "path,label,split\na.mp4,fight,train\n");
    for (const char *way : {"", "--alarms", "--segments"}) {
        std::vector<std::string> words = {"eval",         "--model", "watch",      "--list",
                                          at("list.csv"), "--out",   at("figures")};
        if (*way != '\0')
            words.emplace_back(way);
        const CommandRun run = run_fovea(words);
        EXPECT_EQ(run.exit_code, 1) << way;
        EXPECT_NE(run.err.find("in the split 'test'; give --split, or --split all"),
                  std::string::npos)
            << way << run.err;
    }
    write_text(at("bare.csv"), "path,label\na.mp4,fight\n");
    const CommandRun bare = run_fovea({"eval", "--model", "watch", "--list", at("bare.csv")});
    EXPECT_EQ(bare.exit_code, 1);
    EXPECT_NE(bare.err.find("bare.csv': has no splits, expected a clip in the split 'test'; give "
                            "the list that a training made of it"),
              std::string::npos)
        << bare.err;
}

TEST_F(TrainCommand, AStretchBehindItsVideosEndIsNotJudged)
{
    ball(at("a.mp4"), 60); // 4 s
    write_text(at("list.csv"), "path,label,split,start,end\na.mp4,fight,test,0,3\n"
                               "a.mp4,fight,test,5,6\na.mp4,normal,test,1,9\n");
    const CommandRun run = run_fovea({"eval", "--model", "watch", "--detector", "hog", "--list",
                                      at("list.csv"), "--out", at("figures")});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("of 2)"), std::string::npos) << run.out;
    EXPECT_NE(run.err.find("a stretch of 'fight' begins behind its video's end; left out"),
              std::string::npos)
        << run.err;
}

TEST_F(TrainCommand, EvalLeavesRowsOfAnotherModelInAFolderThatIsNamed)
{
    ball(at("a.mp4"), 60);
    write_text(at("list.csv"), "path,label,split\na.mp4,normal,test\n");
    fs::copy(fs::path(std::getenv("FOVEA_MODEL_PATH")) / "watch", at("other"));
    fovea::Json card = fovea::read_json(at("other/card.json"));
    card["name"] = "other";
    write_text(at("other/card.json"), card.dump());
    const auto run = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--list", at("list.csv"), "--detector", "hog"});
        return run_fovea(words);
    };
    const fs::path rows = at("features/a.pt");
    ASSERT_EQ(run({"extract", "--model", "watch", "--out", at("features")}).exit_code, 0);
    const std::string before = read_text(rows);
    const auto refused = [&](const std::vector<std::string> &more, const std::string &what) {
        std::vector<std::string> words = {"eval", "--features", at("features"), "--out",
                                          at("figures")};
        words.insert(words.end(), more.begin(), more.end());
        const CommandRun eval = run(words);
        EXPECT_EQ(eval.exit_code, 1);
        EXPECT_NE(eval.err.find("'" + rows.string() + "' was made with another " + what +
                                " than is asked for; name another folder of features"),
                  std::string::npos)
            << eval.err;
        EXPECT_EQ(read_text(rows), before);
    };
    refused({"--model", at("other")}, "model");
    refused({"--model", at("other"), "--alarms"}, "model");
    refused({"--model", "watch", "--regions", "full"}, "regions");
    fs::remove(at("features/a.run.json"));
    refused({"--model", at("other")}, "model");

    const std::vector<std::string> own = {"eval", "--out", at("figures"), "--model"};
    for (const std::string &model : {std::string("watch"), at("other").string()}) {
        std::vector<std::string> words = own;
        words.push_back(model);
        EXPECT_EQ(run(words).exit_code, 0) << "in its own folder it makes them anew";
    }
}

/* As many features a row as the model takes, but of another network: figures of them would say nothing */
TEST_F(TrainCommand, RowsOfAnotherNetworkAreNotJudged)
{
    const Bundle watch = Bundle::open("watch");
    fovea::Weights weights = fovea::read_weights(watch.file(watch.weights()));
    weights.at("stem.weight") = 2 * weights.at("stem.weight");
    fs::create_directories(at("other"));
    fovea::write_weights(at("other/other.pt"), weights);
    fovea::Json card = fovea::read_json(watch.card_file());
    card["name"] = "other";
    card["files"] = {{{"name", "other.pt"}, {"sha256", ""}, {"url", ""}}};
    card.erase("anchors");
    write_text(at("other/card.json"), card.dump());
    fs::copy(watch.folder() / "labels.txt", at("other/labels.txt"));
    ball(at("a.mp4"), 40);
    ASSERT_EQ(run_fovea({"extract", at("a.mp4"), "--model", "watch", "--detector", "hog", "--label",
                         "normal", "--out", at("rows")})
                  .exit_code,
              0);
    write_text(at("list.csv"), "path,label,split\nrows/a.pt,normal,test\n");
    const auto judged = [&](const std::string &model, const char *alarms) {
        std::vector<std::string> line = {"eval", "--list", at("list.csv"), "--model",
                                         model,  "--out",  at("figures")};
        if (alarms != nullptr)
            line.emplace_back(alarms);
        return run_fovea(line);
    };
    for (const char *alarms : {static_cast<const char *>(nullptr), "--alarms"}) {
        EXPECT_EQ(judged("watch", alarms).exit_code, 0);
        const CommandRun refused = judged(at("other"), alarms);
        EXPECT_EQ(refused.exit_code, 1);
        EXPECT_NE(refused.err.find("list.csv': names feature files, which are of model 'watch', "
                                   "expected the network of 'other'; extract them again\n"),
                  std::string::npos)
            << refused.err;
    }
}

TEST_F(TrainCommand, EvalLeavesTheListOfExtractedFeaturesAsItIs)
{
    for (const char *name : {"a.mp4", "b.mp4"})
        ball(at(name), 60);
    write_text(at("list.csv"), "path,label,split\na.mp4,fight,train\nb.mp4,normal,val\n");
    const std::vector<std::string> list = {"--list", at("list.csv"), "--model",
                                           "watch",  "--detector",   "hog"};
    std::vector<std::string> extract = {"extract", "--out", at("features")};
    extract.insert(extract.end(), list.begin(), list.end());
    ASSERT_EQ(run_fovea(extract).exit_code, 0);
    const std::string before = read_text(at("features/list.csv"));
    for (const char *way : {"", "--alarms"}) {
        std::vector<std::string> eval = {"eval",         "--split", "val",        "--features",
                                         at("features"), "--out",   at("figures")};
        eval.insert(eval.end(), list.begin(), list.end());
        if (*way != '\0')
            eval.emplace_back(way);
        const CommandRun run = run_fovea(eval);
        EXPECT_EQ(run.exit_code, 0) << run.err;
        EXPECT_EQ(read_text(at("features/list.csv")), before) << way;
    }

    // The list names the rows themselves, as that of a trained head does
    const CommandRun of_rows =
        run_fovea({"eval", "--model", "watch", "--list", at("features/list.csv"), "--split", "val",
                   "--out", at("figures-of-rows")});
    ASSERT_EQ(of_rows.exit_code, 0) << of_rows.err;
    const std::string predictions = "mean-of-windows-predictions.csv";
    EXPECT_EQ(lines(read_text(at("figures-of-rows/" + predictions))), 2);
    EXPECT_EQ(read_text(at("figures-of-rows/" + predictions)),
              read_text(at("figures/" + predictions)));
}
