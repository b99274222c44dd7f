#include <numeric>

#include <gtest/gtest.h>

#include "commands/combination.h"
#include "commands/combined_segments.h"
#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr Nanoseconds second = nanoseconds_per_second;

/** \brief With all scores of the classes calm and wild */
Result said(Activity::Scope scope, TimeSpan time, float calm, float wild)
{
    Result result;
    result.has_activity = true;
    result.activity.scope = scope;
    result.activity.time = time;
    result.activity.top_k = {{"wild", 1, wild}, {"calm", 0, calm}};
    return result;
}

const std::vector<std::string> labels = {"calm", "wild"};
constexpr auto window = Activity::Scope::Window;
constexpr auto video = Activity::Scope::Video;

std::vector<SaidByModel> halves(std::vector<Result> first, std::vector<Result> second)
{
    return {{std::move(first), 0.5F}, {std::move(second), 0.5F}};
}

TEST(Combined, AModelCountsByItsWeight)
{
    const auto results = combined({{{said(video, {0, second}, 0.5F, 0.5F)}, 0.75F},
                                   {{said(video, {0, second}, 0, 1)}, 0.25F}},
                                  labels, {}, /*top_k=*/2, "a,b");
    ASSERT_EQ(results.size(), 1U);
    EXPECT_FLOAT_EQ(results[0].activity.label.confidence, 0.625F); // 0.75 * 0.5 + 0.25
}

TEST(Combined, ScoresAreTheMeanOfTheModels)
{
    const auto results = combined(
        halves(
            {said(window, {0, second}, 0.9F, 0.1F), said(video, {0, 2 * second}, 0.75F, 0.25F)},
            {said(window, {0, second}, 0.2F, 0.8F), said(video, {0, 2 * second}, 0.125F, 0.875F)}),
        labels, {}, /*top_k=*/1, "a,b");
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].activity.label.label, "calm"); // (0.9 + 0.2) / 2
    EXPECT_FLOAT_EQ(results[0].activity.label.confidence, 0.55F);
    EXPECT_EQ(results[1].activity.label.label, "wild"); // (0.25 + 0.875) / 2
    EXPECT_FLOAT_EQ(results[1].activity.label.confidence, 0.5625F);
    EXPECT_EQ(results[1].activity.top_k.size(), 1U);
    EXPECT_EQ(results[1].model, "a,b");
}

TEST(Combined, WindowsThatNotAllJudgedAreLeftOutAndPersonsKept)
{
    Result seen = said(window, {second, 2 * second}, 1, 0);
    seen.persons.push_back({});
    const auto results = combined(halves({said(window, {0, second}, 0.5F, 0.5F), seen},
                                         {said(window, {0, second + 500'000}, 0.5F, 0.5F),
                                          said(window, {second, 3 * second}, 1, 0)}),
                                  labels, {}, 2, "a,b");
    ASSERT_EQ(results.size(), 2U);
    EXPECT_TRUE(results[0].has_activity) << "half a millisecond is the same moment";
    EXPECT_FALSE(results[1].has_activity);
    EXPECT_EQ(results[1].persons.size(), 1U);
}

TEST(Combined, TheMeanMustReachTheThreshold)
{
    const DecisionRule rule = {/*normal=*/0, /*threshold=*/0.5F};
    const auto results =
        combined(halves({said(video, {0, 1}, 0.3F, 0.7F)}, {said(video, {0, 1}, 0.8F, 0.2F)}),
                 labels, rule, 2, "");
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].activity.label.label, "calm") << "wild has 0.45";
    EXPECT_FLOAT_EQ(results[0].activity.label.confidence, 0.55F);
}

/** \brief Two rows of one region, the values count up */
FeatureFile rows_of(const std::string &bundle, std::int64_t channels, float first)
{
    FeatureFile file;
    file.bundle = bundle;
    file.features = Array({1, 2, channels});
    std::iota(file.features.values.begin(), file.features.values.end(), first);
    file.times = {{0, second}, {second, 2 * second}};
    return file;
}

TEST(SideBySide, RowsKeepTheirTimesAndTakeTheChannelsOfAllModels)
{
    const FeatureFile joint = side_by_side({rows_of("a", 2, 1), rows_of("b", 1, 7)});
    EXPECT_EQ(joint.features.shape, (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_EQ(joint.features.values, (std::vector<float>{1, 2, 7, 3, 4, 8}));

    FeatureFile later = rows_of("b", 1, 7);
    later.times.back().end += second;
    try {
        side_by_side({rows_of("a", 2, 1), later});
        FAIL() << "rows of other times";
    } catch (const Error &error) {
        EXPECT_NE(std::string(error.what()).find("got 1 x 2 of 'a' and 1 x 2 of 'b'"),
                  std::string::npos)
            << error.what();
    }
}

TEST(Combined, ScoresFollowTheOrderOfTheFirstModelsLabels)
{
    EXPECT_EQ(in_order_of({"a", "b", "c"}, {"c", "a", "b"}, {0.3F, 0.1F, 0.2F}),
              (std::vector<float>{0.1F, 0.2F, 0.3F}));
}

} // namespace

} // namespace fovea
