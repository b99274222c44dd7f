// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/attention_words.h"
#include "fovea/core/json.h"

namespace fovea {

namespace {

TEST(AttentionWords, SayWhatIsOtherwiseThanUsual)
{
    EXPECT_TRUE(attention_in_words("none").name.empty());
    EXPECT_EQ(attention_in_words("sta").name, "sta");
    const nn::AttentionOptions early = attention_in_words("sta,variant=ta,stages=layer1+layer2");
    EXPECT_EQ(early.variant, "ta");
    EXPECT_EQ(early.stages, (std::vector<std::string>{"layer1", "layer2"}));
    EXPECT_EQ(attention_in_words("sta,stride=2").stride, 2);
    EXPECT_TRUE(attention_in_words("w3").refine);
    EXPECT_FALSE(attention_in_words("w3,refine=false").refine);
}

TEST(AttentionWords, WhatIsNotKnownIsNamed)
{
    EXPECT_EQ(error_of([] { attention_in_words("se"); }),
              "attention 'se' is not known; expected one of sta, w3, cbam, non-local");
    EXPECT_NE(error_of([] {
                  attention_in_words("sta,variant=full");
              }).find("attention: variant 'full' is not known"),
              std::string::npos);
    EXPECT_NE(
        error_of([] { attention_in_words("sta,steps=2"); }).find("attention: setting 'steps'"),
        std::string::npos);
    EXPECT_EQ(error_of([] { attention_in_words("sta,stride=0"); }),
              "attention: expected a stride of 1 to 16, got '0'");
}

TEST(AttentionWords, TheEntryOfACardHasAll)
{
    EXPECT_EQ(attention_entry({}), Json("none"));
    const Json entry = attention_entry(attention_in_words("w3,stages=layer4,variant=no-spatial"));
    EXPECT_EQ(entry.at("name"), "w3");
    EXPECT_EQ(entry.at("variant"), "no-spatial");
    EXPECT_EQ(entry.at("stages"), Json::array({"layer4"}));
    EXPECT_EQ(entry.at("refine"), true);
}

} // namespace

} // namespace fovea
