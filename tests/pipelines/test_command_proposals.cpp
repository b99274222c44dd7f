// SPDX-License-Identifier: MIT
#include "command_test.h"
#include "fovea/bundle/bundle.h"
#include "fovea/core/json.h"

namespace fs = std::filesystem;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::run_fovea;
using fovea_test::write_text;

namespace {

/** \brief Two stages by the command */
class ProposalsOfCommand : public fovea_test::CommandTest
{
protected:
    /** \brief A first stage of the rows of `watch`, and of its name, made of three videos */
    std::string first_stage() const
    {
        for (const char *name : {"a", "b", "c"})
            ball(at(std::string(name) + ".mp4"), 90);
        write_text(at("learned.csv"), "path,label,split\na.mp4,action,train\nb.mp4,background,"
                                      "train\nc.mp4,action,val\n");
        const CommandRun extracted = run_fovea({"extract", "--model", "watch", "--detector", "hog",
                                                "--list", at("learned.csv"), "--out", at("rows")});
        EXPECT_EQ(extracted.exit_code, 0) << extracted.err;
        return trained_stage("first/watch", "1");
    }

    /** \brief Another one, once there are those rows */
    std::string trained_stage(const std::string &out, const std::string &seed) const
    {
        const CommandRun trained =
            run_fovea({"train", "head", "--features", at("rows"), "--head", "region-mean",
                       "--epochs", "1", "--seed", seed, "--out", at(out)});
        EXPECT_EQ(trained.exit_code, 0) << trained.err;
        return at(out);
    }

    /** \brief `watch` whose segments are all windows of all classes */
    std::string eager() const
    {
        fs::copy(fs::path(std::getenv("FOVEA_MODEL_PATH")) / "watch", at("eager"));
        fovea::Json card = fovea::read_json(at("eager/card.json"));
        card["segments"]["threshold"] = 0;
        card["decision"]["normal"] = "";
        write_text(at("eager/card.json"), card.dump());
        return at("eager");
    }

    CommandRun evaluate(const std::string &model, const std::vector<std::string> &more,
                        const std::string &out) const
    {
        std::vector<std::string> line = {"eval", "--segments", "--detector",   "hog",   "--model",
                                         model,  "--list",     at("list.csv"), "--out", out};
        line.insert(line.end(), more.begin(), more.end());
        return run_fovea(line);
    }

    CommandRun evaluate(const std::string &model, const std::vector<std::string> &more = {}) const
    {
        return evaluate(model, more, at("figures"));
    }
};

} // namespace

TEST_F(ProposalsOfCommand, EvalKeepsTheirRowsBesideThoseOfAModelOfTheSameName)
{
    const std::string first = first_stage();
    const std::string model = eager();
    write_text(at("list.csv"), "path,label,split,start,end\na.mp4,fall,test,1,3\n"
                               "b.mp4,fight,test,1,2\n");
    ASSERT_EQ(fovea::Bundle::open(first).name(), fovea::Bundle::open(model).name());
    const auto figures = [&] { return fovea::read_json(at("figures/segments.json")); };

    const CommandRun one_stage = evaluate(model);
    ASSERT_EQ(one_stage.exit_code, 0) << one_stage.err;
    const fovea::Json whole = figures();
    const auto rows_at = fs::last_write_time(at("figures/features/a.pt"));
    const CommandRun all_pass =
        evaluate(model, {"--proposals", first, "--proposal-threshold", "0"});
    ASSERT_EQ(all_pass.exit_code, 0) << all_pass.err;
    EXPECT_EQ(fs::last_write_time(at("figures/features/a.pt")), rows_at) << "extracted before";
    EXPECT_TRUE(fs::exists(at("figures/features/proposals/a.pt")));
    fovea::Json two_stages = figures();
    EXPECT_EQ(two_stages["proposals"]["proposed"], two_stages["proposals"]["windows"]);
    two_stages.erase("proposals");
    EXPECT_EQ(two_stages, whole);

    const CommandRun none_pass =
        evaluate(model, {"--proposals", first, "--proposal-threshold", "1"});
    ASSERT_EQ(none_pass.exit_code, 0) << none_pass.err;
    EXPECT_EQ(figures()["proposals"]["proposed"], 0);

    std::vector<std::string> merge = {"--proposals", first, "--merge"};
    for (const char *share : {"0/2", "1/2"}) {
        const std::string out = at(std::string("part") + share[0]);
        const CommandRun part = evaluate(model, {"--proposals", first, "--shard", share}, out);
        EXPECT_EQ(part.exit_code, 0) << part.err;
        merge.push_back(out);
    }
    ASSERT_EQ(evaluate(model, {"--proposals", first}).exit_code, 0);
    const fovea::Json at_once = figures();
    const CommandRun merged = evaluate(model, merge, at("merged"));
    ASSERT_EQ(merged.exit_code, 0) << merged.err;
    EXPECT_EQ(fovea::read_json(at("merged/segments.json")), at_once);
    EXPECT_EQ(at_once["proposals"]["threshold"], 0.7);
}

TEST_F(ProposalsOfCommand, EvalKeepsTheirRowsInTheFolderOfFeaturesUntilTheStageIsAnother)
{
    const std::string first = first_stage();
    const std::string model = eager();
    write_text(at("list.csv"), "path,label,split,start,end\na.mp4,fall,test,1,3\n"
                               "b.mp4,fight,test,1,2\n");
    const std::vector<std::string> kept = {"--proposals", first, "--features", at("kept").string()};
    const auto figures = [&](const std::string &out) {
        return fovea::read_json(at(out) / "segments.json");
    };
    const auto times = [&] {
        return std::pair(fs::last_write_time(at("kept/a.pt")),
                         fs::last_write_time(at("kept/proposals/a.pt")));
    };

    ASSERT_EQ(evaluate(model, {"--proposals", first}).exit_code, 0);
    const CommandRun one = evaluate(model, kept, at("one"));
    ASSERT_EQ(one.exit_code, 0) << one.err;
    EXPECT_FALSE(fs::exists(at("one/features")));
    EXPECT_EQ(figures("one"), figures("figures"));
    const auto [of_model, of_stage] = times();
    const CommandRun again = evaluate(model, kept, at("two"));
    ASSERT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(times(), std::pair(of_model, of_stage)) << "extracted before";
    EXPECT_EQ(figures("two"), figures("one"));

    const std::string other_stage = trained_stage("other/watch", "2");
    const CommandRun other = evaluate(
        model, {"--proposals", other_stage, "--features", at("kept").string()}, at("three"));
    ASSERT_EQ(other.exit_code, 0) << other.err;
    EXPECT_EQ(times().first, of_model);
    EXPECT_NE(times().second, of_stage) << "rows of another stage of the same name";
}

TEST_F(ProposalsOfCommand, TheFirstStageHasTheDetectorOfItsOwnCard)
{
    const std::string first = first_stage();
    fovea::Json card = fovea::read_json(first + "/card.json");
    card["detector"] = "no-such-detector";
    write_text(first + "/card.json", card.dump());
    const CommandRun run = run_fovea({"label", "--model", "watch", "--segments", "--proposals",
                                      first, at("a.mp4").string(), "--out", at("out").string()});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.err.find("'no-such-detector', which the card names, is no model"),
              std::string::npos)
        << run.err;
}

TEST_F(ProposalsOfCommand, ModelsOfOneNameAreNotCombinedByEval)
{
    const std::string model = eager();
    write_text(at("list.csv"), "path,label,split,start,end\na.mp4,fall,test,1,3\n");
    ball(at("a.mp4"), 90);
    const CommandRun refused = evaluate("watch," + model);
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.err.find("/watch' and '" + model +
                               "' are both named 'watch', expected a name of each for its "
                               "features; change 'name' in one's card.json"),
              std::string::npos)
        << refused.err;
    EXPECT_FALSE(fs::exists(at("figures"))) << "before a folder is made";
}

TEST_F(ProposalsOfCommand, TheirOptionsAreANameAndANumber)
{
    const auto error = [&](const std::string &option, const std::string &value) {
        const CommandRun run =
            run_fovea({"label", "--segments", "--proposals", "x", option, value, at("a.mp4")});
        EXPECT_NE(run.exit_code, 0);
        return run.err;
    };
    EXPECT_NE(error("--proposal-threshold", "nan").find("expected a finite number, got 'nan'"),
              std::string::npos)
        << error("--proposal-threshold", "nan");
    EXPECT_NE(error("--gate", "nan").find("expected a finite number, got 'nan'"),
              std::string::npos);
    const CommandRun empty = run_fovea({"label", "--segments", "--proposals", "", at("a.mp4")});
    EXPECT_NE(empty.exit_code, 0);
    EXPECT_NE(empty.err.find("--proposals: is empty; expected a model's name or folder"),
              std::string::npos)
        << empty.err;
}
