// SPDX-License-Identifier: MIT
#include "command_test.h"
#include "fovea/core/json.h"
#include "fovea/store/results/result_json.h"

namespace fs = std::filesystem;
using fovea::AlarmEvent;
using fovea::Result;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::read_text;
using fovea_test::run_fovea;
using fovea_test::write_text;

namespace {

class AlarmsOfCommand : public fovea_test::CommandTest
{
protected:
    /** \brief watch under another name, for which every window is a fight's alarm, and no window a fall's */
    std::string eager() const
    {
        fs::copy(fs::path(std::getenv("FOVEA_MODEL_PATH")) / "watch", at("eager"));
        fovea::Json card = fovea::read_json(at("eager/card.json"));
        card["decision"]["alarms"] = {{"fight", {{"on", 1e-6}, {"off", 0}}}, {"fall", {{"on", 1}}}};
        write_text(at("eager/card.json"), card.dump());
        return at("eager");
    }

    static std::vector<AlarmEvent> alarms_of(const fs::path &folder)
    {
        std::vector<AlarmEvent> alarms;
        for (const Result &result : fovea::read_results(folder / "results.jsonl")) {
            if (result.alarm)
                alarms.push_back(*result.alarm);
        }
        return alarms;
    }

    static std::string video_label(const fs::path &folder)
    {
        std::string label;
        for (const Result &result : fovea::read_results(folder / "results.jsonl")) {
            if (result.has_activity && result.activity.scope == fovea::Activity::Scope::Video)
                label = result.activity.label.label;
        }
        return label;
    }
};

} // namespace

TEST_F(AlarmsOfCommand, LabelWritesThemAndTheStrongestIsTheVideosLabel)
{
    const fs::path video = ball(at("ball.mp4"), 150); // 5 s
    const std::string model = eager();
    const auto labelled = [&](const std::string &name) {
        const fs::path out = at("by-" + std::to_string(name.size()));
        const CommandRun run = label({"--model", name, "--out", out.string(), video.string()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        EXPECT_NE(run.out.find("fight"), std::string::npos) << run.out;
        EXPECT_NE(run.out.find("; alarm at 0:00-0:04"), std::string::npos) << run.out; // 4.9 s
        return out / "ball.mp4.fovea";
    };
    const fs::path folder = labelled(model);
    const auto alarms = alarms_of(folder);
    ASSERT_GE(alarms.size(), 2U);
    EXPECT_EQ(alarms.front().kind, AlarmEvent::Kind::Begin);
    EXPECT_EQ(alarms.back().kind, AlarmEvent::Kind::End);
    EXPECT_EQ(alarms.back().id, 1U);
    EXPECT_EQ(alarms.back().time.start, 0);
    EXPECT_NEAR(fovea::to_seconds(alarms.back().time.end), 5, 0.2);
    EXPECT_EQ(video_label(folder), "fight");
    EXPECT_NE(read_text(folder / "results.vtt").find("\nalarm: fight "), std::string::npos);
    EXPECT_NE(read_text(folder / "results.csv").find(",alarm,0.000,"), std::string::npos);

    const fs::path twice = labelled(model + "," + model);
    const auto of_both = alarms_of(twice);
    ASSERT_EQ(of_both.size(), alarms.size()) << "combined with itself";
    EXPECT_NEAR(of_both.back().label.confidence, alarms.back().label.confidence, 1e-5);
    EXPECT_EQ(of_both.back().time.end, alarms.back().time.end);
    EXPECT_EQ(video_label(twice), "fight");
}

TEST_F(AlarmsOfCommand, AnotherThresholdInTheCardIsLabelledAnew)
{
    const fs::path video = ball(at("ball.mp4"), 90);
    const std::string model = eager();
    ASSERT_EQ(label({"--model", model, video.string()}).exit_code, 0);
    EXPECT_NE(label({"--model", model, video.string()}).out.find("labelled before"),
              std::string::npos);
    fovea::Json card = fovea::read_json(at("eager/card.json"));
    card["decision"]["alarms"] = {{"fall", {{"on", 1}}}};
    write_text(at("eager/card.json"), card.dump());
    ASSERT_EQ(label({"--model", model, video.string()}).exit_code, 0);
    EXPECT_EQ(video_label(video.string() + ".fovea"), "normal");
    EXPECT_TRUE(alarms_of(video.string() + ".fovea").empty());
}

TEST_F(AlarmsOfCommand, EvalCountsThemInVideosAndInFeatureFiles)
{
    const std::string model = eager();
    ball(at("street.mp4"), 300); // 10 s, with a fight from 2 to 4 s
    ball(at("yard.mp4"), 150);   // 5 s of nothing
    write_text(at("list.csv"),
               "path,label,split,start,end,set\n"
               "street.mp4,fight,test,2,4,outside\nyard.mp4,normal,test,,,inside\n");
    const auto figures = [&](const fs::path &list, const fs::path &out) {
        const CommandRun run =
            run_fovea({"eval", "--alarms", "--alarms-per-hour", "10000", "--model", model,
                       "--detector", "hog", "--list", list.string(), "--out", out.string()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        EXPECT_NE(read_text(out / "alarms.svg").find("<polyline"), std::string::npos);
        EXPECT_NE(read_text(out / "alarms.txt").find("for at most 10000"), std::string::npos);
        return fovea::read_json(out / "alarms.json");
    };
    const fovea::Json json = figures(at("list.csv"), at("figures"));
    const fovea::Json &all = json["sets"][0];
    EXPECT_EQ(all["videos"], 2);
    EXPECT_NEAR(all["hours"].get<double>(), 15.0 / 3600, 1e-5);
    const fovea::Json &fight = all["classes"]["fight"];
    EXPECT_EQ(fight["as_ruled"]["found"]["hits"], 1);
    EXPECT_EQ(fight["as_ruled"]["found"]["total"], 1);
    // It is raised when the first window ends: 17 frames, 7.5 a second, of which each lasts 1/30 s
    EXPECT_NEAR(fight["as_ruled"]["seconds_until"].get<double>(), 16 / 7.5 + 1 / 30.0 - 2, 1e-3);
    EXPECT_EQ(fight["as_ruled"]["false_alarms"]["count"], 1) << "that of the yard";
    // 10 s less the fight's 2 and the 2 behind it, and 5 s
    EXPECT_NEAR(fight["as_ruled"]["false_alarms"]["hours"].get<double>(), 11.0 / 3600, 1e-5);
    EXPECT_EQ(fight["as_ruled"]["videos_without_events"]["alarmed"], 1);
    EXPECT_EQ(fight["at_rate"]["threshold"], 0.05);
    EXPECT_EQ(json["sets"][1]["set"], "inside");
    EXPECT_EQ(json["sets"][2]["set"], "outside");

    const fs::path features = at("figures/features");
    write_text(features / "own.csv",
               "path,label,split,start,end,set\n"
               "street.pt,fight,test,2,4,outside\nyard.pt,normal,test,,,inside\n");
    EXPECT_EQ(figures(features / "own.csv", at("again")), json);
}

TEST_F(AlarmsOfCommand, EvalOfModelsWithManyLabelsIsRefused)
{
    const std::string model = eager();
    fovea::Json card = fovea::read_json(at("eager/card.json"));
    card["head"] = "region-mean";
    card["decision"] = {{"many_labels", true}};
    write_text(at("eager/card.json"), card.dump());
    write_text(at("list.csv"), "path,label\nx.mp4,fight\n");
    const CommandRun run =
        run_fovea({"eval", "--alarms", "--model", model, "--list", at("list.csv").string()});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("option --alarms: model 'watch' gives any number of labels"),
              std::string::npos)
        << run.err;
}
