// SPDX-License-Identifier: MIT
#include <algorithm>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/open_model.h"
#include "fovea/bundle/proposals.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

/** \brief `watch` with other entries in its card, and other labels */
class Proposals : public testing::Test
{
protected:
    std::string changed(const std::string &labels, const Json &entries) const
    {
        const std::filesystem::path watch = Bundle::open("watch").folder();
        std::filesystem::remove_all(root_.path() / "first");
        std::filesystem::copy(watch, root_.path() / "first");
        Json card = read_json(watch / "card.json");
        card["decision"]["normal"] = "";
        card["decision"].erase("alarms");
        card.erase("anchors");
        card.update(entries);
        root_.write("first/card.json", card.dump());
        root_.write("first/labels.txt", labels);
        return (root_.path() / "first").string();
    }

    std::string error_with(const std::string &model) const
    {
        return error_of([&] { open_proposals({model}, Bundle::open("watch"), {}); });
    }

    TemporaryFolder root_;
};

TEST_F(Proposals, AreOfAnActionAndTheBackground)
{
    const std::string folder = changed("background\naction\n", {{"classes", 2}});
    const ProposalModel opened = open_proposals({folder, 0.25}, Bundle::open("watch"), {});
    EXPECT_EQ(opened.bundle.labels().size(), 2U);
    EXPECT_EQ(opened.threshold, 0.25);
    EXPECT_EQ(opened.action, 1U);

    const std::string remedy = "; train one: fovea train backbone --recipe sta-proposal";
    const std::string expected =
        "': expected a model of two labels, an action and the background, got ";
    EXPECT_EQ(error_with("watch"), "--proposals 'watch" + expected + "3 labels" + remedy);
    EXPECT_EQ(error_with(changed("run\nsit\n", {{"classes", 2}})),
              "--proposals 'watch" + expected + "2 labels without a background" + remedy);
}

TEST_F(Proposals, HaveTheRowsOfTheModel)
{
    Json sampling = read_json(Bundle::open("watch").folder() / "card.json")["sampling"];
    sampling["hop"] = 4;
    EXPECT_EQ(
        error_with(changed("action\nbackground\n", {{"classes", 2}, {"sampling", sampling}})),
        "--proposals 'watch': expected the rows of model 'watch' (sliding of 17 frames at 7.5 a "
        "second, a clip every 8, regions full,actor), got sliding of 17 frames at 7.5 a "
        "second, a clip every 4, regions full,actor; train both on one list from the same "
        "card");
}

/* Each row of a pair of cards would lie at another time, which was told when all were extracted */
TEST_F(Proposals, HaveTheRowsOfTheModelInEveryPlan)
{
    const auto with = [&](const Json &entries) {
        Json sampling = {{"frames", 17}, {"timesteps", 8}, {"mode", "one-at-a-time"}};
        sampling.update(entries);
        return changed(
            "action\nbackground\n",
            {{"name", "p"}, {"classes", 2}, {"sampling", sampling}, {"decision", {{"window", 0}}}});
    };
    const auto error = [&](const Json &of_model, const Json &own) -> std::string {
        std::filesystem::remove_all(root_.path() / "model");
        std::filesystem::rename(with(of_model), root_.path() / "model");
        const Bundle model = Bundle::open((root_.path() / "model").string());
        const std::string first = with(own);
        if (own == of_model) {
            EXPECT_NO_THROW(open_proposals({first}, model, {}));
            return "";
        }
        return error_of([&] { open_proposals({first}, model, {}); });
    };
    const auto refused = [&](const Json &of_model, const Json &own) {
        const std::string told = error(of_model, own);
        const std::size_t got = std::min(told.find("), got "), told.size());
        return told.substr(got, told.find(", regions", got) - got);
    };
    const Json uniform = {{"plan", "uniform"}};
    EXPECT_EQ(refused(uniform, uniform), "");
    EXPECT_EQ(refused(uniform, {{"plan", "uniform"}, {"timesteps", 4}}),
              "), got uniform of 17 frames, timesteps 4, one-at-a-time");
    EXPECT_EQ(refused(uniform, {{"plan", "uniform"}, {"mode", "one-shot"}}),
              "), got uniform of 17 frames, timesteps 8, one-shot");
    const Json spread = {{"plan", "spread"}, {"rate", 6}};
    EXPECT_EQ(refused(spread, spread), "");
    EXPECT_EQ(refused(spread, {{"plan", "spread"}, {"rate", 3}}),
              "), got spread of 17 frames at 3 a second, timesteps 8");
    EXPECT_EQ(refused(spread, {{"plan", "spread"}, {"stride", 3}}),
              "), got spread of 17 frames, stride 3, timesteps 8");
    const Json clips = {{"plan", "clips"}};
    EXPECT_EQ(refused(clips, clips), "");
    EXPECT_EQ(refused(clips, {{"plan", "clips"}, {"stride", 2}}),
              "), got clips of 17 frames, stride 2");
    EXPECT_EQ(refused(clips, {{"plan", "clips"}, {"fill", "drop"}}),
              "), got clips of 17 frames, stride 1, whole clips alone");
}

TEST_F(Proposals, HaveTheRowsThatAreAskedForOfBoth)
{
    const auto opened = [&](const Json &of_model, const Json &own, Sampling asked) {
        const auto with = [&](const Json &sampling) {
            return changed("action\nbackground\n",
                           {{"classes", 2}, {"sampling", sampling}, {"decision", {{"window", 0}}}});
        };
        std::filesystem::remove_all(root_.path() / "model");
        std::filesystem::rename(with(of_model), root_.path() / "model");
        const Bundle model = Bundle::open((root_.path() / "model").string());
        AnalysisSettings settings;
        settings.sampling = asked;
        try {
            open_proposals({with(own)}, model, settings);
        } catch (const Error &error) {
            return std::string(error.what());
        }
        return std::string();
    };
    const Json sliding = {{"plan", "sliding"}, {"frames", 17}, {"rate", 7.5}, {"hop", 8}};
    Json denser = sliding;
    denser["hop"] = 4;
    EXPECT_NE(opened(sliding, denser, Sampling::Card), "");
    EXPECT_EQ(opened(sliding, denser, Sampling::Uniform), "") << "a hop is of sliding alone";
    EXPECT_NE(opened(sliding, denser, Sampling::Every)
                  .find("), got every of 17 frames at 7.5 a "
                        "second, a clip every 4, regions"),
              std::string::npos);

    const Json uniform = {{"plan", "uniform"}, {"frames", 17}, {"timesteps", 8}};
    Json slower = uniform;
    slower["interval_ms"] = 2000;
    EXPECT_EQ(opened(uniform, slower, Sampling::Card), "") << "an interval is of every alone";
    EXPECT_NE(opened(uniform, slower, Sampling::Every)
                  .find("(every of 17 frames, stride 1, a clip every 1000 ms, regions"),
              std::string::npos);
    const Json segments = {{"plan", "segments"}, {"frames", 17}, {"timesteps", 8}};
    EXPECT_NE(opened(uniform, segments, Sampling::Every)
                  .find("), got every of 17 frames over all of a timestep, a clip every 1000 ms"),
              std::string::npos);
}

} // namespace

} // namespace fovea
