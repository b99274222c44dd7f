// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/decide/mean_head.h"
#include "fovea/decide/mean_results.h"
#include "time_units.h"

namespace fovea {

namespace {

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
constexpr auto of_window = Activity::Scope::Window;
constexpr auto of_video = Activity::Scope::Video;

WindowSettings telling(std::size_t top_k)
{
    WindowSettings settings;
    settings.top_k = top_k;
    return settings;
}

std::vector<WeightedResults> halves(std::vector<Result> first, std::vector<Result> second)
{
    return {{std::move(first), 0.5F}, {std::move(second), 0.5F}};
}

TEST(MeanResults, AModelCountsByItsWeight)
{
    const auto results = mean_results({{{said(of_video, {0, second}, 0.5F, 0.5F)}, 0.75F},
                                       {{said(of_video, {0, second}, 0, 1)}, 0.25F}},
                                      labels, telling(2), "a,b");
    ASSERT_EQ(results.size(), 1U);
    EXPECT_FLOAT_EQ(results[0].activity.label.confidence, 0.625F); // 0.75 * 0.5 + 0.25
}

TEST(MeanResults, ScoresAreTheMeanOfTheModels)
{
    const auto results = mean_results(halves({said(of_window, {0, second}, 0.9F, 0.1F),
                                              said(of_video, {0, 2 * second}, 0.75F, 0.25F)},
                                             {said(of_window, {0, second}, 0.2F, 0.8F),
                                              said(of_video, {0, 2 * second}, 0.125F, 0.875F)}),
                                      labels, telling(1), "a,b");
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].activity.label.label, "calm"); // (0.9 + 0.2) / 2
    EXPECT_FLOAT_EQ(results[0].activity.label.confidence, 0.55F);
    EXPECT_EQ(results[1].activity.label.label, "wild"); // (0.25 + 0.875) / 2
    EXPECT_FLOAT_EQ(results[1].activity.label.confidence, 0.5625F);
    EXPECT_EQ(results[1].activity.top_k.size(), 1U);
    EXPECT_EQ(results[1].model, "a,b");
}

TEST(MeanResults, ALineMadeLaterIsOfTheSameRunAndClock)
{
    Result like = said(of_window, {0, second}, 1, 0);
    like.timestamp = second;
    like.resolution = {64, 48};
    like.source = "a.mp4";
    like.run = "0123";
    like.utc = "2026-11-26T23:59:59.500Z";
    Result segment;
    segment.timestamp = 3 * second;
    take_origin(like, &segment);
    EXPECT_EQ(segment.source, "a.mp4");
    EXPECT_EQ(segment.run, "0123");
    EXPECT_EQ(segment.resolution.width, 64);
    EXPECT_EQ(segment.utc, "2026-11-27T00:00:01.500Z");
    like.utc.clear();
    Result unknown;
    take_origin(like, &unknown);
    EXPECT_EQ(unknown.utc, "");
}

TEST(MeanResults, WindowsThatNotAllScoredAreLeftOutAndPersonsKept)
{
    Result seen = said(of_window, {second, 2 * second}, 1, 0);
    seen.persons.push_back({});
    const auto results = mean_results(halves({said(of_window, {0, second}, 0.5F, 0.5F), seen},
                                             {said(of_window, {0, second + 500'000}, 0.5F, 0.5F),
                                              said(of_window, {second, 3 * second}, 1, 0)}),
                                      labels, telling(2), "a,b");
    ASSERT_EQ(results.size(), 2U);
    EXPECT_TRUE(results[0].has_activity) << "half a millisecond is the same moment";
    EXPECT_FALSE(results[1].has_activity);
    EXPECT_EQ(results[1].persons.size(), 1U);
}

TEST(MeanResults, TheMeanMustReachTheThreshold)
{
    WindowSettings settings = telling(2);
    settings.rule = {/*normal=*/0, /*threshold=*/0.5F};
    const auto results = mean_results(
        halves({said(of_video, {0, 1}, 0.3F, 0.7F)}, {said(of_video, {0, 1}, 0.8F, 0.2F)}), labels,
        settings, "");
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].activity.label.label, "calm") << "wild has 0.45";
    EXPECT_FLOAT_EQ(results[0].activity.label.confidence, 0.55F);
}

TEST(MeanResults, AlarmsAreThoseOfTheMeanAndLabelTheVideo)
{
    WindowSettings settings = telling(2);
    settings.rule = {/*normal=*/0, /*threshold=*/0.5F};
    settings.alarms.emplace();
    settings.alarms->limits = {std::nullopt, AlarmLimits()}; // wild, on 0.9
    const auto both = [&](float first, float other) {
        return mean_results(halves({said(of_window, {0, second}, 1 - first, first),
                                    said(of_video, {0, second}, 1 - first, first)},
                                   {said(of_window, {0, second}, 1 - other, other),
                                    said(of_video, {0, second}, 1 - other, other)}),
                            labels, settings, "a,b");
    };
    const auto loud = both(0.875F, 1); // 0.9375
    ASSERT_EQ(loud.size(), 4U);
    EXPECT_EQ(loud[1].alarm->kind, AlarmEvent::Kind::Begin);
    EXPECT_FLOAT_EQ(loud[1].alarm->label.confidence, 0.9375F);
    EXPECT_FALSE(loud[1].has_activity);
    EXPECT_EQ(loud[2].activity.label.label, "wild");
    EXPECT_EQ(loud[3].alarm->kind, AlarmEvent::Kind::End);

    const auto quiet = both(0.75F, 1); // 0.875
    ASSERT_EQ(quiet.size(), 2U);
    EXPECT_EQ(quiet[0].activity.label.label, "wild") << "the window's label is by its threshold";
    EXPECT_EQ(quiet[1].activity.label.label, "calm");
    EXPECT_FLOAT_EQ(quiet[1].activity.label.confidence, 0.125F);
}

TEST(InOrderOf, ScoresFollowTheOrderOfTheFirstModelsLabels)
{
    EXPECT_EQ(in_order_of({"a", "b", "c"}, {"c", "a", "b"}, {0.3F, 0.1F, 0.2F}),
              (std::vector<float>{0.1F, 0.2F, 0.3F}));
}

} // namespace

} // namespace fovea
