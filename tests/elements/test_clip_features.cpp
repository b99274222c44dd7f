#include <gtest/gtest.h>

#include "features/clip_features.h"

namespace {

TEST(ClipFeatures, RowsOfTheSecondNetworkAreMeansWhereTheyAreMoreAndRepeatWhereTheyAreFewer)
{
    fovea::Array features({2, 4, 1});
    features.values = {1, 3, 5, 9, 10, 30, 50, 90};
    EXPECT_EQ(with_rows(features, 4).values, features.values);
    EXPECT_EQ(with_rows(features, 2).values, (std::vector<float>{2, 7, 20, 70}));
    EXPECT_EQ(with_rows(features, 3).values, (std::vector<float>{1, 3, 7, 10, 30, 70}));
    EXPECT_EQ(with_rows(features, 8).values,
              (std::vector<float>{1, 1, 3, 3, 5, 5, 9, 9, 10, 10, 30, 30, 50, 50, 90, 90}));
    EXPECT_EQ(with_rows(features, 8).shape, (std::vector<std::int64_t>{2, 8, 1}));
}

} // namespace
