// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/decide/activity_stream.h"
#include "made_rows.h"

namespace {

using fovea::Activity;
using fovea::ActivityStream;
using fovea::Array;
using fovea::FeatureRow;
using fovea_test::channels_of_all;
using fovea_test::row;

/** A head that says what the first feature of the first region is worth: [1 - x, x] of the mean. */
class MeanOfFirst final : public fovea::ActivityHead
{
public:
    fovea::HeadScores run(const Array &rows) override
    {
        const auto regions = static_cast<std::size_t>(rows.shape[0]);
        const auto count = static_cast<std::size_t>(rows.shape[1]);
        fovea::HeadScores output;
        float sum = 0;
        for (std::size_t t = 0; t < count; ++t) {
            sum += rows.values[t * 2];
            output.time_weights.push_back(rows.values[t * 2]);
        }
        const float mean = sum / static_cast<float>(count);
        output.scores = {1 - mean, mean};
        output.region_weights.assign(regions, 1 / static_cast<float>(regions));
        return output;
    }

    std::int64_t channels() const override { return channels_of_all; }
};

ActivityStream windows(std::size_t window, std::size_t hop, fovea::DecisionRule rule = {})
{
    fovea::WindowSettings settings;
    settings.window = window;
    settings.hop = hop;
    settings.top_k = 2;
    settings.rule = rule;
    return {std::make_unique<MeanOfFirst>(), "test", {"calm", "wild"}, settings};
}

TEST(ActivityStream, AWindowEveryHopRows)
{
    ActivityStream two = windows(2, 1);
    EXPECT_TRUE(two.add(row(0, 0.2F)).empty());
    const auto first = two.add(row(1, 0.4F));
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].label.label, "calm"); // mean 0.3 -> calm 0.7
    EXPECT_FLOAT_EQ(first[0].label.confidence, 0.7F);
    EXPECT_EQ(first[0].time.start, 0);
    EXPECT_EQ(first[0].time.end, 2 * second);
    const auto next = two.add(row(2, 0.9F));
    ASSERT_EQ(next.size(), 1U);
    EXPECT_EQ(next[0].label.label, "wild"); // mean 0.65
    EXPECT_EQ(next[0].time.start, second);
}

TEST(ActivityStream, AHopLongerThanTheWindowSkipsRows)
{
    ActivityStream sparse = windows(1, 3);
    std::vector<std::uint64_t> labelled;
    for (std::uint64_t i = 0; i < 7; ++i)
        if (!sparse.add(row(i, 0.1F)).empty())
            labelled.push_back(i);
    EXPECT_EQ(labelled, (std::vector<std::uint64_t>{0, 3, 6}));
}

TEST(ActivityStream, SalienceIsRelativeToTheStrongestMoment)
{
    ActivityStream two = windows(2, 2);
    two.add(row(0, 0.2F));
    const auto made = two.add(row(1, 0.8F));
    ASSERT_EQ(made[0].salience.size(), 2U);
    EXPECT_FLOAT_EQ(made[0].salience[0].weight, 0.25F);
    EXPECT_FLOAT_EQ(made[0].salience[1].weight, 1);
    EXPECT_EQ(made[0].salience[1].time.start, second);
}

/* Another foveafeatures, which took over from the first, counts its rows from 0. */
TEST(ActivityStream, RowsThatAreCountedAnewAreOtherRows)
{
    ActivityStream two = windows(2, 2);
    two.add(row(6, 0.9F));
    std::vector<Activity> made;
    for (const int index : {0, 1}) {
        EXPECT_TRUE(made.empty()) << "no window spans what nobody saw";
        FeatureRow other = row(static_cast<std::uint64_t>(index), 0.1F);
        other.time = {(9 + index) * second, (10 + index) * second};
        made = two.add(other);
    }
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0].time.start, 9 * second);
    EXPECT_FLOAT_EQ(made[0].label.confidence, 0.9F);
}

TEST(ActivityStream, OfAShuffledPlanTheWholeStreamIsInThePlansOrder)
{
    ActivityStream whole = windows(0, 1);
    for (const auto &[index, start] : {std::pair{2, 0}, {0, 1}, {1, 2}}) {
        FeatureRow next = row(static_cast<std::uint64_t>(index), 0.25F * static_cast<float>(index));
        next.time = {start * second, (start + 1) * second};
        whole.add(next);
    }
    const auto made = whole.finish();
    ASSERT_EQ(made.size(), 1U);
    ASSERT_EQ(made[0].salience.size(), 3U);
    EXPECT_EQ(made[0].salience[0].time.start, 1 * second);
    EXPECT_EQ(made[0].salience[2].time.start, 0);
    EXPECT_FLOAT_EQ(made[0].salience[2].weight, 1);
    EXPECT_EQ(made[0].time.start, 0);
    EXPECT_EQ(made[0].time.end, 3 * second);
}

TEST(ActivityStream, OfRowsThatAreCountedAnewTheWholeStreamStaysInTheOrderOfTime)
{
    ActivityStream whole = windows(0, 1);
    for (const auto &[index, start] : {std::pair{0, 0}, {1, 1}, {0, 2}, {1, 3}}) {
        FeatureRow next = row(static_cast<std::uint64_t>(index), 0.5F);
        next.time = {start * second, (start + 1) * second};
        whole.add(next);
    }
    const auto made = whole.finish();
    ASSERT_EQ(made.size(), 1U);
    ASSERT_EQ(made[0].salience.size(), 4U);
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(made[0].salience[static_cast<std::size_t>(i)].time.start, i * second);
}

TEST(ActivityStream, TheWholeStreamIsLabelledAtItsEnd)
{
    ActivityStream whole = windows(0, 1);
    for (std::uint64_t i = 0; i < 5; ++i)
        EXPECT_TRUE(whole.add(row(i, 0.6F)).empty());
    const auto made = whole.finish();
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0].scope, Activity::Scope::Video);
    EXPECT_EQ(made[0].label.label, "wild");
    EXPECT_EQ(made[0].time.end, 5 * second);
    EXPECT_EQ(made[0].salience.size(), 5U);
    EXPECT_TRUE(whole.finish().empty());
}

TEST(ActivityStream, TheStrongestEventIsTheVideosLabel)
{
    ActivityStream events = windows(1, 1, {/*normal=*/0, /*threshold=*/0.5F});
    events.add(row(0, 0.1F));
    events.add(row(1, 0.9F));
    events.add(row(2, 0.2F));
    const auto made = events.finish();
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0].label.label, "wild");
    EXPECT_FLOAT_EQ(made[0].label.confidence, 0.9F);
    ASSERT_EQ(made[0].salience.size(), 3U);
    EXPECT_FLOAT_EQ(made[0].salience[2].weight, 0.2F);
    EXPECT_EQ(made[0].regions.size(), 2U);
    EXPECT_FLOAT_EQ(made[0].regions[0].weight, 0.5F);
    EXPECT_EQ(made[0].top_k[1].label, "calm");
}

TEST(ActivityStream, ScoresOfTheVideoStayUntilTheNextRow)
{
    ActivityStream events = windows(1, 1, {/*normal=*/0, /*threshold=*/0.5F});
    events.add(row(0, 0.25F));
    events.add(row(1, 0.75F));
    events.finish();
    EXPECT_EQ(events.video().scores(), (std::vector<float>{0.25F, 0.75F}));
    EXPECT_EQ(events.video().pooled(), (std::vector<float>{0.5F, 0.5F}));
    events.add(row(0, 0.125F)); // of another video: its rows are counted anew
    EXPECT_EQ(events.video().scores(), (std::vector<float>{0.875F, 0.125F}));
}

TEST(ActivityStream, AStreamShorterThanAWindowIsStillLabelled)
{
    ActivityStream four = windows(4, 4);
    four.add(row(0, 0.9F));
    const auto made = four.finish();
    ASSERT_EQ(made.size(), 2U);
    EXPECT_EQ(made[0].scope, Activity::Scope::Window);
    EXPECT_EQ(made[1].scope, Activity::Scope::Video);
    EXPECT_EQ(made[1].label.label, "wild");
}

TEST(ActivityStream, NothingIsSaidOfAnEmptyStream)
{
    EXPECT_TRUE(windows(4, 4).finish().empty());
    EXPECT_TRUE(windows(0, 1).finish().empty());
}

/** \brief Windows of a row; wild alarms at 0.8 that last \a min_duration seconds */
ActivityStream alarming(double min_duration, std::size_t window = 1)
{
    fovea::WindowSettings settings;
    settings.window = window;
    settings.top_k = 2;
    settings.rule = {/*normal=*/0, /*threshold=*/0.5F};
    settings.alarms.emplace();
    settings.alarms->limits.resize(2);
    settings.alarms->limits[1].emplace();
    settings.alarms->limits[1]->on = 0.8F;
    settings.alarms->limits[1]->min_duration = min_duration;
    return {std::make_unique<MeanOfFirst>(), "test", {"calm", "wild"}, settings};
}

TEST(ActivityStream, WithAlarmsTheStrongestIsTheVideosLabel)
{
    ActivityStream windows = alarming(2);
    std::uint64_t i = 0;
    for (const float wild : {0.95F, 0.1F, 0.85F, 0.875F, 0.1F})
        windows.add(row(i++, wild)); // the strongest window lasts a second alone
    const auto made = windows.finish();
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0].label.label, "wild");
    EXPECT_FLOAT_EQ(made[0].label.confidence, 0.875F);
    EXPECT_FLOAT_EQ(windows.video_scores()[1], 0.875F);
}

TEST(ActivityStream, WithAlarmsAVideoThatHasNoneIsNormal)
{
    for (const std::size_t window : {std::size_t{1}, std::size_t{0}}) {
        ActivityStream windows = alarming(0, window);
        windows.add(row(0, 0.75F)); // above the threshold of a window's label
        const auto made = windows.finish();
        ASSERT_EQ(made.size(), 1U);
        EXPECT_EQ(made[0].label.label, "calm");
        EXPECT_FLOAT_EQ(made[0].label.confidence, 0.25F);
    }
}

TEST(ActivityStream, AnAlarmNeverSpansAJump)
{
    ActivityStream windows = alarming(2);
    windows.add(row(0, 0.9F));
    windows.drop_begun();
    windows.add(row(1, 0.9F));
    EXPECT_EQ(windows.finish().at(0).label.label, "calm");
}

TEST(ActivityStream, AWindowNeverSpansAJump)
{
    ActivityStream two = windows(2, 2);
    two.add(row(0, 0.9F));
    two.drop_begun();
    EXPECT_TRUE(two.add(row(1, 0.1F)).empty());
    EXPECT_EQ(two.add(row(2, 0.1F))[0].time.start, second);
}

TEST(ActivityStream, ARowAfterAJumpBeginsAWindow)
{
    ActivityStream two = windows(2, 1);
    two.add(row(0, 0.2F));
    FeatureRow behind = row(1, 0.4F);
    behind.after_jump = true;
    EXPECT_TRUE(two.add(behind).empty());
    EXPECT_EQ(two.add(row(2, 0.4F)).at(0).time.start, 1 * second);
}

TEST(ActivityStream, AWindowTellsWhatItsFramesWereWorthAndWhatWentUnseen)
{
    ActivityStream two = windows(2, 2);
    std::vector<Activity> made;
    for (std::uint64_t i = 0; i < 4; ++i) {
        FeatureRow one = row(i, 0.25F);
        one.frames = {8, 1, static_cast<std::int64_t>(i), 0};
        one.unseen = i == 0 ? 0 : 3;
        for (Activity &activity : two.add(one))
            made.push_back(std::move(activity));
    }
    for (Activity &activity : two.finish())
        made.push_back(std::move(activity));
    ASSERT_EQ(made.size(), 3U);
    EXPECT_EQ(made[0].frames.seen, 16);
    EXPECT_EQ(made[0].frames.frozen, 0 + 1);
    EXPECT_EQ(made[0].unseen, 3U);
    EXPECT_EQ(made[1].frames.frozen, 2 + 3);
    EXPECT_EQ(made[1].unseen, 6U);
    EXPECT_EQ(made[2].scope, Activity::Scope::Video);
    EXPECT_EQ(made[2].frames.seen, 32);
    EXPECT_EQ(made[2].frames.repeated, 4);
    EXPECT_EQ(made[2].unseen, 9U);
}

TEST(ActivityStream, AThresholdAndAHopHoldFromTheNextRowOn)
{
    fovea::WindowSettings settings;
    settings.window = 1;
    settings.hop = 1;
    settings.rule.normal = 0;
    settings.rule.threshold = 0.25F;
    ActivityStream one(std::make_unique<MeanOfFirst>(), "test", {"calm", "wild"}, settings);
    EXPECT_EQ(one.add(row(0, 0.5F)).at(0).label.label, "wild");
    settings.rule.threshold = 0.75F;
    settings.hop = 2;
    one.update(settings);
    EXPECT_EQ(one.add(row(1, 0.5F)).at(0).label.label, "calm");
    EXPECT_TRUE(one.add(row(2, 0.5F)).empty()) << "passed over";
    EXPECT_EQ(one.add(row(3, 1)).size(), 1U);
}

TEST(ActivityStream, AChangeOfRegionsIsRefusedWithBothCounts)
{
    ActivityStream two = windows(2, 2);
    two.add(row(0, 0.9F, 2));
    try {
        two.add(row(1, 0.9F, 11));
        FAIL() << "a row of 11 regions was accepted";
    } catch (const fovea::Error &error) {
        EXPECT_NE(std::string(error.what()).find("has 11 regions"), std::string::npos);
        EXPECT_NE(std::string(error.what()).find("have 2"), std::string::npos);
    }
}

TEST(ActivityStream, SegmentsAreToldWhenTheyCanNoLongerChange)
{
    fovea::WindowSettings settings;
    settings.window = 2;
    settings.hop = 2;
    settings.rule.normal = 0;
    settings.segments.emplace();
    settings.segments->lengths = {1, 2};
    settings.segments->background = 0; // calm
    settings.segments->overlap = 0;
    ActivityStream windows(std::make_unique<MeanOfFirst>(), "test", {"calm", "wild"}, settings);
    std::vector<std::pair<int, Activity>> told;
    const std::vector<float> wild = {0, 0, 0.25F, 1, 0, 0, 0, 0.875F};
    for (int i = 0; i < 8; ++i) {
        for (const Activity &made :
             windows.add(row(static_cast<std::uint64_t>(i), wild[static_cast<std::size_t>(i)]))) {
            if (made.scope == Activity::Scope::Segment)
                told.emplace_back(i, made);
        }
    }
    // Row 3 alone is the strongest; a window of 2 rows, 3-4, may still cover it until row 4 is there
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].first, 4);
    EXPECT_EQ(told[0].second.label.label, "wild");
    EXPECT_EQ(told[0].second.time.start, 3 * second);
    EXPECT_EQ(told[0].second.time.end, 4 * second);

    const auto last = windows.finish();
    ASSERT_EQ(last.size(), 2U) << "the segment of the last row, and the video";
    EXPECT_EQ(last[0].scope, Activity::Scope::Segment);
    EXPECT_EQ(last[0].time.start, 7 * second);
    EXPECT_EQ(last[1].scope, Activity::Scope::Video);
}

TEST(ActivityStream, AJumpEndsTheSegmentsBeforeIt)
{
    fovea::WindowSettings settings;
    settings.window = 4;
    settings.segments.emplace();
    settings.segments->lengths = {1, 2};
    settings.segments->background = 0;
    settings.segments->overlap = 0;
    ActivityStream windows(std::make_unique<MeanOfFirst>(), "test", {"calm", "wild"}, settings);
    windows.add(row(0, 0));
    EXPECT_TRUE(windows.add(row(1, 0.875F)).empty()) << "row 2 may still change it";
    const auto made = windows.drop_begun();
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0].time.start, 1 * second);
    EXPECT_TRUE(windows.add(row(7, 0.25F)).empty());
}

} // namespace
