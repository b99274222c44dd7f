// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/json.h"
#include "fovea/eval/report.h"

namespace fovea {

namespace {

const std::vector<std::string> odd_labels = {"a<b", "fight, \"real\""};

std::vector<Prediction> two_clips()
{
    return {{"v1", "g", 0, {0.75F, 0.25F}, -1}, {"v2", "", 1, {0.5F, 0.5F}, -1}};
}

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

TEST(EvaluationReport, TextNamesSharesWithTheirCounts)
{
    const std::string text = to_text(evaluate(two_clips(), odd_labels));
    EXPECT_TRUE(contains(text, "top-1                50.0 % (9.5 to 90.5, 1 of 2)")) << text;
    EXPECT_TRUE(contains(text, "group g  100.0 %")) << text;
}

TEST(EvaluationReport, AClassWithoutClipsIsToldAsNotTested)
{
    const Evaluation evaluation = evaluate({{"v1", "", 0, {0.75F, 0.25F, 0}, -1}}, {"a", "b", "c"});
    const std::string text = to_text(evaluation);
    EXPECT_TRUE(contains(text, "b  recall none, precision none, AP none\n")) << text;
    EXPECT_TRUE(contains(text, "\nnot tested, for want of clips: b, c\n")) << text;
    const std::string sentence = to_sentence(evaluation);
    EXPECT_TRUE(contains(sentence, "; recall a 100.0 %; not tested, for want of clips: b, c."))
        << sentence;
}

TEST(EvaluationReport, ColumnsStandInLineWhateverTheLettersOfTheLabels)
{
    const std::string text = to_text(evaluate(two_clips(), {"снег", "падение"}));
    EXPECT_TRUE(contains(text, "\n              снег  падение"
                               "\n     снег        1        0"
                               "\n  падение        1        0\n"))
        << text;
}

TEST(EvaluationReport, AMatrixWiderThanAScreenIsNotPrinted)
{
    std::vector<std::string> labels; // as many as Something-Something has
    for (int i = 0; i < 174; ++i)
        labels.push_back("Putting something, something and something " + std::to_string(i));
    Prediction clip = {"v", "", 3, std::vector<float>(174), -1};
    clip.scores[3] = 1;
    const std::string text = to_text(evaluate({clip}, labels));
    EXPECT_TRUE(contains(text, "\nconfusion: in the JSON and as a drawing\n")) << text;
    EXPECT_LT(text.size(), 200U * 174);
}

TEST(EvaluationReport, JsonHoldsTheConfusionMatrix)
{
    const Json json = to_json(evaluate(two_clips(), odd_labels));
    EXPECT_EQ(json["confusion"], Json::parse("[[1, 0], [1, 0]]"));
    EXPECT_EQ(json["top1"]["hits"], 1);
    EXPECT_EQ(json["classes"][1]["label"], odd_labels[1]);
}

TEST(EvaluationReport, SvgEscapesLabels)
{
    const std::string svg = to_svg(evaluate(two_clips(), odd_labels));
    EXPECT_EQ(svg.rfind("<svg ", 0), 0U);
    EXPECT_TRUE(contains(svg, "a&lt;b"));
    EXPECT_FALSE(contains(svg, "a<b"));
    EXPECT_TRUE(contains(svg, "</svg>"));
}

TEST(EvaluationReport, PredictionsCsvQuotesWhatNeedsIt)
{
    EXPECT_EQ(predictions_csv(two_clips(), odd_labels),
              "id,group,truth,predicted,a<b,\"fight, \"\"real\"\"\"\n"
              "v1,g,a<b,a<b,0.75,0.25\n"
              "v2,,\"fight, \"\"real\"\"\",a<b,0.5,0.5\n");
}

TEST(EvaluationReport, PredictionsCsvHasNothingThatASpreadsheetRuns)
{
    std::vector<Prediction> clips = two_clips();
    clips[0].id = "=cmd|' /C calc'!A0";
    clips[0].group = "-g";
    const std::string csv = predictions_csv(clips, {"@a", "b\x1B[31m"});
    EXPECT_EQ(csv, "id,group,truth,predicted,'@a,b\xEF\xBF\xBD[31m\n"
                   "'=cmd|' /C calc'!A0,'-g,'@a,'@a,0.75,0.25\n"
                   "v2,,b\xEF\xBF\xBD[31m,'@a,0.5,0.5\n");
}

TEST(EvaluationReport, ActivityNetFormRanksTheFiveBestLabels)
{
    const std::vector<Prediction> clips = {
        {"v1", "", 0, {0.0625F, 0.25F, 0.5F, 0, 0.125F, 0.03125F}}};
    const Json json = predictions_activity_net(clips, {"a", "b", "c", "d", "e", "f"});
    EXPECT_EQ(json["results"]["v1"], Json::parse(R"([{"label": "c", "score": 0.5},
                                                     {"label": "b", "score": 0.25},
                                                     {"label": "e", "score": 0.125},
                                                     {"label": "a", "score": 0.0625},
                                                     {"label": "f", "score": 0.03125}])"));
    EXPECT_TRUE(json.contains("version"));
    EXPECT_TRUE(json.contains("external_data"));
}

} // namespace

} // namespace fovea
