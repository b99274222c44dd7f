// SPDX-License-Identifier: MIT
#include <limits>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/focus/region_grid.h"

using fovea::Box;
using fovea::Error;
using fovea::ImageSize;
using fovea::Region;
using fovea::RegionGridOptions;
using fovea::RegionKind;
using fovea::ViewArea;

namespace {

constexpr double pixel_error = 1e-3;

RegionGridOptions grid_of(int n, bool full = false, bool actor = false)
{
    RegionGridOptions options;
    options.area = ViewArea::Square;
    options.grid = n;
    options.full = full;
    options.actor = actor;
    return options;
}

void expect_pixels(const Box &box, ImageSize frame, double x, double y, double width, double height)
{
    EXPECT_NEAR(box.x * frame.width, x, pixel_error);
    EXPECT_NEAR(box.y * frame.height, y, pixel_error);
    EXPECT_NEAR(box.width * frame.width, width, pixel_error);
    EXPECT_NEAR(box.height * frame.height, height, pixel_error);
}

void expect_refused(const RegionGridOptions &options, const char *named)
{
    try {
        fovea::region_grid(options, {640, 480}, nullptr);
        FAIL() << "accepted";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), Error::Kind::Settings);
        EXPECT_EQ(std::string(error.what()).rfind(named, 0), 0U) << error.what();
    }
}

} // namespace

TEST(ViewBox, TheSquareIsCentredAndStartsOnAWholePixel)
{
    expect_pixels(view_box(ViewArea::Square, {854, 480}), {854, 480}, 187, 0, 480, 480);
    expect_pixels(view_box(ViewArea::Square, {480, 854}), {480, 854}, 0, 187, 480, 480);
    expect_pixels(view_box(ViewArea::Square, {17, 12}), {17, 12}, 2, 0, 12, 12); // 2.5, down
    EXPECT_EQ(view_box(ViewArea::Square, {512, 512}), fovea::whole_frame);
}

TEST(ViewBox, TheFrameIsAllOfIt)
{
    EXPECT_EQ(view_box(ViewArea::Frame, {854, 480}), fovea::whole_frame);
}

TEST(RegionGrid, ThreeByThreeStartsAtMultiplesOfThreeSixteenths)
{
    // S = 512: side 5S/8 = 320, offsets 0, 3S/16 = 96, 3S/8 = 192
    const ImageSize frame = {512, 512};
    const auto regions = fovea::region_grid(grid_of(3), frame, nullptr);
    ASSERT_EQ(regions.size(), 9U);
    const double offsets[] = {0, 96, 192};
    for (int row = 0; row < 3; ++row) {
        for (int column = 0; column < 3; ++column) {
            const Region &region = regions[3 * row + column];
            EXPECT_EQ(region.kind, RegionKind::Grid);
            expect_pixels(region.box, frame, offsets[column], offsets[row], 320, 320);
        }
    }
}

TEST(RegionGrid, OnAWideFrameTheGridLiesInTheCentredSquare)
{
    // S = 480: side 300, offsets 0, 90, 180; the square starts at 187
    const ImageSize frame = {854, 480};
    const auto regions = fovea::region_grid(grid_of(3, /*full=*/true), frame, nullptr);
    ASSERT_EQ(regions.size(), 10U);
    EXPECT_EQ(regions[0].kind, RegionKind::Full);
    expect_pixels(regions[0].box, frame, 187, 0, 480, 480);
    expect_pixels(regions[1].box, frame, 187, 0, 300, 300);
    expect_pixels(regions[3].box, frame, 187 + 180, 0, 300, 300);
    expect_pixels(regions[5].box, frame, 187 + 90, 90, 300, 300);
    expect_pixels(regions[9].box, frame, 187 + 180, 180, 300, 300);
}

TEST(RegionGrid, OnATallFrameTheGridLiesInTheCentredSquare)
{
    const ImageSize frame = {480, 854};
    const auto regions = fovea::region_grid(grid_of(3), frame, nullptr);
    ASSERT_EQ(regions.size(), 9U);
    expect_pixels(regions[0].box, frame, 0, 187, 300, 300);
    expect_pixels(regions[8].box, frame, 180, 187 + 180, 300, 300);
}

TEST(RegionGrid, OneCellIsCentred)
{
    // side 320, so (512 - 320) / 2 = 96
    const auto regions = fovea::region_grid(grid_of(1), {512, 512}, nullptr);
    ASSERT_EQ(regions.size(), 1U);
    expect_pixels(regions[0].box, {512, 512}, 96, 96, 320, 320);
}

TEST(RegionGrid, TwoByTwoStandsInTheCorners)
{
    const auto regions = fovea::region_grid(grid_of(2), {512, 512}, nullptr);
    ASSERT_EQ(regions.size(), 4U);
    expect_pixels(regions[1].box, {512, 512}, 192, 0, 320, 320);
    expect_pixels(regions[2].box, {512, 512}, 0, 192, 320, 320);
}

TEST(RegionGrid, OnTheWholeFrameCellsHaveTheFramesShape)
{
    RegionGridOptions options = grid_of(3);
    options.area = ViewArea::Frame;
    const auto regions = fovea::region_grid(options, {1600, 800}, nullptr);
    expect_pixels(regions[8].box, {1600, 800}, 600, 300, 1000, 500);
}

TEST(RegionGrid, AFractionOfOneIsTheViewItself)
{
    RegionGridOptions options = grid_of(2);
    options.fraction = 1;
    for (const Region &region : fovea::region_grid(options, {854, 480}, nullptr))
        expect_pixels(region.box, {854, 480}, 187, 0, 480, 480);
}

TEST(RegionGrid, TheActorComesLast)
{
    const Box actor = {0.4F, 0.3F, 0.1F, 0.2F};
    const auto regions = fovea::region_grid(grid_of(3, true, true), {854, 480}, &actor);
    ASSERT_EQ(regions.size(), 11U);
    EXPECT_EQ(regions[10].kind, RegionKind::Actor);
    EXPECT_EQ(regions[10].box, actor);
}

TEST(RegionGrid, WithoutAnActorItsPlaceHoldsTheView)
{
    const auto regions = fovea::region_grid(grid_of(0, false, true), {854, 480}, nullptr);
    ASSERT_EQ(regions.size(), 1U);
    EXPECT_EQ(regions[0].kind, RegionKind::Actor);
    expect_pixels(regions[0].box, {854, 480}, 187, 0, 480, 480);
}

TEST(RegionGrid, ValuesOutOfRangeAreRefusedByName)
{
    expect_refused(grid_of(-1), "grid:");
    expect_refused(grid_of(17), "grid:");
    expect_refused(grid_of(0), "grid:"); // no region is left
    for (const double fraction : {0.0, -0.5, 1.01, std::numeric_limits<double>::quiet_NaN()}) {
        RegionGridOptions options = grid_of(3);
        options.fraction = fraction;
        expect_refused(options, "fraction:");
    }
    EXPECT_EQ(fovea::region_grid(grid_of(16), {640, 480}, nullptr).size(), 256U);
}

TEST(RegionGrid, TheFullViewIsCutFromTheMiddle)
{
    RegionGridOptions options = grid_of(0, /*full=*/true);
    options.cut_width = options.cut_height = 0.875; // 224 of 256
    const auto square = region_grid(options, {640, 480}, nullptr);
    expect_pixels(square[0].box, {640, 480}, 80 + 30, 30, 420, 420);
    options.area = ViewArea::Frame; // C3D: columns 30 to 142, rows 8 to 120 of 171 x 128
    options.cut_width = 112.0 / 171;
    const auto frame = region_grid(options, {171, 128}, nullptr);
    expect_pixels(frame[0].box, {171, 128}, 29.5, 8, 112, 112);
    options.cut_width = 0;
    expect_refused(options, "cut-width: expected");
}

TEST(RegionGrid, ThreeCropsTouchTheEndsOfTheLongSide)
{
    RegionGridOptions options = grid_of(2, /*full=*/true, /*actor=*/true);
    options.crops = true;
    const auto wide = region_grid(options, {640, 480}, nullptr);
    ASSERT_EQ(wide.size(), 8U);
    expect_pixels(wide[0].box, {640, 480}, 80, 0, 480, 480);
    expect_pixels(wide[1].box, {640, 480}, 0, 0, 480, 480);
    expect_pixels(wide[2].box, {640, 480}, 160, 0, 480, 480);
    EXPECT_EQ(wide[2].kind, RegionKind::Full);
    EXPECT_EQ(wide[3].kind, RegionKind::Grid);
    const auto high = region_grid(options, {480, 640}, nullptr);
    expect_pixels(high[1].box, {480, 640}, 0, 0, 480, 480);
    expect_pixels(high[2].box, {480, 640}, 0, 160, 480, 480);
}
