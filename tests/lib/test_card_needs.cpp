// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "card_test.h"

namespace {

using fovea::Json;
using fovea_test::activity_card;
using fovea_test::CardFileTest;

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

} // namespace
