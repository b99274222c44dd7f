// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <random>
#include <tuple>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/decide/segment_finder.h"
#include "fovea/decide/sliding_windows.h"
#include "fovea/decide/temporal_nms.h"

namespace fovea {

namespace {

constexpr Nanoseconds row_time = 500 * nanoseconds_per_millisecond;

/** \brief Scores are the mean over regions and rows of the three features: background, a, b */
class MeanHead final : public ActivityHead
{
public:
    HeadScores run(const Array &rows) override
    {
        longest_seen = std::max(longest_seen, rows.shape[1]);
        HeadScores output;
        output.scores.resize(3);
        for (std::size_t i = 0; i < rows.values.size(); ++i)
            output.scores[i % 3] +=
                rows.values[i] / static_cast<float>(rows.shape[0] * rows.shape[1]);
        return output;
    }

    std::int64_t channels() const override { return 3; }

    std::int64_t longest_seen = 0;
};

TimeSpan time_of(std::int64_t row)
{
    return {row * row_time, (row + 1) * row_time};
}

/** \brief Rows [2 regions, T, 3] of a video where `a` happens in rows 6 to 13 */
Array one_action(std::int64_t count)
{
    Array rows({2, count, 3});
    for (std::int64_t region = 0; region < 2; ++region) {
        for (std::int64_t t = 0; t < count; ++t) {
            const bool acts = t >= 6 && t < 14;
            float *row = &rows.values[static_cast<std::size_t>((region * count + t) * 3)];
            row[0] = acts ? 0.125F : 0.75F;
            row[1] = acts ? 0.75F : 0.125F;
            row[2] = 0.125F;
        }
    }
    return rows;
}

Array random_rows(std::int64_t count, std::uint64_t seed)
{
    std::mt19937 random(static_cast<unsigned>(seed));
    std::uniform_int_distribution<int> eighths(0, 7); // ties are common
    Array rows({1, count, 3});
    for (float &value : rows.values)
        value = static_cast<float>(eighths(random)) / 8;
    return rows;
}

/** \brief A view of row \a t */
FeatureRow row_of(const Array &rows, std::int64_t t, const TimeSpan &time)
{
    FeatureRow row;
    row.time = time;
    row.regions.resize(static_cast<std::size_t>(rows.shape[0]));
    row.channels = rows.shape[2];
    row.features = {std::shared_ptr<void>(), rows.values.data() + t * rows.shape[2]};
    row.stride = rows.shape[1] * rows.shape[2];
    return row;
}

std::vector<TimeSpan> times_of(const Array &rows)
{
    std::vector<TimeSpan> times;
    for (std::int64_t t = 0; t < rows.shape[1]; ++t)
        times.push_back(time_of(t));
    return times;
}

SegmentRule rule_of(std::vector<std::int64_t> lengths)
{
    SegmentRule rule;
    rule.lengths = std::move(lengths);
    rule.background = 0;
    return rule;
}

TEST(SegmentFinder, FindsAnActionFromItsStartToItsEndAndNotAfterwards)
{
    SegmentRule rule = rule_of({4, 8});
    rule.threshold = 0.6F;
    rule.overlap = 0; // of all that touch, the strongest
    const Array rows = one_action(40);
    SegmentFinder finder(std::make_shared<MeanHead>(), rule);
    std::vector<std::pair<std::int64_t, Segment>> told; // row at which, and what
    for (std::int64_t t = 0; t < 40; ++t) {
        for (const Segment &segment : finder.add(row_of(rows, t, time_of(t))))
            told.emplace_back(t, segment);
    }
    EXPECT_TRUE(finder.finish().empty()) << "told before the end of the stream";
    // Windows of 4 rows step by 1, of 8 by 2: those of 0.75 are rows 6-9, 7-10, ... 10-13 and 6-13.
    // Of equals the one that ends first is told, and what does not touch it: 6-9 and 10-13.
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].second.label, 1);
    EXPECT_FLOAT_EQ(told[0].second.confidence, 0.75F);
    EXPECT_EQ(told[0].second.time.start, time_of(6).start);
    EXPECT_EQ(told[0].second.time.end, time_of(9).end);
    EXPECT_EQ(told[1].second.time.start, time_of(10).start);
    EXPECT_EQ(told[1].second.time.end, time_of(13).end);
    // The first may be covered by a window of 8 that starts before row 10: the last, 8-15, ends at 15
    EXPECT_EQ(told[0].first, 15);
    EXPECT_LE(told[1].first, 13 + 8);
}

TEST(SegmentFinder, APriorOfItsLengthDecidesAmongWindows)
{
    SegmentRule rule = rule_of({4, 8});
    rule.overlap = 0;
    rule.threshold = 0.6F;
    rule.priors = {{1, 1}, {0.25, 0.75}, {0.5, 0.5}}; // `a` mostly lasts 8 rows
    const Array rows = one_action(24);
    SegmentFinder finder(std::make_shared<MeanHead>(), rule);
    std::vector<Segment> told;
    for (std::int64_t t = 0; t < 24; ++t) {
        for (const Segment &segment : finder.add(row_of(rows, t, time_of(t))))
            told.push_back(segment);
    }
    ASSERT_GE(told.size(), 1U);
    EXPECT_EQ(told[0].time.start, time_of(6).start);
    EXPECT_EQ(told[0].time.end, time_of(13).end);
    EXPECT_FLOAT_EQ(told[0].confidence, 0.75F * 0.75F);
}

/* All windows by plan_windows(), scored by the mean in double loops, NMS by hand. */
std::vector<Segment> naive_segments(const Array &rows, const SegmentRule &rule)
{
    struct One {
        double start, end, score;
        int label;
    };

    auto windows = plan_windows(rows.shape[1], rule.lengths);
    std::stable_sort(windows.begin(), windows.end(), [](const auto &a, const auto &b) {
        return a.start + a.length < b.start + b.length; // as a stream completes them
    });
    std::vector<One> found;
    for (const PlannedWindow &window : windows) {
        std::vector<float> scores(3);
        for (std::int64_t t = 0; t < window.length; ++t)
            for (std::size_t c = 0; c < 3; ++c)
                scores[c] += rows.values[static_cast<std::size_t>((window.start + t) * 3) + c] /
                             static_cast<float>(window.length);
        const auto best = std::max_element(scores.begin(), scores.end());
        if (best != scores.begin() && *best >= rule.threshold)
            found.push_back({to_seconds(window.start * row_time),
                             to_seconds((window.start + window.length) * row_time),
                             static_cast<double>(*best), static_cast<int>(best - scores.begin())});
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const One &a, const One &b) { return a.score > b.score; });
    std::vector<One> kept;
    for (const One &one : found) {
        bool covered = false;
        for (const One &other : kept) {
            const double common = std::min(one.end, other.end) - std::max(one.start, other.start);
            const double both = std::max(one.end, other.end) - std::min(one.start, other.start);
            covered =
                covered || (one.label == other.label && common > 0 && common / both > rule.overlap);
        }
        if (!covered)
            kept.push_back(one);
    }
    std::vector<Segment> segments;
    for (const One &one : kept)
        segments.push_back({one.label,
                            static_cast<float>(one.score),
                            {std::llround(one.start * 1e9), std::llround(one.end * 1e9)}});
    return segments;
}

bool before(const Segment &a, const Segment &b)
{
    return std::tie(a.time.start, a.time.end, a.label) <
           std::tie(b.time.start, b.time.end, b.label);
}

TEST(SegmentFinder, ToldAsAStreamIsWhatANaiveLoopFindsInTheWholeVideo)
{
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        SegmentRule rule = rule_of({1, 3, 4, 9, 16});
        rule.overlap = seed % 3 == 0 ? 0.0 : 0.1 * static_cast<double>(seed % 7);
        const Array rows = random_rows(90, seed);
        SegmentFinder finder(std::make_shared<MeanHead>(), rule);
        std::vector<Segment> told;
        std::size_t before_the_end = 0;
        for (std::int64_t t = 0; t < 90; ++t) {
            for (const Segment &segment : finder.add(row_of(rows, t, time_of(t))))
                told.push_back(segment);
            before_the_end = told.size();
        }
        for (const Segment &segment : finder.finish())
            told.push_back(segment);
        std::vector<Segment> expected = naive_segments(rows, rule);
        std::sort(told.begin(), told.end(), before);
        std::sort(expected.begin(), expected.end(), before);
        ASSERT_EQ(told.size(), expected.size());
        for (std::size_t i = 0; i < told.size(); ++i) {
            EXPECT_EQ(told[i].label, expected[i].label);
            EXPECT_EQ(told[i].time.start, expected[i].time.start);
            EXPECT_EQ(told[i].time.end, expected[i].time.end);
            EXPECT_NEAR(told[i].confidence, expected[i].confidence, 1e-6);
        }
        EXPECT_GT(before_the_end, told.size() / 3) << "most do not wait for the end";

        const auto windows = suppressed(
            find_windows(std::make_shared<MeanHead>(), rule, rows, times_of(rows)), rule.overlap);
        EXPECT_EQ(windows.size(), expected.size()) << "a whole file gives the same";
    }
}

/** \brief Windows of 2 and 4 frames of a video of 4 frames a second, each scored by itself */
TEST(SegmentFinder, WindowsOfSampledFramesAreScoredOneByOne)
{
    SegmentRule rule = rule_of({2, 4});
    rule.of_frames = true;
    rule.fps = 4;
    rule.priors = {{1, 1}, {1, 0.5}, {1, 1}};
    // Two frames of each: those of the longer span 0.75 s (frames 0 and 2), but it lasts a second
    constexpr Nanoseconds frame = 250 * nanoseconds_per_millisecond;
    const std::vector<TimeSpan> times = {
        {0, 2 * frame}, {0, 3 * frame}, {frame, 3 * frame}, {2 * frame, 4 * frame}};
    Array rows({1, 4, 3});
    rows.values = {0.75F, 0.25F, 0, /**/ 0.25F, 0.75F, 0, /**/ 0, 0.5F, 0.25F, /**/ 0, 0.25F, 0.5F};
    const auto found = find_windows(std::make_shared<MeanHead>(), rule, rows, times);
    ASSERT_EQ(found.size(), 3U) << "the first is background";
    EXPECT_EQ(found[0].interval.start, 0);
    EXPECT_EQ(found[0].interval.end, 1);
    EXPECT_EQ(found[0].score, 0.75 * 0.5) << "its prior is that of 4 frames";
    EXPECT_EQ(found[1].interval.start, 0.25);
    EXPECT_EQ(found[1].interval.end, 0.75);
    EXPECT_EQ(found[1].score, 0.5);
    EXPECT_EQ(found[2].label, 2);

    SegmentFinder finder(std::make_shared<MeanHead>(), rule);
    std::vector<Segment> told;
    for (std::int64_t t = 0; t < 4; ++t) {
        for (const Segment &segment : finder.add(row_of(rows, t, times[std::size_t(t)])))
            told.push_back(segment);
    }
    EXPECT_TRUE(told.empty()) << "a window of a second may still come from the start";
    EXPECT_EQ(finder.finish().size(), 2U) << "the weaker of two that overlap by half goes";

    rule.fps = 0;
    RowWindows unmeasured(std::make_shared<MeanHead>(), rule);
    EXPECT_THROW(unmeasured.add(row_of(rows, 0, times[0])), Error);
    RowWindows measured(std::make_shared<MeanHead>(), rule);
    measured.set_frame_rate(4);
    const auto first = measured.add(row_of(rows, 1, times[1]));
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].interval.end, found[0].interval.end);
}

TEST(SegmentFinder, OfManyLabelsEveryStrongClassIsFound)
{
    SegmentRule rule = rule_of({2});
    rule.background = -1;
    rule.many_labels = true;
    rule.threshold = 0.5F;
    Array rows({1, 2, 3});
    rows.values = {0.1F, 0.6F, 0.7F, 0.1F, 0.6F, 0.7F};
    const auto found = find_windows(std::make_shared<MeanHead>(), rule, rows, times_of(rows));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].label, 1);
    EXPECT_EQ(found[1].label, 2);
}

TEST(SegmentFinder, MemoryIsBoundedByTheLongestWindow)
{
    const auto head = std::make_shared<MeanHead>();
    SegmentFinder finder(head, rule_of({1, 4}));
    const Array rows = random_rows(5000, 1);
    std::size_t told = 0;
    for (std::int64_t t = 0; t < 5000; ++t)
        told += finder.add(row_of(rows, t, time_of(t))).size();
    EXPECT_GT(told, 1000U);
    EXPECT_LE(finder.finish().size(), 20U) << "only the last ones waited";
    EXPECT_EQ(head->longest_seen, 4);
}

TEST(SegmentFinder, RowsOfATimestepStayTogether)
{
    // Clips of 3 rows that overlap: clip i starts at i s, its rows at 0, 0.5 and 1 s of it
    SegmentRule rule = rule_of({1, 2});
    rule.rows = 3;
    rule.overlap = 0;
    SegmentFinder finder(std::make_shared<MeanHead>(), rule);
    Array none({1, 1, 3});
    none.values = {1, 0, 0};
    Array action({1, 1, 3});
    action.values = {0, 1, 0};
    std::vector<std::pair<int, Segment>> told;
    for (int t = 0; t < 15; ++t) {
        const Nanoseconds start = (t / 3) * 2 * row_time + (t % 3) * row_time;
        const bool acts = t / 3 == 2;
        for (const Segment &segment :
             finder.add(row_of(acts ? action : none, 0, {start, start + row_time})))
            told.emplace_back(t, segment);
    }
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].second.time.start, 4 * row_time);
    EXPECT_EQ(told[0].second.time.end, 7 * row_time);
    EXPECT_EQ(told[0].first % 3, 2) << "with the last row of a clip";
}

TEST(SegmentFinder, RefusesRulesOutOfRange)
{
    const auto head = std::make_shared<MeanHead>();
    EXPECT_THROW(SegmentFinder(head, rule_of({})), Error);
    EXPECT_THROW(SegmentFinder(head, rule_of({0})), Error);
    SegmentRule stride = rule_of({1});
    stride.stride = 0;
    EXPECT_THROW(SegmentFinder(head, stride), Error);
    SegmentRule priors = rule_of({1, 2});
    priors.priors = {{1}, {1}, {1}};
    EXPECT_THROW(SegmentFinder(head, priors), Error);
    SegmentFinder finder(head, rule_of({1}));
    const Array one({1, 1, 3});
    const Array two({2, 1, 3});
    finder.add(row_of(one, 0, time_of(0)));
    EXPECT_THROW(finder.add(row_of(two, 0, time_of(1))), Error);
}

} // namespace

} // namespace fovea
