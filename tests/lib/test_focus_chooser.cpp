// SPDX-License-Identifier: MIT
#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "fovea/focus/focus_chooser.h"
#include "fovea/focus/salient_box.h"

namespace fovea {

namespace {

constexpr int side = 224;

/* Looks at one box of pixels, all the same */
class FixedMapper final : public SaliencyMapper
{
public:
    FixedMapper(int x, int y, int size) : x_(x), y_(y), size_(size) {}

    Array map(const Array &clip, const ClipTruth * /*truth*/) override
    {
        Array map({clip.shape[3], clip.shape[4]});
        for (int y = y_; y < y_ + size_; ++y)
            for (int x = x_; x < x_ + size_; ++x)
                map.values[static_cast<std::size_t>(y) * side + static_cast<std::size_t>(x)] = 1;
        return map;
    }

private:
    int x_;
    int y_;
    int size_;
};

/* Draws the same numbers in each run */
class Draws
{
public:
    explicit Draws(unsigned seed) : random_(seed) {}

    double operator()() { return std::uniform_real_distribution<double>(0, 1)(random_); }

private:
    std::mt19937 random_;
};

FocusChooser chooser(Focus focus)
{
    return {{focus, Fusion::Late, Entropy::Paper, Attribution::Gradient},
            salient_share,
            is_by_saliency(focus) ? std::make_unique<FixedMapper>(96, 32, 128) : nullptr};
}

FocusedPlace place_of(Focus focus, const Box &view)
{
    return chooser(focus).find(Array({1, 3, 2, side, side}), view, Draws(0));
}

void expect_box(const Box &box, double x, double y, double width, double height)
{
    EXPECT_NEAR(box.x, x, 1e-6);
    EXPECT_NEAR(box.y, y, 1e-6);
    EXPECT_NEAR(box.width, width, 1e-6);
    EXPECT_NEAR(box.height, height, 1e-6);
}

TEST(FocusChooser, BoxOfTheWholeFrameStandsInItsOwnShares)
{
    const FocusedPlace place = place_of(Focus::Saliency, whole_frame);
    EXPECT_EQ(place.region.kind, RegionKind::Salient);
    expect_box(place.region.box, 96.0 / 224, 32.0 / 224, 128.0 / 224, 128.0 / 224);
}

/* Of 640 x 480 the square in the middle is seen, 480 pixels from 80 on: 96 of 224 stand at 285.7,
 * 32 at 68.6, and 128 are 274.3 wide. */
TEST(FocusChooser, BoxOfTheSquareGoesBackThroughItsCrop)
{
    const FocusedPlace place = place_of(Focus::Saliency, {80.0F / 640, 0, 480.0F / 640, 1});
    expect_box(place.region.box, 285.7142857 / 640, 68.5714286 / 480, 274.2857143 / 640,
               274.2857143 / 480);
    // cells of 16 pixels: columns 6 to 13 and rows 2 to 9 are hot
    ASSERT_EQ(place.heat.columns, 14);
    ASSERT_EQ(place.heat.rows, 14);
    for (int row = 0; row < 14; ++row)
        for (int column = 0; column < 14; ++column)
            EXPECT_EQ(place.heat.values[static_cast<std::size_t>(row * 14 + column)],
                      column >= 6 && row >= 2 && row < 10 ? 255 : 0);
    EXPECT_EQ(place.heat.box, (Box{0.125F, 0, 0.75F, 1}));
}

TEST(FocusChooser, UpscaledIsTheSamePlaceEnlargedFromWhatWasSeen)
{
    Array clip({1, 3, 2, side, side});
    for (std::size_t i = 0; i < clip.values.size(); ++i) // rises by 1 a pixel from left to right
        clip.values[i] = static_cast<float>(i % side);
    const FocusedPlace place = chooser(Focus::Upscaled).find(clip, whole_frame, Draws(0));
    expect_box(place.region.box, 96.0 / 224, 32.0 / 224, 128.0 / 224, 128.0 / 224);
    EXPECT_FALSE(place.heat.empty());
    ASSERT_EQ(place.closer.shape, clip.shape);
    EXPECT_EQ(place.closer.values[0], 96);
    EXPECT_NEAR(place.closer.values[111], 96 + 111.5 * 128 / 224 - 0.5, 1e-4);
    EXPECT_EQ(place.closer.values.back(), 96 + 127);
}

TEST(FocusChooser, TheBaselinesAskNobody)
{
    const FocusedPlace repeat = place_of(Focus::Repeat, {0.125F, 0, 0.75F, 1});
    expect_box(repeat.region.box, 0.125, 0, 0.75, 1);
    EXPECT_TRUE(repeat.heat.empty());
    EXPECT_TRUE(repeat.closer.values.empty()) << "cut from the original frames";

    const FocusedPlace centre = place_of(Focus::Centre, whole_frame);
    expect_box(centre.region.box, 48.0 / 224, 48.0 / 224, 128.0 / 224, 128.0 / 224);
    EXPECT_TRUE(centre.heat.empty());

    const FocusChooser random = chooser(Focus::Random);
    const Array clip({1, 3, 2, side, side});
    Draws draws(0);
    const auto draw = [&draws] { return draws(); };
    const Box first = random.find(clip, whole_frame, draw).region.box;
    const Box second = random.find(clip, whole_frame, draw).region.box;
    EXPECT_FALSE(first == second);
    for (const Box &box : {first, second}) {
        EXPECT_GE(box.x, 0);
        EXPECT_LE(box.x_max(), 1 + 1e-6);
        EXPECT_NEAR(box.height, 128.0 / 224, 1e-6);
    }
}

/* Of 96 pixels a side, as models/watch sees them, 128 of 224 are 55 */
TEST(FocusChooser, TheBaselinesLookWhereThePaperSays)
{
    constexpr float small = 96;
    const Array clip({1, 3, 17, 96, 96});
    const auto box_by = [&](Focus focus, unsigned seed) {
        return chooser(focus).find(clip, whole_frame, Draws(seed)).region.box;
    };
    expect_box(box_by(Focus::Repeat, 0), 0, 0, 1, 1);
    // (96 - 55) / 2, rounded down
    expect_box(box_by(Focus::Centre, 0), 20 / small, 20 / small, 55 / small, 55 / small);
    float least = 1;
    float most = 0;
    for (unsigned seed = 0; seed < 50; ++seed) {
        const Box box = box_by(Focus::Random, seed);
        EXPECT_EQ(box, box_by(Focus::Random, seed)) << "of the seed alone";
        EXPECT_NEAR(box.width, 55 / small, 1e-6);
        EXPECT_GE(std::min(box.x, box.y), 0);
        EXPECT_LE(std::max(box.x_max(), box.y_max()), 1 + 1e-6);
        least = std::min(least, box.x);
        most = std::max(most, box.x);
    }
    EXPECT_LT(least, 0.1);
    EXPECT_GT(most, 0.33);
}

} // namespace

} // namespace fovea
