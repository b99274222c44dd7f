// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/decide/activity_stream.h"
#include "made_rows.h"

namespace {

using fovea::Activity;
using fovea::ActivityStream;
using fovea::Array;
using fovea::FeatureRow;
using fovea_test::row;

/** A head that sees two persons, of whom the second has three quarters of their evidence. */
class TwoPersons final : public fovea::ActivityHead
{
public:
    explicit TwoPersons(std::vector<float> weights) : weights_(std::move(weights)) {}

    fovea::HeadScores run(const Array &) override { return {{0, 1}, {1}, {1}, weights_}; }

    std::int64_t channels() const override { return 31; }

private:
    std::vector<float> weights_;
};

/** One row whose last channels are places: ids 4 and 8, boxes 0.1 wide at 0.2 and 0.6 */
FeatureRow row_of_two()
{
    const auto features = std::make_shared<std::vector<float>>(31);
    const std::vector<float> places = {4, 0.2F, 0.3F, 0.1F, 0.4F, 8, 0.6F, 0.3F, 0.1F, 0.4F};
    std::copy(places.begin(), places.end(), features->begin() + 1);
    FeatureRow made = row(0, 0, 1);
    made.channels = 31;
    made.features = {features, features->data()};
    return made;
}

std::vector<Activity> said_of_two(const std::vector<float> &weights)
{
    fovea::WindowSettings settings;
    settings.window = settings.hop = 1;
    ActivityStream windows(std::make_shared<TwoPersons>(weights), "two", {"calm", "wild"},
                           settings);
    return windows.add(row_of_two());
}

TEST(ActivityStream, PersonsWhoSpeakForTheLabelHaveHalfOfTheEvidence)
{
    const auto said = said_of_two({0.25F, 0.75F, 0, 0, 0, 0});
    ASSERT_EQ(said.size(), 1U);
    const auto &regions = said[0].regions;
    ASSERT_EQ(regions.size(), 3U);
    EXPECT_EQ(regions[0].region.kind, fovea::RegionKind::Full);
    EXPECT_EQ(regions[0].weight, 0.5F);
    EXPECT_EQ(regions[1].region.kind, fovea::RegionKind::Person);
    EXPECT_EQ(regions[1].weight, 0.125F);
    EXPECT_EQ(regions[2].weight, 0.375F);
    EXPECT_EQ(regions[2].region.box.x, 0.6F);
    EXPECT_EQ(regions[2].region.box.height, 0.4F);
}

TEST(ActivityStream, WhereNobodySpeaksForTheLabelTheRegionsHaveAllOfIt)
{
    const auto said = said_of_two({0, 0, 0, 0, 0, 0});
    ASSERT_EQ(said[0].regions.size(), 1U);
    EXPECT_EQ(said[0].regions[0].weight, 1);
}

} // namespace
