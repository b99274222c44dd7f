// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/json.h"
#include "fovea/eval/segment_evaluation.h"

namespace fovea {

namespace {

/* Truths of v: 2 to 4 s and 6 to 8 s; of w: 0 to 2 s, that no window overlaps by more than half. */
const std::vector<ActionInterval> truths = {
    {"v", 0, 2, 4}, {"v", 1, 6, 8}, {"v", ambiguous_label, 9, 10}, {"w", 0, 0, 2}};
const std::vector<SearchedVideo> windows = {
    {"v", {{{2, 4}, 0, 0.875}, {{3, 4}, 0, 0.9375}, {{6, 8.5}, 0, 0.625}, {{9, 10}, 0, 0.25}}},
    {"w", {{{1, 3}, 0, 1}}}};

TEST(Proposals, RecallIsOfTruthsThatAKeptWindowOverlapsByMoreThanHalf)
{
    const auto strict = evaluate_proposals(windows, truths, 0.75);
    EXPECT_EQ(strict.windows, 5U);
    EXPECT_EQ(strict.proposed, 3U) << "2 to 4 s, 3 to 4 s, and that of w";
    EXPECT_DOUBLE_EQ(strict.recall, 1.0 / 3) << "half of 2 to 4 s is not more than half";
    EXPECT_DOUBLE_EQ(strict.largest_recall, 2.0 / 3);
    const auto lenient = evaluate_proposals(windows, truths, 0.5);
    EXPECT_EQ(lenient.proposed, 4U);
    EXPECT_DOUBLE_EQ(lenient.recall, 2.0 / 3);
}

TEST(Proposals, AreToldWithTheSegments)
{
    SegmentEvaluation evaluation =
        evaluate_segments(windows, truths, 2, DetectionProtocol::ActivityNet, 0.4);
    EXPECT_EQ(to_text(evaluation, {"run", "sit"}).find("proposals"), std::string::npos);
    EXPECT_FALSE(to_json(evaluation, {"run", "sit"}).contains("proposals"));
    EXPECT_EQ(evaluation.truths, 3U) << "what is ambiguous is none";
    evaluation.proposals = evaluate_proposals(windows, truths, 0.75);
    EXPECT_NE(to_text(evaluation, {"run", "sit"})
                  .find("\nproposals from 0.75: 3 of 5 windows, 1.5 a video; recall 33.3 % (of all "
                        "windows 66.7 %)\n"),
              std::string::npos)
        << to_text(evaluation, {"run", "sit"});
    EXPECT_EQ(to_json(evaluation, {"run", "sit"})["proposals"]["proposed"], 3);
}

} // namespace

} // namespace fovea
