// SPDX-License-Identifier: MIT
#include <numeric>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/store/tensors/combined_rows.h"
#include "time_units.h"

namespace fovea {

namespace {

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

TEST(CombinedRows, RowsKeepTheirTimesAndTakeTheChannelsOfAllModels)
{
    const FeatureFile joint = combined_rows({rows_of("a", 2, 1), rows_of("b", 1, 7)});
    EXPECT_EQ(joint.features.shape, (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_EQ(joint.features.values, (std::vector<float>{1, 2, 7, 3, 4, 8}));

    FeatureFile later = rows_of("b", 1, 7);
    later.times.back().end += second;
    try {
        combined_rows({rows_of("a", 2, 1), later});
        FAIL() << "rows of other times";
    } catch (const Error &error) {
        EXPECT_NE(std::string(error.what()).find("got 1 x 2 of 'a' and 1 x 2 of 'b'"),
                  std::string::npos)
            << error.what();
    }
}

} // namespace

} // namespace fovea
