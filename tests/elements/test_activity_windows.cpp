#include <gtest/gtest.h>

#include "attention/activity_windows.h"
#include "fovea/core/errors.h"

namespace {

using fovea::ActivityPointer;
using fovea::ActivityWindows;
using fovea::Array;

/** A head that says what the first feature of the first region is worth: [1 - x, x] of the mean. */
class MeanOfFirst final : public fovea::ActivityHead
{
public:
    fovea::Judgement judge(const Array &rows) override
    {
        const auto regions = static_cast<std::size_t>(rows.shape[0]);
        const auto count = static_cast<std::size_t>(rows.shape[1]);
        fovea::Judgement judgement;
        float sum = 0;
        for (std::size_t t = 0; t < count; ++t) {
            sum += rows.values[t * 2];
            judgement.time_weights.push_back(rows.values[t * 2]);
        }
        const float mean = sum / static_cast<float>(count);
        judgement.scores = {1 - mean, mean};
        judgement.region_weights.assign(regions, 1 / static_cast<float>(regions));
        return judgement;
    }

    std::int64_t channels() const override { return 2; }
};

std::shared_ptr<FoveaRow> row(guint64 index, float first, guint regions = 2)
{
    std::shared_ptr<FoveaRow> made(fovea_row_new(regions, 2), fovea_row_unref);
    made->index = index;
    made->start = index * GST_SECOND;
    made->end = (index + 1) * GST_SECOND;
    made->features[0] = first;
    return made;
}

ActivityWindows windows(std::size_t window, std::size_t hop, fovea::DecisionRule rule = {})
{
    fovea::WindowSettings settings;
    settings.window = window;
    settings.hop = hop;
    settings.top_k = 2;
    settings.rule = rule;
    return {std::make_unique<MeanOfFirst>(), "test", {"calm", "wild"}, settings};
}

TEST(ActivityWindows, AWindowEveryHopRows)
{
    ActivityWindows two = windows(2, 1);
    EXPECT_TRUE(two.add(row(0, 0.2F).get()).empty());
    const auto first = two.add(row(1, 0.4F).get());
    ASSERT_EQ(first.size(), 1U);
    EXPECT_STREQ(first[0]->label.label, "calm"); // mean 0.3 -> calm 0.7
    EXPECT_FLOAT_EQ(first[0]->label.confidence, 0.7F);
    EXPECT_EQ(first[0]->start, 0U);
    EXPECT_EQ(first[0]->end, 2 * GST_SECOND);
    const auto second = two.add(row(2, 0.9F).get());
    ASSERT_EQ(second.size(), 1U);
    EXPECT_STREQ(second[0]->label.label, "wild"); // mean 0.65
    EXPECT_EQ(second[0]->start, GST_SECOND);
}

TEST(ActivityWindows, AHopLongerThanTheWindowSkipsRows)
{
    ActivityWindows sparse = windows(1, 3);
    std::vector<guint64> labelled;
    for (guint64 i = 0; i < 7; ++i)
        if (!sparse.add(row(i, 0.1F).get()).empty())
            labelled.push_back(i);
    EXPECT_EQ(labelled, (std::vector<guint64>{0, 3, 6}));
}

TEST(ActivityWindows, SalienceIsRelativeToTheStrongestMoment)
{
    ActivityWindows two = windows(2, 2);
    two.add(row(0, 0.2F).get());
    const auto made = two.add(row(1, 0.8F).get());
    ASSERT_EQ(made[0]->n_moments, 2U);
    EXPECT_FLOAT_EQ(made[0]->salience[0].weight, 0.25F);
    EXPECT_FLOAT_EQ(made[0]->salience[1].weight, 1);
    EXPECT_EQ(made[0]->salience[1].start, GST_SECOND);
}

TEST(ActivityWindows, ADuplicatedRowCountsOnce)
{
    ActivityWindows two = windows(2, 2);
    const auto first = row(0, 0.2F);
    two.add(first.get());
    EXPECT_TRUE(two.add(first.get()).empty());
    EXPECT_EQ(two.add(row(1, 0.2F).get()).size(), 1U);
}

TEST(ActivityWindows, TheWholeStreamIsLabelledAtItsEnd)
{
    ActivityWindows whole = windows(0, 1);
    for (guint64 i = 0; i < 5; ++i)
        EXPECT_TRUE(whole.add(row(i, 0.6F).get()).empty());
    const auto made = whole.finish();
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0]->scope, FOVEA_SCOPE_VIDEO);
    EXPECT_STREQ(made[0]->label.label, "wild");
    EXPECT_EQ(made[0]->end, 5 * GST_SECOND);
    EXPECT_EQ(made[0]->n_moments, 5U);
    EXPECT_TRUE(whole.finish().empty());
}

TEST(ActivityWindows, TheStrongestEventIsTheVideosLabel)
{
    ActivityWindows events = windows(1, 1, {/*normal=*/0, /*threshold=*/0.5F});
    events.add(row(0, 0.1F).get());
    events.add(row(1, 0.9F).get());
    events.add(row(2, 0.2F).get());
    const auto made = events.finish();
    ASSERT_EQ(made.size(), 1U);
    EXPECT_STREQ(made[0]->label.label, "wild");
    EXPECT_FLOAT_EQ(made[0]->label.confidence, 0.9F);
    ASSERT_EQ(made[0]->n_moments, 3U);
    EXPECT_FLOAT_EQ(made[0]->salience[2].weight, 0.2F);
    EXPECT_EQ(made[0]->n_regions, 2U);
    EXPECT_FLOAT_EQ(made[0]->region_weight[0], 0.5F);
    EXPECT_STREQ(made[0]->model, "test");
    EXPECT_STREQ(made[0]->scores[1].label, "calm");
}

TEST(ActivityWindows, AStreamShorterThanAWindowIsStillLabelled)
{
    ActivityWindows four = windows(4, 4);
    four.add(row(0, 0.9F).get());
    const auto made = four.finish();
    ASSERT_EQ(made.size(), 2U);
    EXPECT_EQ(made[0]->scope, FOVEA_SCOPE_WINDOW);
    EXPECT_EQ(made[1]->scope, FOVEA_SCOPE_VIDEO);
    EXPECT_STREQ(made[1]->label.label, "wild");
}

TEST(ActivityWindows, NothingIsSaidOfAnEmptyStream)
{
    EXPECT_TRUE(windows(4, 4).finish().empty());
    EXPECT_TRUE(windows(0, 1).finish().empty());
}

TEST(ActivityWindows, AWindowNeverSpansAJump)
{
    ActivityWindows two = windows(2, 2);
    two.add(row(0, 0.9F).get());
    two.drop_begun();
    EXPECT_TRUE(two.add(row(1, 0.1F).get()).empty());
    EXPECT_EQ(two.add(row(2, 0.1F).get())[0]->start, GST_SECOND);
}

TEST(ActivityWindows, AChangeOfRegionsIsRefusedWithBothCounts)
{
    ActivityWindows two = windows(2, 2);
    two.add(row(0, 0.9F, 2).get());
    try {
        two.add(row(1, 0.9F, 11).get());
        FAIL() << "a row of 11 regions was accepted";
    } catch (const fovea::Error &error) {
        EXPECT_NE(std::string(error.what()).find("has 11 regions"), std::string::npos);
        EXPECT_NE(std::string(error.what()).find("have 2"), std::string::npos);
    }
}

TEST(ActivityWindows, SegmentsAreToldWhenTheyCanNoLongerChange)
{
    fovea::WindowSettings settings;
    settings.window = 2;
    settings.hop = 2;
    settings.rule.normal = 0;
    settings.segments.emplace();
    settings.segments->lengths = {1, 2};
    settings.segments->background = 0; // calm
    settings.segments->overlap = 0;
    ActivityWindows windows(std::make_unique<MeanOfFirst>(), "test", {"calm", "wild"}, settings);
    std::vector<std::pair<int, ActivityPointer>> told;
    const std::vector<float> wild = {0, 0, 0.25F, 1, 0, 0, 0, 0.875F};
    for (int i = 0; i < 8; ++i) {
        for (const auto &made :
             windows.add(row(static_cast<guint64>(i), wild[static_cast<std::size_t>(i)]).get())) {
            if (made->scope == FOVEA_SCOPE_SEGMENT)
                told.emplace_back(i, made);
        }
    }
    // Row 3 alone is the strongest; a window of 2 rows, 3-4, may still cover it until row 4 is there
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].first, 4);
    EXPECT_STREQ(told[0].second->label.label, "wild");
    EXPECT_EQ(told[0].second->start, 3 * GST_SECOND);
    EXPECT_EQ(told[0].second->end, 4 * GST_SECOND);

    const auto last = windows.finish();
    ASSERT_EQ(last.size(), 2U) << "the segment of the last row, and the video";
    EXPECT_EQ(last[0]->scope, FOVEA_SCOPE_SEGMENT);
    EXPECT_EQ(last[0]->start, 7 * GST_SECOND);
    EXPECT_EQ(last[1]->scope, FOVEA_SCOPE_VIDEO);
}

TEST(ActivityWindows, AJumpEndsTheSegmentsBeforeIt)
{
    fovea::WindowSettings settings;
    settings.window = 4;
    settings.segments.emplace();
    settings.segments->lengths = {1, 2};
    settings.segments->background = 0;
    settings.segments->overlap = 0;
    ActivityWindows windows(std::make_unique<MeanOfFirst>(), "test", {"calm", "wild"}, settings);
    windows.add(row(0, 0).get());
    EXPECT_TRUE(windows.add(row(1, 0.875F).get()).empty()) << "row 2 may still change it";
    const auto made = windows.drop_begun();
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0]->start, 1 * GST_SECOND);
    EXPECT_TRUE(windows.add(row(7, 0.25F).get()).empty());
}

} // namespace
