// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/decide/segment_finder.h"
#include "fovea/decide/two_stage_head.h"

namespace fovea {

namespace {

/** \brief Scores are the means of its channels over the rows */
class MeansHead final : public ActivityHead
{
public:
    explicit MeansHead(std::int64_t channels) : channels_(channels) {}

    HeadScores run(const Array &rows) override
    {
        ++runs;
        HeadScores output;
        output.scores.resize(static_cast<std::size_t>(channels_));
        for (std::size_t i = 0; i < rows.values.size(); ++i)
            output.scores[i % static_cast<std::size_t>(channels_)] +=
                rows.values[i] / static_cast<float>(rows.shape[0] * rows.shape[1]);
        return output;
    }

    std::int64_t channels() const override { return channels_; }

    int runs = 0;

private:
    std::int64_t channels_;
};

/** \brief A row of the classes background, run, sit and of the proposals action, background */
Array rows_of(const std::vector<std::vector<float>> &rows)
{
    Array all({1, static_cast<std::int64_t>(rows.size()), 5});
    for (std::size_t t = 0; t < rows.size(); ++t)
        std::copy(rows[t].begin(), rows[t].end(), all.values.begin() + static_cast<int>(t) * 5);
    return all;
}

TEST(TwoStageHead, ClassifiesOnlyWhatIsProposed)
{
    const auto classes = std::make_shared<MeansHead>(3);
    const auto head = two_stage_head({std::make_shared<MeansHead>(2), 0, 0.75F}, classes);
    EXPECT_EQ(head->channels(), 5);
    EXPECT_EQ(head->run(rows_of({{0.125F, 0.75F, 0.125F, 0.75F, 0.25F}})).scores,
              (std::vector<float>{0.125F, 0.75F, 0.125F}));
    EXPECT_EQ(classes->runs, 1);
    EXPECT_TRUE(head->run(rows_of({{0.125F, 0.75F, 0.125F, 0.625F, 0.375F}})).scores.empty());
    EXPECT_EQ(classes->runs, 1) << "the second stage is not asked";
}

/* Six rows of half a second. The classes see a run in rows 1 and 2, and in row 4, where no action is proposed. */
TEST(TwoStageHead, OfWindowsThatAreNotProposedNoSegmentIsFound)
{
    const std::vector<float> still = {0.75F, 0.125F, 0.125F, 0, 1};
    const std::vector<float> runs = {0.25F, 0.625F, 0.125F, 1, 0};
    const std::vector<float> mistaken = {0.25F, 0.625F, 0.125F, 0.25F, 0.75F};
    const Array rows = rows_of({still, runs, runs, still, mistaken, still});
    std::vector<TimeSpan> times;
    for (std::int64_t t = 0; t < 6; ++t)
        times.push_back(
            {t * 500 * nanoseconds_per_millisecond, (t + 1) * 500 * nanoseconds_per_millisecond});
    SegmentRule rule;
    rule.lengths = {1};
    rule.stride = 1;
    rule.background = 0;
    const auto starts_above = [&](float threshold) {
        std::vector<double> starts;
        for (const FoundInterval &found :
             find_windows(two_stage_head({std::make_shared<MeansHead>(2), 0, threshold},
                                         std::make_shared<MeansHead>(3)),
                          rule, rows, times)) {
            EXPECT_EQ(found.label, 1);
            starts.push_back(found.interval.start);
        }
        return starts;
    };
    EXPECT_EQ(starts_above(0), (std::vector<double>{0.5, 1, 2})) << "as by one stage";
    EXPECT_EQ(starts_above(0.7F), (std::vector<double>{0.5, 1}));
    rule.many_labels = true; // no class is above its threshold where there are none
    rule.threshold = 0.5F;
    EXPECT_EQ(starts_above(0.7F), (std::vector<double>{0.5, 1}));
}

TEST(TwoStageHead, RowsOfAnotherWidthAreRefused)
{
    const auto head =
        two_stage_head({std::make_shared<MeansHead>(2), 0, 0.5F}, std::make_shared<MeansHead>(3));
    EXPECT_EQ(error_of([&] {
                  head->run(Array({1, 1, 3}));
              }),
              "rows: the two stages expect 5 channels, got 3");
}

} // namespace

} // namespace fovea
