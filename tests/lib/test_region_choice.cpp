// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/focus/region_choice.h"

namespace fovea {

namespace {

TEST(RegionChoice, WordsSayWhichRegionsThereAre)
{
    const RegionGridOptions eleven = chosen_regions({}, "full,3x3,actor");
    EXPECT_TRUE(eleven.full);
    EXPECT_EQ(eleven.grid, 3);
    EXPECT_TRUE(eleven.actor);
    EXPECT_EQ(region_count(eleven), 11U);
    EXPECT_EQ(region_words(eleven), "full,3x3,actor");
    EXPECT_EQ(region_words(chosen_regions({}, "actor")), "actor");
    EXPECT_EQ(region_count(chosen_regions({}, "2x2")), 4U);
}

TEST(RegionChoice, KeepsAreaAndFractionOfTheCard)
{
    RegionGridOptions card;
    card.area = ViewArea::Square;
    card.fraction = 0.5;
    const RegionGridOptions chosen = chosen_regions(card, "3x3");
    EXPECT_EQ(chosen.area, ViewArea::Square);
    EXPECT_DOUBLE_EQ(chosen.fraction, 0.5);
}

TEST(RegionChoice, NamesTheWordThatIsNone)
{
    for (const char *words : {"full,2x3", "17x17", "grid", ""}) {
        try {
            chosen_regions({}, words);
            FAIL() << words;
        } catch (const Error &error) {
            EXPECT_EQ(error.kind(), Error::Kind::Settings);
            EXPECT_NE(std::string(error.what()).find("1x1 to 16x16"), std::string::npos);
        }
    }
}

TEST(RegionChoice, KindsGiveTheWords)
{
    using Kinds = std::vector<RegionKind>;
    EXPECT_EQ(region_words(Kinds{RegionKind::Full, RegionKind::Actor}), "full,actor");
    EXPECT_EQ(region_words(Kinds(4, RegionKind::Grid)), "2x2");
    EXPECT_EQ(region_words(Kinds(3, RegionKind::Grid)), "") << "no square";
}

TEST(RegionChoice, PlacesAreThoseInTheFile)
{
    const RegionGridOptions there = chosen_regions({}, "full,2x2,actor"); // 0, 1 to 4, 5
    using Places = std::vector<std::size_t>;
    EXPECT_EQ(region_places(there, chosen_regions({}, "full,actor")), (Places{0, 5}));
    EXPECT_EQ(region_places(there, chosen_regions({}, "2x2")), (Places{1, 2, 3, 4}));
    EXPECT_EQ(region_places(there, there), (Places{0, 1, 2, 3, 4, 5}));
    EXPECT_THROW(region_places(there, chosen_regions({}, "3x3")), Error);
    EXPECT_THROW(region_places(chosen_regions({}, "2x2"), chosen_regions({}, "actor")), Error);
}

} // namespace

TEST(RegionChoice, CropsAreThreeFullViews)
{
    const RegionGridOptions crops = chosen_regions({}, "crops,2x2");
    EXPECT_TRUE(crops.full);
    EXPECT_TRUE(crops.crops);
    EXPECT_EQ(region_count(crops), 7U);
    EXPECT_EQ(region_words(crops), "crops,2x2");
    std::vector<RegionKind> kinds(3, RegionKind::Full);
    kinds.insert(kinds.end(), 4, RegionKind::Grid);
    EXPECT_EQ(region_words(kinds), "crops,2x2");
    EXPECT_EQ(region_places(crops, chosen_regions({}, "full,2x2")),
              (std::vector<std::size_t>{0, 3, 4, 5, 6}));
    EXPECT_THROW(region_places(chosen_regions({}, "full"), crops), Error);
}

} // namespace fovea
