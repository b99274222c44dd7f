// SPDX-License-Identifier: MIT
#include <numeric>

#include <gtest/gtest.h>

#include "fovea/eval/random_crops.h"

namespace fovea {

namespace {

/** \brief Says the first row of a window, and remembers it and the window's length */
class FirstRow final : public ActivityHead
{
public:
    HeadScores run(const Array &rows) override
    {
        asked.push_back(rows.values.front());
        lengths.push_back(rows.shape[1]);
        return {{rows.values.front(), 1}, {}, {}};
    }

    std::int64_t channels() const override { return 1; }

    std::vector<float> asked;
    std::vector<std::int64_t> lengths;
};

/** \brief One region whose rows are 1, 2, 3 ...; mirrored 1001, 1002 ... */
FeatureFile counted(std::int64_t rows, bool mirrored)
{
    FeatureFile file;
    file.features = Array({1, rows, 1});
    std::iota(file.features.values.begin(), file.features.values.end(), 1.0F);
    if (mirrored) {
        file.mirrored = file.features;
        for (float &value : file.mirrored.values)
            value += 1000;
    }
    return file;
}

TEST(Crops, FortyAtRandomPlacesAndTheSameMirrored)
{
    FirstRow head;
    const auto scores = mean_of_crops(head, counted(30, true), /*window=*/12, /*crops=*/40);
    ASSERT_EQ(head.asked.size(), 80U);
    std::vector<int> places(30);
    double sum = 0;
    for (std::size_t i = 0; i < head.asked.size(); i += 2) {
        EXPECT_EQ(head.lengths[i], 12);
        EXPECT_EQ(head.asked[i + 1], head.asked[i] + 1000);
        ++places.at(static_cast<std::size_t>(head.asked[i]) - 1);
        sum += head.asked[i] + head.asked[i + 1];
    }
    EXPECT_FLOAT_EQ(scores[0], static_cast<float>(sum / 80));
    EXPECT_FLOAT_EQ(scores[1], 1);
    for (std::size_t place = 0; place < places.size(); ++place) {
        if (place > 30 - 12) {
            EXPECT_EQ(places[place], 0) << "would end behind the rows";
        } else {
            EXPECT_LT(places[place], 10) << "2.1 each, standard deviation 1.4";
        }
    }

    FirstRow again;
    EXPECT_EQ(mean_of_crops(again, counted(30, true), 12, 40), scores) << "the same places";
}

TEST(Crops, RowsOfOneWindowAreScoredOnce)
{
    FirstRow head;
    EXPECT_EQ(mean_of_crops(head, counted(5, false), 12, 40)[0], 1);
    EXPECT_EQ(head.lengths, std::vector<std::int64_t>{5});
    EXPECT_EQ(mean_of_crops(head, counted(5, true), 12, 40)[0], 501);
    EXPECT_EQ(head.asked, (std::vector<float>{1, 1, 1001}));
}

} // namespace

} // namespace fovea
