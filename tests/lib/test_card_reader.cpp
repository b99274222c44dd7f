// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "card_test.h"

namespace {

using fovea::Json;
using fovea_test::activity_card;
using fovea_test::CardFileTest;

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

TEST_F(CardFileTest, AWrongEntryIsNamedWithWhatIsExpected)
{
    const std::vector<Wrong> wrongs = {
        {"/kind", "model",
         "': entry 'kind' is \"model\", expected one of activity, detector, combination, pose"},
        {"/name", "../other",
         "': entry 'name' is \"../other\", expected the name of a file in the card's folder"},
        {"/title", 3, "': entry 'title' is 3, expected text"},
        {"/architecture", "i4d",
         "': entry 'architecture' is \"i4d\", expected one of i3d, watch, watch-flow, eco, "
         "two-stream, three-stream, c3d, "
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
        {"/actor/motion", 256, ": actor': entry 'motion' is 256, expected a number from 0 to 255"},
        {"/actor/motion", 20,
         ": actor': entry 'motion' is 20, expected 0 but for the method union and the plan "
         "sliding"},
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

} // namespace
