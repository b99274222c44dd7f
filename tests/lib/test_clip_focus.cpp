#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "fovea/train/data/clip_focus.h"

namespace {

using fovea::Box;
using fovea::ClipFocus;
using fovea::Focus;
using fovea::SecondLook;

constexpr std::int64_t side = 96;
constexpr float box_share = 55.0F / side; // 128 of 224 of 96

SecondLook look_of(Focus focus)
{
    SecondLook look;
    look.focus = focus;
    look.attribution = fovea::Attribution::InputTimesGradient;
    return look;
}

ClipFocus::Place place_by(const SecondLook &look, const at::Tensor &clip, std::uint64_t seed = 0)
{
    at::manual_seed(1);
    const auto network =
        fovea::is_by_saliency(look.focus) ? fovea::nn::make_backbone("watch", 2) : nullptr;
    fovea::Random random(seed);
    return fovea::make_clip_focus(look, network)->look(clip, &random);
}

void expect_box(const Box &box, double x, double y, double width, double height)
{
    EXPECT_NEAR(box.x, x, 1e-6);
    EXPECT_NEAR(box.y, y, 1e-6);
    EXPECT_NEAR(box.width, width, 1e-6);
    EXPECT_NEAR(box.height, height, 1e-6);
}

TEST(ClipFocus, TheBaselinesLookWhereThePaperSays)
{
    const at::Tensor clip = at::zeros({3, 17, side, side});
    expect_box(place_by(look_of(Focus::Repeat), clip).part, 0, 0, 1, 1);
    // (96 - 55) / 2, rounded down
    expect_box(place_by(look_of(Focus::Centre), clip).part, 20.0 / side, 20.0 / side, box_share,
               box_share);
    float least = 1;
    float most = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const Box box = place_by(look_of(Focus::Random), clip, seed).part;
        EXPECT_EQ(box, place_by(look_of(Focus::Random), clip, seed).part) << "of the seed alone";
        EXPECT_NEAR(box.width, box_share, 1e-6);
        EXPECT_GE(std::min(box.x, box.y), 0);
        EXPECT_LE(std::max(box.x_max(), box.y_max()), 1 + 1e-6);
        least = std::min(least, box.x);
        most = std::max(most, box.x);
    }
    EXPECT_LT(least, 0.1);
    EXPECT_GT(most, 0.33);
}

/* A bright square of 16 pixels moves from (70, 6) to the right and back */
TEST(ClipFocus, UpscaledIsWhatTheNetworkSawWhereItLooks)
{
    at::Tensor clip = at::full({3, 17, side, side}, 0.25);
    for (std::int64_t t = 0; t < 17; ++t)
        clip.select(1, t).narrow(1, 6, 16).narrow(2, 70 + t % 8, 16).fill_(1);
    const ClipFocus::Place salient = place_by(look_of(Focus::Saliency), clip);
    EXPECT_FALSE(salient.closer.defined()) << "to be cut from the original";
    EXPECT_LE(salient.part.x * side, 70);
    EXPECT_GE(salient.part.x_max() * side, 93 - 1e-3);
    EXPECT_LE(salient.part.y * side, 6);

    const ClipFocus::Place upscaled = place_by(look_of(Focus::Upscaled), clip);
    EXPECT_EQ(upscaled.part, salient.part);
    ASSERT_EQ(upscaled.closer.sizes(), clip.sizes());
    // Pixels of the square: 16 of 55 a side, enlarged to 16 / 55 of the picture
    const double bright =
        (upscaled.closer.select(1, 0) - 0.25).mean().item<double>() / 0.75 * side * side;
    EXPECT_NEAR(bright, std::pow(16.0 / 55 * side, 2), 30);
}

} // namespace
