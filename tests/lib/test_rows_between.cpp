// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/eval/rows_between.h"

namespace fovea {
namespace {

TEST(RowsBetween, AreThoseThatLieInAStretch)
{
    FeatureFile data;
    data.features = Array({2, 5, 1});
    for (std::size_t i = 0; i < 10; ++i)
        data.features.values[i] = static_cast<float>(i); // 0 to 4, and 5 to 9
    for (Nanoseconds i = 0; i < 5; ++i)                  // two seconds each
        data.times.push_back(
            {2 * i * nanoseconds_per_second, 2 * (i + 1) * nanoseconds_per_second});
    data.jumps = {1, 3};
    data.persons.resize(5);
    const FeatureFile some = rows_between(data, 2.1, 8);
    EXPECT_EQ(some.persons.size(), 3U);
    EXPECT_EQ(some.features.shape, (std::vector<std::int64_t>{2, 3, 1}));
    EXPECT_EQ(some.features.values, (std::vector<float>{1, 2, 3, 6, 7, 8}));
    EXPECT_EQ(some.times.front().start, 2 * nanoseconds_per_second);
    EXPECT_EQ(some.jumps, std::vector<std::int64_t>{2});
    const FeatureFile one = rows_between(data, 4.5, 5.5);
    EXPECT_EQ(one.features.values, (std::vector<float>{2, 7})) << "the row that shows most of it";
    const FeatureFile last = rows_between(data, 15, 16);
    EXPECT_EQ(last.features.values, (std::vector<float>{4, 9})) << "the nearest, where none does";
}

} // namespace
} // namespace fovea
