// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "card_test.h"
#include "fovea/bundle/card_focus.h"

namespace {

using fovea::Json;
using fovea_test::activity_card;
using fovea_test::CardFileTest;

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

} // namespace
