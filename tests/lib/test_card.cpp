// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/bundle.h"
#include "fovea/bundle/card.h"
#include "fovea/bundle/card_focus.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "temporary_folder.h"

namespace {

using fovea::Card;
using fovea::Json;

Json activity_card()
{
    return Json::parse(R"({
        "schema": 1, "kind": "activity", "name": "mine", "title": "Mine", "licence": "MIT",
        "architecture": "watch", "attention": "none", "head": "score-mean", "classes": 3,
        "labels": "labels.txt",
        "input": {"width": 96, "height": 64, "interpolation": "area", "view": "square",
                  "scale": [2, 2, 2], "shift": [-1, -0.5, 0]},
        "sampling": {"plan": "sliding", "frames": 17, "rate": 7.5, "hop": 8},
        "regions": {"full": false, "grid": 3, "actor": true},
        "actor": {"method": "mean", "margin": 1.5, "min_score": 0.25, "window_ms": 2200},
        "detector": "hog",
        "decision": {"window": 4, "hop": 2, "normal": "normal", "threshold": 0.5, "top_k": 2},
        "files": [{"name": "mine.pt", "sha256": "", "url": "https://example.org/mine.pt"}]})");
}

Json detector_card()
{
    return Json::parse(R"({
        "schema": 1, "kind": "detector", "name": "eyes", "title": "Eyes", "licence": "MIT",
        "layout": "darknet-yolo", "network": "eyes.cfg", "weights": "eyes.weights",
        "input": {"width": 320, "height": 256, "bgr": true}, "person_class": 14,
        "nms_threshold": 0.4,
        "files": [{"name": "eyes.cfg", "sha256": ""}, {"name": "eyes.weights", "sha256": ""}]})");
}

class CardFileTest : public testing::Test
{
protected:
    Card read(const Json &card) const
    {
        return fovea::read_card(folder_.write("card.json", card.dump()));
    }

    std::string error_of(const Json &card) const
    {
        try {
            read(card);
        } catch (const fovea::Error &error) {
            EXPECT_EQ(error.kind(), fovea::Error::Kind::Settings);
            const std::string file = (folder_.path() / "card.json").string();
            EXPECT_NE(std::string(error.what()).find("'" + file), std::string::npos)
                << error.what();
            return std::string(error.what()).substr(1 + file.size());
        }
        ADD_FAILURE() << "read: " << card.dump();
        return "";
    }

    TemporaryFolder folder_;
};

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

TEST_F(CardFileTest, AttentionIsNoneOrAModuleWithItsSettings)
{
    Json card = activity_card();
    EXPECT_TRUE(read(card).activity.attention.name.empty());
    card.erase("attention");
    EXPECT_TRUE(read(card).activity.attention.name.empty());
    card["architecture"] = "resnet18-3d";
    card["attention"] = Json::parse(
        R"({"name": "sta", "stages": ["layer1", "layer4"], "variant": "ta", "stride": 2})");
    const fovea::nn::AttentionOptions attention = read(card).activity.attention;
    EXPECT_EQ(attention.name, "sta");
    EXPECT_EQ(attention.stages, (std::vector<std::string>{"layer1", "layer4"}));
    EXPECT_EQ(attention.variant, "ta");
    EXPECT_EQ(attention.stride, 2);
    EXPECT_TRUE(attention.refine);
    card["attention"] = Json::parse(R"({"name": "w3", "refine": false})");
    EXPECT_FALSE(read(card).activity.attention.refine);
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

TEST_F(CardFileTest, FocusSaysWhatIsSeenTwiceAndByWhichNetwork)
{
    Json card = activity_card();
    EXPECT_FALSE(read(card).activity.focus.is_taken());
    card["focus"] =
        Json::parse(R"({"kind": "none", "fusion": "late", "attribution": "input-x-gradient"})");
    EXPECT_FALSE(read(card).activity.focus.is_taken()) << "how it looks when it is asked to";
    EXPECT_EQ(read(card).activity.focus.attribution, fovea::Attribution::InputTimesGradient);
    card["focus"] = Json::parse(R"({"kind": "centre", "fusion": "temporal"})");
    EXPECT_EQ(read(card).activity.focus.focus, fovea::Focus::Centre);
    EXPECT_TRUE(read(card).activity.focus.is_in_time());
    EXPECT_FALSE(read(card).activity.fuses_two_networks());

    card["focus"] = Json::parse(
        R"({"kind": "saliency", "fusion": "late", "entropy": "code",
            "attribution": "input-x-gradient", "weights": "fixed.pt"})");
    EXPECT_EQ(error_of(card).substr(0, 20), "': entry 'files' is ");
    card["files"].push_back({{"name", "fixed.pt"}, {"sha256", ""}});
    const fovea::ActivityCard activity = read(card).activity;
    EXPECT_EQ(activity.focus.focus, fovea::Focus::Saliency);
    EXPECT_EQ(activity.focus.entropy, fovea::Entropy::Code);
    EXPECT_EQ(activity.focus.attribution, fovea::Attribution::InputTimesGradient);
    EXPECT_EQ(fovea::focus_entry(activity.focus, "fixed.pt"), card["focus"]);
    EXPECT_EQ(activity.focus_weights, "fixed.pt");
    EXPECT_TRUE(activity.fuses_two_networks());
    card["focus"].erase("weights");
    EXPECT_EQ(error_of(card).substr(0, 20), "': entry 'files' is ");

    card = activity_card();
    card["focus"] = Json::parse(R"({"kind": "none", "fusion": "temporal", "weights": "fixed.pt"})");
    EXPECT_EQ(error_of(card), ": focus': entry 'weights' is \"fixed.pt\", expected none: no "
                              "second network looks or is fused");
    card["focus"] = Json::parse(R"({"kind": "saliency", "fusion": "both"})");
    EXPECT_EQ(error_of(card),
              ": focus': entry 'fusion' is \"both\", expected one of late, temporal");
    card["focus"]["fusion"] = "late";
    card["head"] = "";
    EXPECT_EQ(error_of(card), ": focus': entry 'kind' is \"saliency\", expected repeat, random or "
                              "centre of a model without a head");
}

TEST_F(CardFileTest, AttendedNamesASecondModelAndItsWeights)
{
    Json card = activity_card();
    EXPECT_EQ(read(card).activity.attended.name, "");
    const std::string sha256(64, 'a');
    card["attended"] = {{"model", "c3d-fc6"}, {"sha256", sha256}};
    EXPECT_EQ(read(card).activity.attended.name, "c3d-fc6");
    EXPECT_EQ(read(card).activity.attended.sha256, sha256);
    card["focus"] = Json::parse(R"({"kind": "centre", "fusion": "late"})");
    EXPECT_NE(error_of(card).find("expected none with a focus"), std::string::npos);
    card.erase("focus");
    card["attended"]["sha256"] = "abc";
    EXPECT_EQ(error_of(card), ": attended': entry 'sha256' is \"abc\", expected 64 digits 0-9 a-f, "
                              "or nothing when it is not known");
}

TEST_F(CardFileTest, ACombinationNamesItsModelsAndTheirWeights)
{
    Json card = {{"schema", 1},      {"kind", "combination"},
                 {"name", "both"},   {"title", "Two"},
                 {"licence", "MIT"}, {"models", {"rgb", {{"name", "flow"}, {"weight", 1.5}}}}};
    const Card both = read(card);
    EXPECT_EQ(both.kind, Card::Kind::Combination);
    ASSERT_EQ(both.models.size(), 2U);
    EXPECT_EQ(both.models[0].name, "rgb");
    EXPECT_DOUBLE_EQ(both.models[0].weight, 1);
    EXPECT_EQ(both.models[1].name, "flow");
    EXPECT_DOUBLE_EQ(both.models[1].weight, 1.5);

    card["models"][1]["weight"] = 0;
    EXPECT_EQ(error_of(card),
              ": models[1]': entry 'weight' is 0, expected a number from 1e-06 to 1e+06");
    card["models"] = {"rgb"};
    EXPECT_EQ(error_of(card),
              "': entry 'models' is [\"rgb\"], expected a list of two models or more");
    card["models"] = {"rgb", "../flow"};
    EXPECT_EQ(error_of(card),
              ": models[1]': entry 'name' is \"../flow\", expected the name of a file "
              "in the card's folder");
}

TEST_F(CardFileTest, AttentionThatDoesNotExistIsNamedWithWhatDoes)
{
    Json card = activity_card();
    card["attention"] = "sta";
    EXPECT_EQ(error_of(card),
              "': entry 'attention' is \"sta\", expected \"none\", or an object with the name of a "
              "module");
    card["attention"] = Json::parse(R"({"name": "stb"})");
    EXPECT_EQ(error_of(card),
              ": attention': entry 'name' is \"stb\", expected one of sta, w3, cbam, "
              "non-local");
    card["attention"] = Json::parse(R"({"name": "w3", "variant": "sa"})");
    EXPECT_EQ(error_of(card), ": attention': entry 'variant' is \"sa\", expected one of depthwise, "
                              "bottleneck, full, no-temporal, no-spatial");
    card["attention"] = Json::parse(R"({"name": "sta", "stages": "layer4"})");
    EXPECT_EQ(error_of(card),
              ": attention': entry 'stages' is \"layer4\", expected a list of texts");
    card["attention"] = Json::parse(R"({"name": "sta", "step": 2})");
    EXPECT_EQ(error_of(card), ": attention': unknown entry 'step'");
}

TEST_F(CardFileTest, ADetectorCardIsReadWhole)
{
    const Card card = read(detector_card());
    EXPECT_EQ(card.kind, Card::Kind::Detector);
    EXPECT_STREQ(card.detector.layout->name, "darknet-yolo");
    EXPECT_EQ(card.detector.network, "eyes.cfg");
    EXPECT_EQ(card.detector.weights, "eyes.weights");
    EXPECT_EQ(card.detector.input.width, 320);
    EXPECT_EQ(card.detector.input.height, 256);
    EXPECT_TRUE(card.detector.bgr);
    EXPECT_EQ(card.detector.person_class, 14);
    EXPECT_FLOAT_EQ(card.detector.nms_threshold, 0.4F);
}

TEST_F(CardFileTest, AnotherSchemaVersionIsSaidBeforeAnythingElse)
{
    Json card = activity_card();
    card["schema"] = 2;
    card["new"] = true;
    EXPECT_EQ(error_of(card), "': entry 'schema' is 2, expected 1, the version this Fovea reads");
    card["schema"] = "1";
    EXPECT_EQ(error_of(card),
              "': entry 'schema' is \"1\", expected 1, the version this Fovea reads");
}

TEST_F(CardFileTest, AMissingEntryIsNamed)
{
    Json card = activity_card();
    card.erase("classes");
    EXPECT_EQ(error_of(card), "': the entry 'classes' is missing");
    card = activity_card();
    card["sampling"].erase("rate");
    EXPECT_EQ(error_of(card), ": sampling': the entry 'rate' is missing");
}

TEST_F(CardFileTest, AMisspeltEntryIsNamed)
{
    Json card = activity_card();
    card["regions"]["grids"] = 3;
    EXPECT_EQ(error_of(card), ": regions': unknown entry 'grids'");
}

struct Wrong {
    const char *pointer;
    Json value;
    const char *error;
};

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

TEST_F(CardFileTest, AWrongEntryIsNamedWithWhatIsExpected)
{
    const std::vector<Wrong> wrongs = {
        {"/kind", "model",
         "': entry 'kind' is \"model\", expected one of activity, detector, combination, pose"},
        {"/name", "../other",
         "': entry 'name' is \"../other\", expected the name of a file in the card's folder"},
        {"/title", 3, "': entry 'title' is 3, expected text"},
        {"/architecture", "i4d",
         "': entry 'architecture' is \"i4d\", expected one of i3d, watch, c3d, "
         "c3d-fc6, vgg19, vgg19-fc6, vgg19-fc8, resnet50-i3d, resnext101-3d, resnet18-3d, "
         "resnet152-3d, p3d199, tsm-resnet50, "
         "i3d-resnet18, tam-resnet50"},
        {"/head", "best",
         "': entry 'head' is \"best\", expected one of region-mean, ra, ta, tra, score-mean, "
         "logits, alstm, alstm-last, lstm, persons"},
        {"/classes", 2.5, "': entry 'classes' is 2.5, expected a whole number from 1 to 1e+06"},
        {"/classes", true, "': entry 'classes' is true, expected a whole number from 1 to 1e+06"},
        {"/classes", 0, "': entry 'classes' is 0, expected a whole number from 1 to 1e+06"},
        {"/input/width", 9999,
         ": input': entry 'width' is 9999, expected a whole number from 1 to 4096"},
        {"/input/view", "all", ": input': entry 'view' is \"all\", expected one of square, frame"},
        {"/input/interpolation", "cubic",
         ": input': entry 'interpolation' is \"cubic\", expected one of bilinear, area"},
        {"/input/scale", Json::array({1, 2}),
         ": input': entry 'scale' is [1,2], expected three numbers: R, G, B"},
        {"/sampling/plan", "random",
         ": sampling': entry 'plan' is \"random\", expected one of uniform, equal, shuffled, "
         "segments, spread, clips, sliding, windows"},
        {"/regions/cut", Json::array({1, 0}),
         ": regions': entry 'cut' is [1,0], expected a share of the width and one of the height, "
         "0.01 to 1"},
        {"/decision/pool", "card",
         ": decision': entry 'pool' is \"card\", expected one of mean, max, both"},
        {"/sampling/rate", 0,
         ": sampling': entry 'rate' is 0, expected a number from 0.01 to 1000"},
        {"/regions/grid", 17,
         ": regions': entry 'grid' is 17, expected a whole number from 0 to 16"},
        {"/actor/margin", 0.5, ": actor': entry 'margin' is 0.5, expected a number from 1 to 4"},
        {"/decision/threshold", 50,
         ": decision': entry 'threshold' is 50, expected a number from 0 to 1"},
        {"/decision/hop", 0, ": decision': entry 'hop' is 0, expected 1 or more with a window"},
        {"/files/0/sha256", "ABC",
         ": files[0]': entry 'sha256' is \"ABC\", expected 64 digits 0-9 a-f, or nothing when it "
         "is "
         "not known"},
        {"/files", Json::array(), "': entry 'files' is [], expected one file: the weights"},
    };
    for (const Wrong &wrong : wrongs) {
        Json card = activity_card();
        card[Json::json_pointer(wrong.pointer)] = wrong.value;
        EXPECT_EQ(error_of(card), wrong.error) << wrong.pointer;
    }
}

TEST_F(CardFileTest, ADetectorsFilesMustBeListed)
{
    Json card = detector_card();
    card["weights"] = "nose.weights";
    EXPECT_EQ(
        error_of(card),
        "': entry 'weights' is \"nose.weights\", expected the name of one of the card's files");
}

TEST_F(CardFileTest, AlarmsStandByLabelWithTheirDefaults)
{
    Json card = activity_card();
    EXPECT_TRUE(read(card).activity.decision.alarms.empty());
    card["decision"]["alarms"] =
        Json::parse(R"({"fight": {"on": 0.75, "off": 0.25, "min_duration": 3, "cool_down": 60},
                        "fall": {}})");
    const auto alarms = read(card).activity.decision.alarms;
    ASSERT_EQ(alarms.size(), 2U);
    EXPECT_FLOAT_EQ(alarms.at("fight").on, 0.75F);
    EXPECT_FLOAT_EQ(alarms.at("fight").off, 0.25F);
    EXPECT_EQ(alarms.at("fight").min_duration, 3);
    EXPECT_EQ(alarms.at("fight").cool_down, 60);
    EXPECT_FLOAT_EQ(alarms.at("fall").on, 0.9F);
    EXPECT_FLOAT_EQ(alarms.at("fall").off_score(), 0.72F);
    EXPECT_EQ(alarms.at("fall").min_duration, 0);
    EXPECT_EQ(alarms.at("fall").cool_down, 10);
}

TEST_F(CardFileTest, AlarmsThatCannotBeAreRefused)
{
    const auto error = [&](const char *alarms) {
        Json card = activity_card();
        card["decision"]["alarms"] = Json::parse(alarms);
        return error_of(card);
    };
    EXPECT_EQ(error(R"({"normal": {}})"),
              ": decision': entry 'alarms' is {\"normal\":{}}, expected an object with a label or "
              "more, none of them normal");
    EXPECT_NE(error("{}"), "");
    EXPECT_NE(error("[]"), "");
    EXPECT_EQ(error(R"({"fall": {"on": 0}})"),
              ": decision: alarms: fall': entry 'on' is 0, expected a number from 1e-09 to 1");
    EXPECT_NE(
        error(R"({"fall": {"on": 0.5, "off": 0.6}})").find("'off' is 0.6, expected at most on"),
        std::string::npos);
    EXPECT_NE(error(R"({"fall": {"min_duration": -1}})"), "");
    EXPECT_NE(error(R"({"fall": {"cooldown": 1}})"), "");
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

TEST_F(CardFileTest, WithoutAnyRegionIsRefused)
{
    Json card = activity_card();
    card["regions"] = {{"full", false}, {"grid", 0}, {"actor", false}};
    EXPECT_EQ(error_of(card), ": regions': entry 'full' is false, expected true when there is "
                              "neither a grid nor an actor");
}

TEST_F(CardFileTest, WhatAClassTakesIsAskedOfThePersonsWhoAreFollowed)
{
    Json card = activity_card();
    card["decision"]["normal"] = "calm";
    card["decision"]["needs"] = {{"fight", {{"persons", "two-touch"}, {"factor", 0.5}}},
                                 {"fall", {{"persons", "goes-down"}}}};
    card["decision"]["least_person"] = 0.1;
    const fovea::CardDecision decision = read(card).activity.decision;
    ASSERT_EQ(decision.needs.size(), 2U);
    EXPECT_EQ(decision.needs.at("fight").need, fovea::PersonsNeed::TwoTouch);
    EXPECT_EQ(decision.needs.at("fight").factor, 0.5F);
    EXPECT_EQ(decision.needs.at("fall").need, fovea::PersonsNeed::GoesDown);
    EXPECT_EQ(decision.needs.at("fall").factor, 0.7F);
    EXPECT_EQ(decision.least_person, 0.1F);

    const auto error_with = [&](const Json &needs) {
        Json changed = card;
        changed["decision"]["needs"] = needs;
        return error_of(changed);
    };
    EXPECT_NE(error_with(Json::object()).find("a label or more"), std::string::npos);
    EXPECT_NE(error_with({{"calm", {{"persons", "two-touch"}}}}).find("none of them normal"),
              std::string::npos);
    EXPECT_NE(error_with({{"fight", {{"persons", "three"}}}}).find("one of two-touch, goes-down"),
              std::string::npos);
    EXPECT_NE(error_with({{"fight", {{"persons", "two-touch"}, {"factor", 1.5}}}}).find("factor"),
              std::string::npos);
    EXPECT_NE(error_with({{"fight", {{"persons", "two-touch"}, {"share", 1}}}}).find("share"),
              std::string::npos);
}

TEST_F(CardFileTest, WhatWasMeasuredIsWordsOrAListOfSets)
{
    Json card = activity_card();
    card["measured"] = "9 of 10";
    EXPECT_EQ(read(card).measured, "9 of 10");
    EXPECT_TRUE(read(card).measurements.empty());

    card["measured"] = Json::parse(R"([{
        "set": "streets", "clips": 61, "found": {"fight": {"hits": 13, "total": 28}},
        "alarmed": {"hits": 1, "total": 33}, "alarms_per_hour": 54.5, "interval": [1.4, 303.8],
        "date": "2026-11-26", "detector": "eyes"}])");
    card["limits"] = "Not for use where a false alarm can harm anyone.";
    const Card read_back = read(card);
    EXPECT_EQ(read_back.measured, "");
    EXPECT_EQ(read_back.limits, "Not for use where a false alarm can harm anyone.");
    ASSERT_EQ(read_back.measurements.size(), 1U);
    EXPECT_EQ(to_text(read_back.measurements[0]),
              "streets, 61 clips: 13 of 28 fight, an alarm in 1 of 33 without events, 54 an hour "
              "(95 %: 1 to 304), eyes, 2026-11-26");

    const auto wrong = [&](const char *key, const Json &value) {
        Json changed = card;
        changed["measured"][0][key] = value;
        return error_of(changed);
    };
    EXPECT_NE(wrong("date", "yesterday").find("a day, YYYY-MM-DD"), std::string::npos);
    EXPECT_NE(wrong("interval", {3, 1}).find("two numbers"), std::string::npos);
    EXPECT_NE(wrong("clips", 0).find("measured[0]"), std::string::npos);
    EXPECT_NE(wrong("alarmed", {{"hits", 4}, {"total", 3}}).find("hits"), std::string::npos);
    EXPECT_NE(wrong("found", 3).find("hits and total of each label"), std::string::npos);
    EXPECT_NE(wrong("recall", 1).find("recall"), std::string::npos);
}

TEST_F(CardFileTest, ANetworkForKeypointsIsRead)
{
    const Json card = Json::parse(R"({"schema": 1, "kind": "pose", "name": "points", "title": "t",
        "licence": "MIT", "network": "net.json", "input": {"width": 192, "height": 160},
        "files": [{"name": "net.json", "sha256": ""}, {"name": "net.bin", "sha256": ""}]})");
    const Card read_back = read(card);
    EXPECT_EQ(read_back.kind, Card::Kind::Pose);
    EXPECT_EQ(read_back.pose.network, "net.json");
    EXPECT_EQ(read_back.pose.input.width, 192);
    EXPECT_EQ(read_back.pose.input.height, 160);
    Json other = card;
    other["network"] = "none.json";
    EXPECT_NE(error_of(other).find("the name of one of the card's files"), std::string::npos);
    other = card;
    other["classes"] = 3;
    EXPECT_NE(error_of(other).find("classes"), std::string::npos);
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
