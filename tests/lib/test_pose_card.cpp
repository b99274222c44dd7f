// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "card_test.h"

namespace {

using fovea::Card;
using fovea::Json;
using fovea_test::CardFileTest;

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

} // namespace
