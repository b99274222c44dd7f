// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "card_test.h"

namespace {

using fovea::Card;
using fovea::Json;
using fovea_test::CardFileTest;

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

} // namespace
