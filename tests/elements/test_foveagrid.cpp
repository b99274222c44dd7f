// SPDX-License-Identifier: MIT
#include "passing_element.h"
#include "properties.h"

namespace fovea::test {

INSTANTIATE_TEST_SUITE_P(FoveaGrid, PassingElement,
                         testing::Values("foveagrid", "foveagrid grid=3 area=square"));

namespace {

std::vector<FoveaRegion> regions_of(VideoHarness &harness, GstBuffer *in)
{
    EXPECT_EQ(gst_harness_push(harness.get(), in), GST_FLOW_OK);
    const auto out = harness.pull();
    const FoveaMeta *meta = out == nullptr ? nullptr : fovea_meta_get(out.get());
    if (meta == nullptr)
        return {};
    const auto *first = reinterpret_cast<const FoveaRegion *>(meta->regions->data);
    return {first, first + meta->regions->len};
}

/* Spec A on 64 x 48 pixels: the square is x from 8 to 56; cells of 30 pixels start every 9. */
TEST(FoveaGrid, ThreeByThreeOnTheCentredSquare)
{
    VideoHarness harness("foveagrid area=square grid=3 actor=false");
    const auto regions = regions_of(harness, harness.frame(0));
    ASSERT_EQ(regions.size(), 10U);
    EXPECT_EQ(regions[0].kind, FOVEA_REGION_FULL);
    expect_box(regions[0].box, {8.0F / 64, 0, 48.0F / 64, 1});
    for (std::size_t i = 0; i < 9; ++i) {
        EXPECT_EQ(regions[i + 1].kind, FOVEA_REGION_GRID);
        const auto column = static_cast<float>(i % 3);
        const std::size_t row_index = i / 3;
        const auto row = static_cast<float>(row_index);
        expect_box(regions[i + 1].box,
                   {(8 + 9 * column) / 64, 9 * row / 48, 30.0F / 64, 30.0F / 48});
    }
}

TEST(FoveaGrid, TheActorComesLast)
{
    VideoHarness harness("foveagrid");
    constexpr FoveaBox actor = {0.5F, 0.25F, 0.375F, 0.5F};
    const auto regions = regions_of(harness, with_actor(harness.frame(0), actor));
    ASSERT_EQ(regions.size(), 2U);
    EXPECT_EQ(regions[0].kind, FOVEA_REGION_FULL);
    expect_box(regions[0].box, {0, 0, 1, 1});
    EXPECT_EQ(regions[1].kind, FOVEA_REGION_ACTOR);
    expect_box(regions[1].box, actor);
}

TEST(FoveaGrid, WithoutAnActorItsRegionIsTheView)
{
    VideoHarness harness("foveagrid area=square full-frame=false");
    const auto regions = regions_of(harness, harness.frame(0));
    ASSERT_EQ(regions.size(), 1U);
    EXPECT_EQ(regions[0].kind, FOVEA_REGION_ACTOR);
    expect_box(regions[0].box, {8.0F / 64, 0, 48.0F / 64, 1});
}

TEST(FoveaGrid, ReplacesTheRegionsOfAGridBefore)
{
    VideoHarness harness("foveagrid grid=2 actor=false ! foveagrid grid=1 fraction=0.5 "
                         "full-frame=false actor=false");
    const auto regions = regions_of(harness, harness.frame(0));
    ASSERT_EQ(regions.size(), 1U);
    expect_box(regions[0].box, {0.25F, 0.25F, 0.5F, 0.5F});
}

TEST(FoveaGrid, NoRegionAtAllIsRefusedBeforeTheStream)
{
    const StartError error =
        start_error("foveagrid", {{"full-frame", "false"}, {"actor", "false"}});
    EXPECT_EQ(error.domain, GST_RESOURCE_ERROR);
    EXPECT_EQ(error.code, GST_RESOURCE_ERROR_SETTINGS);
    EXPECT_NE(error.text.find("grid"), std::string::npos) << error.text;
}

TEST(FoveaGrid, PropertiesOutOfRangeKeepTheirValue)
{
    expect_refused<guint>("foveagrid", "grid", 17, 0);
    expect_refused<gdouble>("foveagrid", "fraction", 1.5, 0.625);
    expect_refused<gdouble>("foveagrid", "fraction", 0.0, 0.625);
}

} // namespace

} // namespace fovea::test
