// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "card_test.h"

namespace {

using fovea::Json;
using fovea_test::activity_card;
using fovea_test::CardFileTest;

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
    EXPECT_NE(error(R"({"fall": {"on": 0.5, "off": 0.6}})")
                  .find("'off' is 0.6, expected at most on, 0.5"),
              std::string::npos);
    EXPECT_NE(error(R"({"fall": {"min_duration": -1}})"), "");
    EXPECT_NE(error(R"({"fall": {"cooldown": 1}})"), "");
}

} // namespace
