// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "card_test.h"
#include "error_of.h"
#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/bundle.h"

namespace {

using fovea::Card;
using fovea::Json;
using fovea_test::activity_card;
using fovea_test::CardFileTest;

TEST_F(CardFileTest, AnActivityCardIsReadWhole)
{
    const Card card = read(activity_card());
    EXPECT_EQ(card.kind, Card::Kind::Activity);
    EXPECT_EQ(card.name, "mine");
    EXPECT_EQ(card.title, "Mine");
    EXPECT_EQ(card.licence, "MIT");
    EXPECT_EQ(card.labels, "labels.txt");
    ASSERT_EQ(card.files.size(), 1U);
    EXPECT_EQ(card.files[0].name, "mine.pt");
    EXPECT_EQ(card.files[0].url, "https://example.org/mine.pt");

    const fovea::ActivityCard &activity = card.activity;
    EXPECT_EQ(activity.architecture, "watch");
    EXPECT_EQ(activity.head, "score-mean");
    EXPECT_EQ(activity.classes, 3);
    EXPECT_EQ(activity.input.size.width, 96);
    EXPECT_EQ(activity.input.size.height, 64);
    EXPECT_EQ(activity.input.interpolation, fovea::Interpolation::Area);
    EXPECT_EQ(activity.area, fovea::ViewArea::Square);
    EXPECT_FLOAT_EQ(activity.input.normalisation.scale[2], 2);
    EXPECT_FLOAT_EQ(activity.input.normalisation.shift[1], -0.5);
    EXPECT_EQ(activity.sampling.plan, fovea::Sampling::Sliding);
    EXPECT_EQ(activity.sampling.frames, 17);
    EXPECT_DOUBLE_EQ(activity.sampling.rate, 7.5);
    EXPECT_EQ(activity.sampling.hop, 8);
    EXPECT_FALSE(activity.regions.full);
    EXPECT_EQ(activity.regions.grid, 3);
    EXPECT_DOUBLE_EQ(activity.regions.fraction, 0.625);
    EXPECT_EQ(activity.regions.area, fovea::ViewArea::Square);
    EXPECT_EQ(activity.actor.method, fovea::ActorOptions::Method::Mean);
    EXPECT_EQ(activity.actor.area, fovea::ViewArea::Square);
    EXPECT_DOUBLE_EQ(activity.actor.margin, 1.5);
    EXPECT_FLOAT_EQ(activity.actor.min_score, 0.25);
    EXPECT_DOUBLE_EQ(activity.actor_window_ms, 2200);
    EXPECT_EQ(activity.detector, "hog");
    EXPECT_EQ(activity.decision.window, 4);
    EXPECT_EQ(activity.decision.hop, 2);
    EXPECT_EQ(activity.decision.normal, "normal");
    EXPECT_FLOAT_EQ(activity.decision.threshold, 0.5);
    EXPECT_EQ(activity.decision.top_k, 2);
}

TEST_F(CardFileTest, PlansOfThePapersHaveTheirOwnEntries)
{
    Json card = activity_card();
    EXPECT_EQ(read(card).activity.decision.pooling, fovea::Pooling::Mean);
    card["decision"]["many_labels"] = true;
    card["head"] = "region-mean";
    EXPECT_EQ(read(card).activity.decision.pooling, fovea::Pooling::Max);
    card["decision"]["pool"] = "both";
    EXPECT_EQ(read(card).activity.decision.pooling, fovea::Pooling::Both);

    card["sampling"] = Json::parse(
        R"({"plan": "spread", "frames": 8, "timesteps": 10, "stride": 8, "fill": "loop"})");
    const fovea::SamplingOptions dense = read(card).activity.sampling;
    EXPECT_EQ(dense.plan, fovea::Sampling::Spread);
    EXPECT_EQ(dense.timesteps, 10);
    EXPECT_EQ(dense.stride, 8);
    EXPECT_EQ(dense.rate, 0);
    EXPECT_EQ(dense.fill, fovea::Fill::Loop);
    card["sampling"]["fill"] = "drop";
    EXPECT_THROW(read(card), fovea::Error);
    card["sampling"] = Json::parse(R"({"plan": "clips", "frames": 16, "fill": "drop"})");
    EXPECT_EQ(read(card).activity.sampling.fill, fovea::Fill::Drop);
    card["sampling"]["mode"] = "one-shot";
    EXPECT_THROW(read(card), fovea::Error) << "its clips are no parts of one";
    card["sampling"] =
        Json::parse(R"({"plan": "uniform", "frames": 8, "timesteps": 4, "mode": "one-shot"})");
    EXPECT_EQ(read(card).activity.sampling.mode, fovea::FeatureMode::OneShot);

    card["regions"] = Json::parse(R"({"full": true, "crops": true, "cut": [0.5, 0.875]})");
    const fovea::RegionGridOptions regions = read(card).activity.regions;
    EXPECT_TRUE(regions.crops);
    EXPECT_DOUBLE_EQ(regions.cut_width, 0.5);
    EXPECT_DOUBLE_EQ(regions.cut_height, 0.875);
}

TEST_F(CardFileTest, OfFlowHasTwoChannels)
{
    Json card = activity_card();
    card["input"]["modality"] = "flow";
    EXPECT_NE(error_of(card).find("two numbers: x, y"), std::string::npos);
    card["input"]["scale"] = {255, 254};
    card["input"]["shift"] = {-127.5, -127};
    const fovea::ActivityCard activity = read(card).activity;
    EXPECT_EQ(activity.modality, fovea::Modality::Flow);
    EXPECT_EQ(activity.input.normalisation.scale[1], 254);
    EXPECT_EQ(activity.input.normalisation.shift[0], -127.5F);
    EXPECT_EQ(activity.input.normalisation.shift[2], 0);
    EXPECT_EQ(fovea::backbone_options(activity).channels, 2);
    EXPECT_EQ(activity.flow, fovea::FlowMethod::Dis) << "where nothing is said";
    card["input"]["flow"] = "tvl1";
    EXPECT_EQ(read(card).activity.flow, fovea::FlowMethod::TvL1);
    Json frames = activity_card();
    frames["input"]["flow"] = "tvl1";
    EXPECT_NE(error_of(frames).find("entry 'flow' is \"tvl1\", expected modality flow beside it"),
              std::string::npos)
        << error_of(frames);
    card["attended"] = {{"model", "persons"}, {"sha256", ""}};
    EXPECT_NE(error_of(card).find("persons are seen in frames"), std::string::npos)
        << error_of(card);
}

TEST_F(CardFileTest, WindowsOfFramesHaveNoLengthsOfTheirOwn)
{
    Json card = activity_card();
    card["sampling"] = {{"plan", "windows"}, {"frames", 16}};
    card["segments"] = {{"rows", 2}};
    EXPECT_EQ(read(card).activity.sampling.frames, 16);
    EXPECT_EQ(read(card).activity.segments.rows, 2);
    card["segments"]["lengths"] = {1, 2};
    EXPECT_EQ(error_of(card), ": segments': entry 'lengths' is [1,2], expected nothing: those of "
                              "sampling plan windows are fixed");
}

TEST_F(CardFileTest, KeypointsHaveASecondModelOnlyBehindAFirst)
{
    Json card = activity_card();
    card["pose_else"] = "keypoints";
    EXPECT_EQ(error_of(card), "': entry 'pose_else' is \"keypoints\", expected none without pose");
    card["pose"] = "movenet-lightning";
    EXPECT_EQ(read(card).activity.pose, "movenet-lightning");
    EXPECT_EQ(read(card).activity.pose_else, "keypoints");
}

TEST_F(CardFileTest, StreamsMayBeEnsembles)
{
    Json card = activity_card();
    EXPECT_EQ(read(card).activity.ensemble, 1);
    card["ensemble"] = 2;
    EXPECT_EQ(error_of(card),
              "': entry 'ensemble' is 2, expected 1 with this architecture, which has no streams");
    card["architecture"] = "two-stream";
    EXPECT_EQ(read(card).activity.ensemble, 2);
    EXPECT_EQ(fovea::row_facts_of(read(card).activity).channels, 512);
    card["ensemble"] = 0;
    EXPECT_EQ(error_of(card), "': entry 'ensemble' is 0, expected a whole number from 1 to 8");
}

TEST_F(CardFileTest, WithoutAnyRegionIsRefused)
{
    Json card = activity_card();
    card["regions"] = {{"full", false}, {"grid", 0}, {"actor", false}};
    EXPECT_EQ(error_of(card), ": regions': entry 'full' is false, expected true when there is "
                              "neither a grid nor an actor");
}

TEST_F(CardFileTest, TheSchemaHasTheNamesOfTheTables)
{
    const Json schema = fovea::read_json(std::filesystem::path(std::getenv("FOVEA_MODEL_PATH")) /
                                         "schema" / "card.schema.json");
    const auto names = [&](const std::string &entry) {
        return schema.at(Json::json_pointer("/$defs/" + entry + "/enum"))
            .get<std::vector<std::string>>();
    };
    EXPECT_EQ(names("activity/properties/sampling/properties/plan"),
              stored_names(fovea::samplings));
    EXPECT_EQ(names("activity/properties/input/properties/modality"),
              stored_names(fovea::modalities));
    EXPECT_EQ(names("activity/properties/input/properties/flow"),
              stored_names(fovea::flow_methods));
    EXPECT_EQ(names("activity/properties/architecture"), fovea::nn::backbone_names());
    const std::string focus = "activity/properties/focus/properties/";
    EXPECT_EQ(names(focus + "kind"), stored_names(fovea::focuses));
    EXPECT_EQ(names(focus + "fusion"), stored_names(fovea::fusions));
    EXPECT_EQ(names(focus + "entropy"), stored_names(fovea::entropies));
    EXPECT_EQ(names(focus + "attribution"), stored_names(fovea::attributions));
    EXPECT_EQ(names("activity/properties/decision/properties/needs/additionalProperties/properties/"
                    "persons"),
              stored_names(fovea::persons_needs));
    EXPECT_EQ(names("detector/properties/layout"), names_in(fovea::detector_layouts));
}

TEST_F(CardFileTest, APipeIsRefusedAtOnce)
{
    const auto pipe = folder_.path() / "card.json";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(::error_of([&] { fovea::read_card(pipe); }),
              "JSON file '" + pipe.string() + "' is a pipe, expected a regular file");
    try {
        fovea::Bundle::open(folder_.path().string());
        FAIL() << "was opened";
    } catch (const fovea::Error &error) {
        EXPECT_EQ(std::string(error.what()), "model '" + folder_.path().string() +
                                                 "' is not there: expected a folder with a "
                                                 "card.json");
    }
}

TEST_F(CardFileTest, BrokenJsonIsNamed)
{
    try {
        fovea::read_card(folder_.write("card.json", "{\"schema\": 1,"));
        FAIL();
    } catch (const fovea::Error &error) {
        EXPECT_NE(std::string(error.what()).find("is not JSON"), std::string::npos);
    }
}

} // namespace
