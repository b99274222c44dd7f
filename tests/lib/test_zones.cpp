// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/decide/zones.h"

namespace {

using fovea::Zones;
using fovea::zones_from;

TEST(Zones, NoneIsTheWholeFrame)
{
    EXPECT_TRUE(zones_from("").empty());
    EXPECT_TRUE(Zones().hold({0.5F, 0.5F}));
}

TEST(Zones, AnIncludedOneHoldsItsInsideAndItsEdges)
{
    // the lower left half of the frame: y > x
    const Zones zones = zones_from("include 0,0 1,1 0,1");
    EXPECT_TRUE(zones.hold({0.25F, 0.75F}));
    EXPECT_FALSE(zones.hold({0.75F, 0.25F}));
    EXPECT_TRUE(zones.hold({0.5F, 0.5F})) << "on its long edge";
    EXPECT_TRUE(zones.hold({0.5F, 1})) << "feet on the frame's lower edge";
}

TEST(Zones, APointBelowTheFrameCountsAtItsEdge)
{
    EXPECT_TRUE(zones_from("include 0,0.5 1,0.5 1,1 0,1").hold({0.5F, 1.2F}));
    EXPECT_FALSE(zones_from("include 0,0 1,0 1,0.5 0,0.5").hold({0.5F, 1.2F}));
}

TEST(Zones, AConcaveOneLeavesItsNotchOut)
{
    // a U: the notch is x 0.4 to 0.6 above y 0.8
    const Zones zones = zones_from("include 0,0 0.4,0 0.4,0.8 0.6,0.8 0.6,0 1,0 1,1 0,1");
    EXPECT_TRUE(zones.hold({0.2F, 0.5F}));
    EXPECT_FALSE(zones.hold({0.5F, 0.5F}));
    EXPECT_TRUE(zones.hold({0.5F, 0.9F}));
}

TEST(Zones, AnExcludedOneTakesAwayFromTheIncluded)
{
    const Zones zones = zones_from(
        "include 0,0 0.5,0 0.5,1 0,1; include 0.5,0 1,0 1,1 0.5,1; exclude 0,0 1,0 0,1;");
    EXPECT_FALSE(zones.hold({0.25F, 0.25F}));
    EXPECT_TRUE(zones.hold({0.75F, 0.75F}));
    EXPECT_TRUE(zones_from("exclude 0,0 1,0 0,1").hold({0.9F, 0.9F})) << "all but the excluded";
}

TEST(Zones, ErrorsNameTheZoneAndWhatIsWrong)
{
    const auto error = [](const char *text) { return error_of([&] { zones_from(text); }); };
    EXPECT_NE(error("within 0,0 1,0 1,1").find("got 'within'"), std::string::npos);
    EXPECT_NE(error("include 0,0 1,0").find("zone 'include 0,0 1,0'"), std::string::npos);
    EXPECT_NE(error("include 0,0 1,0").find("got 2 corners"), std::string::npos);
    for (const char *flat : {"include 0,0 0,0 0,0", "exclude 0,0.5 0.3,0.5 1,0.5 0.2,0.5",
                             "include 0.1,0.1 0.3,0.3 0.7,0.7 0.1,0.1"})
        EXPECT_NE(error(flat).find("got corners on one line"), std::string::npos) << flat;
    for (const char *thin : {"include 0,0 1,0 1,0.001", "include 0,0 0,0 1,0 1,0 1,1"})
        EXPECT_NO_THROW(zones_from(thin)) << thin;
    for (const char *corner : {"1", "1;", "0,", ",0", "0,1.5", "-0.1,0", "0,0,0", "nan,0", "0x1,0"})
        EXPECT_NE(error((std::string("exclude 0,0 1,0 ") + corner).c_str()), "") << corner;
}

} // namespace
