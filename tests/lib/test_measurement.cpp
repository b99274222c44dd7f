// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "card_test.h"

namespace {

using fovea::Card;
using fovea::Json;
using fovea_test::activity_card;
using fovea_test::CardFileTest;

Json entry()
{
    return Json::parse(R"({
    "set": "streets", "clips": 61, "found": {"fight": {"hits": 13, "total": 28}},
    "alarmed": {"hits": 1, "total": 33}, "alarms_per_hour": 54.5, "interval": [1.4, 303.8],
    "date": "2026-11-26", "detector": "eyes"})");
}

TEST_F(CardFileTest, WhatWasMeasuredIsWordsOrAListOfSets)
{
    Json card = activity_card();
    card["measured"] = "9 of 10";
    EXPECT_EQ(read(card).measured, "9 of 10");
    EXPECT_TRUE(read(card).measurements.empty());

    card["measured"] = Json::array({entry()});
    card["limits"] = "Not for use where a false alarm can harm anyone.";
    const Card read_back = read(card);
    EXPECT_EQ(read_back.measured, "");
    EXPECT_EQ(read_back.limits, "Not for use where a false alarm can harm anyone.");
    ASSERT_EQ(read_back.measurements.size(), 1U);
    EXPECT_EQ(to_text(read_back.measurements[0]),
              "streets, 61 clips: 13 of 28 fight, an alarm in 1 of 33 without events, 54 an hour "
              "(95 %: 1 to 304), eyes, 2026-11-26");

    card["measured"] = Json::array(); // by who means to add to it
    EXPECT_TRUE(read(card).measurements.empty());
    EXPECT_EQ(read(card).measured, "");
    for (const Json &value : {Json(9), Json::object(), Json()}) {
        card["measured"] = value;
        EXPECT_NE(error_of(card).find("text, or a list with an entry for each set of clips"),
                  std::string::npos)
            << error_of(card);
    }
}

TEST_F(CardFileTest, AnEntryOfWhatWasMeasuredIsCheckedByName)
{
    Json card = activity_card();
    card["measured"] = Json::array({entry()});
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

} // namespace
