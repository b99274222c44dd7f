// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/engine/torch/torch_saliency.h"
#include "fovea/focus/focus_chooser.h"
#include "fovea/focus/salient_box.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/heads.h"
#include "fovea/nn/saliency.h"

namespace {

constexpr int side = 96;
constexpr int frames = 17;

/*
 * A network that sees strong motion alone: below a threshold its first layer is silent, and where it
 * is silent no gradient passes.
 */
std::unique_ptr<fovea::SaliencyMapper> motion_mapper(fovea::Entropy entropy)
{
    at::manual_seed(1);
    const auto backbone = fovea::nn::make_backbone("watch", 0);
    const auto head = fovea::nn::make_head("region-mean", backbone->channels(), 3);
    const at::NoGradGuard no_grad;
    for (const auto &parameter : backbone->named_parameters())
        if (parameter.key() == "stem_bn.bias")
            parameter.value().fill_(-1);
    fovea::SecondLook look;
    look.entropy = entropy;
    return fovea::make_torch_saliency(backbone, head, look, {});
}

/* A grey picture in which a bright square of 16 pixels moves from (x, y) to the right */
fovea::Array moving_square(int x, int y)
{
    fovea::Array clip({1, 3, frames, side, side});
    const at::Tensor pixels = at::from_blob(clip.values.data(), clip.shape);
    pixels.fill_(0.25);
    for (int t = 0; t < frames; ++t)
        pixels.select(2, t).narrow(2, y, 16).narrow(3, x + t / 2, 16).fill_(1);
    return clip;
}

TEST(TorchSaliency, LiesWhereTheNetworkSeesSomething)
{
    for (const fovea::Entropy entropy : {fovea::Entropy::Paper, fovea::Entropy::Code}) {
        const auto mapper = motion_mapper(entropy);
        for (const auto &[x, y] : {std::pair{4, 4}, {64, 8}, {8, 72}, {66, 70}}) {
            const fovea::Array map = mapper->map(moving_square(x, y));
            ASSERT_EQ(map.shape, (std::vector<std::int64_t>{side, side}));
            const at::Tensor values =
                at::from_blob(const_cast<float *>(map.values.data()), map.shape);
            // it moves over 24 x 16 pixels; the first layer sees one pixel around
            const double near =
                values.narrow(0, y - 2, 20).narrow(1, x - 2, 28).sum().item<double>();
            EXPECT_GT(near, 0);
            EXPECT_NEAR(near, values.sum().item<double>(), 1e-6 * near);

            const fovea::PixelBox box = fovea::salient_box(map.values, {side, side}, {32, 32});
            EXPECT_LE(box.x, x + 2);
            EXPECT_GE(box.x + 32, x + 22);
            EXPECT_LE(box.y, y + 2);
            EXPECT_GE(box.y + 32, y + 14);
        }
    }
}

/* Without a bias that silences the still parts: there its gradient is as strong as anywhere */
TEST(TorchSaliency, InputTimesGradientIsNothingWhereNothingMoves)
{
    at::manual_seed(1);
    const auto backbone = fovea::nn::make_backbone("watch", 0);
    const auto head = fovea::nn::make_head("region-mean", backbone->channels(), 3);
    const auto share = [&](fovea::Attribution attribution) {
        fovea::SecondLook look;
        look.attribution = attribution;
        const auto mapper = fovea::make_torch_saliency(backbone, head, look, {});
        const fovea::Array map = mapper->map(moving_square(8, 72));
        const at::Tensor values = at::from_blob(const_cast<float *>(map.values.data()), map.shape);
        return values.narrow(0, 72, 16).narrow(1, 8, 24).sum().item<double>() /
               values.sum().item<double>();
    };
    EXPECT_LT(share(fovea::Attribution::Gradient), 0.9);
    EXPECT_GT(share(fovea::Attribution::InputTimesGradient), 0.999);
}

/* Training looks by the network's own classifier; the square moves from (70, 6) to the right */
TEST(TorchSaliency, UpscaledIsWhatTheNetworkSawWhereItLooks)
{
    at::manual_seed(1);
    const std::shared_ptr<fovea::nn::Backbone> network = fovea::nn::make_backbone("watch", 2);
    fovea::Array clip({1, 3, frames, side, side});
    const at::Tensor pixels = at::from_blob(clip.values.data(), clip.shape);
    pixels.fill_(0.25);
    for (int t = 0; t < frames; ++t)
        pixels.select(2, t).narrow(2, 6, 16).narrow(3, 70 + t % 8, 16).fill_(1);
    const auto place_by = [&](fovea::Focus focus) {
        fovea::SecondLook look;
        look.focus = focus;
        look.attribution = fovea::Attribution::InputTimesGradient;
        return fovea::FocusChooser(look, fovea::salient_share,
                                   fovea::make_torch_saliency(network, look))
            .find(clip, fovea::whole_frame, [] { return 0.0; });
    };
    const fovea::FocusedPlace salient = place_by(fovea::Focus::Saliency);
    EXPECT_TRUE(salient.closer.values.empty()) << "to be cut from the original";
    EXPECT_LE(salient.region.box.x * side, 70);
    EXPECT_GE(salient.region.box.x_max() * side, 93 - 1e-3);
    EXPECT_LE(salient.region.box.y * side, 6);

    fovea::FocusedPlace upscaled = place_by(fovea::Focus::Upscaled);
    EXPECT_EQ(upscaled.region.box, salient.region.box);
    ASSERT_EQ(upscaled.closer.shape, clip.shape);
    // Pixels of the square: 16 of 55 a side, enlarged to 16 / 55 of the picture
    const at::Tensor closer = at::from_blob(upscaled.closer.values.data(), clip.shape);
    const double bright = (closer.select(2, 0) - 0.25).mean().item<double>() / 0.75 * side * side;
    EXPECT_NEAR(bright, std::pow(16.0 / 55 * side, 2), 30);
}

TEST(TorchSaliency, LooksByTheLossWhereTheAnswerIsKnownElseByEntropy)
{
    at::manual_seed(1);
    const std::shared_ptr<fovea::nn::Backbone> network = fovea::nn::make_backbone("watch", 2);
    fovea::SecondLook look;
    look.entropy = fovea::Entropy::Truth;
    const auto by_loss = fovea::make_torch_saliency(network, look);
    look.entropy = fovea::Entropy::Paper;
    const auto by_entropy = fovea::make_torch_saliency(network, look);

    fovea::Array clip = moving_square(8, 72);
    fovea::ClipTruth truth{fovea::Array({2, frames}), fovea::Array({2})};
    truth.video.values[1] = 1;
    std::fill_n(&truth.frames.values[frames], 5, 1.0F);
    const at::Tensor labels = at::zeros({1, 2, frames});
    labels[0][1].narrow(0, 0, 5).fill_(1);
    const at::Tensor wanted = fovea::nn::saliency(
                                  *network, [&](const at::Tensor &x) { return network->logits(x); },
                                  at::from_blob(clip.values.data(), clip.shape), labels,
                                  /*video=*/{}, fovea::Attribution::Gradient)
                                  .map[0];
    const fovea::Array map = by_loss->map(clip, &truth); // the video has the labels of its frames
    const at::Tensor got = at::from_blob(const_cast<float *>(map.values.data()), map.shape);
    EXPECT_TRUE(got.allclose(wanted, 1e-5, 1e-8));
    EXPECT_NE(map.values, by_entropy->map(clip, &truth).values);
    EXPECT_EQ(by_loss->map(clip).values, by_entropy->map(clip).values);
}

TEST(TorchSaliency, RefusesAClipThatTheNetworkCannotTake)
{
    const auto mapper = motion_mapper(fovea::Entropy::Paper);
    EXPECT_THROW(mapper->map(fovea::Array({1, 3, frames, 20, 20})), fovea::Error);
    EXPECT_THROW(mapper->map(fovea::Array({2, 3, frames, side, side})), fovea::Error);
}

} // namespace
