// SPDX-License-Identifier: MIT
#include <cmath>

#include <gtest/gtest.h>

#include "activations.h"
#include "error_of.h"
#include "fovea/core/errors.h"
#include "fovea/nn/late_fusion.h"
#include "fovea/nn/multi_label_loss.h"
#include "fovea/nn/saliency.h"
#include "reference_case.h"

namespace {

using fovea::Attribution;
using fovea::Entropy;
using fovea::nn::JointLoss;

/** \brief A network that is a formula: two classes, T_out = T, z_ct = sum over pixels of w_c x^2 */
class Squares final : public fovea::nn::Backbone
{
public:
    at::Tensor classify(const at::Tensor &clips) override
    {
        seen_training = is_training();
        const at::Tensor energy = clips.square().sum({1, 3, 4}); // [N, T]
        return at::stack({energy * 0.5, energy * -0.25}, /*dim=*/1);
    }

    fovea::nn::RowFacts facts(std::int64_t frames) const override { return {3, frames, "fc"}; }

    void check_clip(std::int64_t, std::int64_t, std::int64_t) const override {}

    double flops_per_pixel() const override { return 1; }

    bool seen_training = false;

protected:
    at::Tensor forward_map(const at::Tensor &clips) override { return clips; }
};

fovea::nn::LogitsOf logits_of(fovea::nn::Backbone &network)
{
    return [&network](const at::Tensor &clip) { return network.logits(clip); };
}

fovea::nn::Saliency saliency(fovea::nn::Backbone &network, const at::Tensor &clip, Entropy entropy,
                             Attribution attribution = Attribution::Gradient)
{
    return fovea::nn::saliency(network, logits_of(network), clip, entropy, attribution);
}

TEST(SaliencyLoss, OfThePaperIsTheSumOfYLogY)
{
    const at::Tensor z = at::tensor({0.5F, -1.0F, 2.0F, 0.0F}).view({1, 2, 2});
    double expected = 0;
    for (const double value : {0.5, -1.0, 2.0, 0.0})
        expected += sigmoid(value) * std::log(sigmoid(value));
    EXPECT_NEAR(fovea::nn::entropy(z, Entropy::Paper).item<double>(), expected, 1e-6);
}

TEST(SaliencyLoss, OfTheCodeIsTheEntropyOfASoftmaxOverClasses)
{
    // [1, 2 classes, 2 steps]: the classes of a step are z[0][t] and z[1][t]
    const at::Tensor z = at::tensor({0.5F, -1.0F, 2.0F, 0.0F}).view({1, 2, 2});
    double expected = 0;
    for (const auto &[a, b] : {std::pair{0.5, 2.0}, std::pair{-1.0, 0.0}}) {
        const double p = std::exp(sigmoid(a)) / (std::exp(sigmoid(a)) + std::exp(sigmoid(b)));
        expected -= p * std::log(p) + (1 - p) * std::log(1 - p);
    }
    EXPECT_NEAR(fovea::nn::entropy(z, Entropy::Code).item<double>(), expected, 1e-6);
}

TEST(MultiLabelLoss, JoinsFramesAndVideoAsWorkedOutByHand)
{
    // One video, one class; logits 1 and -1 stretched to three frames: 1, 0, -1; their mean is 0
    const at::Tensor logits = at::tensor({1.0F, -1.0F}).view({1, 1, 2});
    const at::Tensor targets = at::tensor({1.0F, 0.0F, 0.0F}).view({1, 1, 3});
    const double first = -std::log(sigmoid(1)), half = std::log(2.0);
    const double frames = first + half + first; // the last: z = -1, label 0
    const double video = half;                  // z = 0, label 1 as a frame has it
    EXPECT_NEAR(fovea::nn::multi_label_loss(logits, targets).item<double>(), (frames + video) / 4,
                1e-6);
    EXPECT_NEAR(fovea::nn::multi_label_loss(logits, targets, JointLoss::SumOfMeans).item<double>(),
                frames / 3 + video, 1e-6);
    EXPECT_THROW(fovea::nn::multi_label_loss(logits, targets.squeeze(0)), fovea::Error);
}

TEST(MultiLabelLoss, TheVideosOwnLabelsCountWhereTheClipDoesNotShowThem)
{
    // No frame has the label, the video has it: z = 2 at every frame, and in the mean
    const at::Tensor logits = at::tensor({2.0F}).view({1, 1, 1});
    const at::Tensor targets = at::zeros({1, 1, 3});
    const at::Tensor video = at::ones({1, 1});
    const double frame = 2 - std::log(sigmoid(2)); // -log(1 - sigmoid(2))
    EXPECT_NEAR(
        fovea::nn::multi_label_loss(logits, targets, JointLoss::SumOfMeans, video).item<double>(),
        frame - std::log(sigmoid(2)), 1e-6);
    EXPECT_THROW(
        fovea::nn::multi_label_loss(logits, targets, JointLoss::JointMean, at::ones({2, 1})),
        fovea::Error);
}

/**
 * \brief d L / d x over x, for each frame of Squares, with the entropy of the paper
 *
 * d L / d x = (dL/dz_0 0.5 - dL/dz_1 0.25) 2 x with y log y: d/dz = (log y + 1) y (1 - y)
 */
std::vector<double> slopes(const at::Tensor &x)
{
    std::vector<double> slope;
    for (std::int64_t t = 0; t < x.size(2); ++t) {
        const double energy = x.select(2, t).square().sum().item<double>();
        const auto part = [&](double weight) {
            const double y = sigmoid(weight * energy);
            return weight * (std::log(y) + 1) * y * (1 - y);
        };
        slope.push_back(2 * (part(0.5) + part(-0.25)));
    }
    return slope;
}

TEST(Saliency, IsTheGradientByHand)
{
    Squares network;
    network.train();
    const at::Tensor clip = named_numbers::input("input/saliency", {1, 3, 2, 4, 5});
    const auto got = saliency(network, clip, Entropy::Paper);
    EXPECT_FALSE(network.seen_training);
    EXPECT_TRUE(network.is_training()); // as it was
    ASSERT_EQ(got.map.sizes().vec(), (std::vector<std::int64_t>{1, 4, 5}));

    const at::Tensor x = clip.to(at::kDouble);
    const std::vector<double> slope = slopes(x);
    for (std::int64_t i = 0; i < 4; ++i)
        for (std::int64_t j = 0; j < 5; ++j) {
            double most = 0;
            for (std::int64_t t = 0; t < 2; ++t) {
                double square = 0;
                for (std::int64_t c = 0; c < 3; ++c)
                    square += std::pow(
                        slope[static_cast<std::size_t>(t)] * x[0][c][t][i][j].item<double>(), 2);
                most = std::max(most, std::sqrt(square));
            }
            EXPECT_NEAR(got.map[0][i][j].item<double>(), most, 1e-6);
        }
}

TEST(Saliency, InputTimesGradientIsWhatAPlaceContributes)
{
    Squares network;
    const at::Tensor clip = named_numbers::input("input/saliency", {1, 3, 2, 4, 5});
    const auto got = saliency(network, clip, Entropy::Paper, Attribution::InputTimesGradient);
    ASSERT_EQ(got.map.sizes().vec(), (std::vector<std::int64_t>{1, 4, 5}));
    const at::Tensor x = clip.to(at::kDouble);
    const std::vector<double> slope = slopes(x);
    for (std::int64_t i = 0; i < 4; ++i)
        for (std::int64_t j = 0; j < 5; ++j) {
            double sum = 0;
            for (std::int64_t t = 0; t < 2; ++t)
                for (std::int64_t c = 0; c < 3; ++c)
                    sum += slope[static_cast<std::size_t>(t)] *
                           std::pow(x[0][c][t][i][j].item<double>(), 2);
            EXPECT_NEAR(got.map[0][i][j].item<double>(), std::abs(sum), 1e-6);
        }
}

TEST(Saliency, OfANetworkThatSeesFlowAloneIsRefused)
{
    const auto network = fovea::nn::make_backbone("watch-flow", 3);
    const at::Tensor clip = named_numbers::input("input/saliency", {1, 3, 5, 32, 32});
    for (const bool learns : {true, false}) {
        for (at::Tensor &parameter : network->parameters())
            parameter.set_requires_grad(learns);
        EXPECT_EQ(error_of([&] { saliency(*network, clip, Entropy::Paper); }),
                  "focus: expected a network of whose pixels it is known how much each counts, got "
                  "one that sees optical flow alone; choose focus none, repeat, random or centre");
    }
    const auto both = fovea::nn::make_backbone("three-stream", 3);
    EXPECT_GT(saliency(*both, clip, Entropy::Paper).map.max().item<float>(), 0)
        << "by what its other streams see";
}

TEST(Saliency, OfARealNetworkIsTheSlopeOfTheLoss)
{
    const auto network = fovea::nn::make_backbone("i3d-resnet18", 4);
    named_numbers::fill(*network);
    network->to(at::kDouble);
    network->eval();
    const at::Tensor clip = named_numbers::input("input/slope", {1, 3, 2, 32, 32}).to(at::kDouble);
    const auto got = saliency(*network, clip, Entropy::Code);
    for (const at::Tensor &parameter : network->parameters())
        EXPECT_FALSE(parameter.grad().defined());

    // At one pixel: the gradient of all 3 x 2 values by central differences
    const at::NoGradGuard no_grad;
    const auto loss = [&](const at::Tensor &x) {
        return fovea::nn::entropy(network->logits(x), Entropy::Code).item<double>();
    };
    const double step = 1e-5;
    double most = 0;
    for (std::int64_t t = 0; t < 2; ++t) {
        double square = 0;
        for (std::int64_t c = 0; c < 3; ++c) {
            at::Tensor moved = clip.clone();
            moved[0][c][t][9][20] += step;
            const double above = loss(moved);
            moved[0][c][t][9][20] -= 2 * step;
            square += std::pow((above - loss(moved)) / (2 * step), 2);
        }
        most = std::max(most, std::sqrt(square));
    }
    ASSERT_GT(most, 0);
    EXPECT_NEAR(got.map[0][9][20].item<double>(), most, 1e-3 * most);

    // Of weights that nobody learns the gradients are left out of the work
    for (at::Tensor &parameter : network->parameters())
        parameter.set_requires_grad(false);
    const at::AutoGradMode with_gradient(true);
    const auto fixed = saliency(*network, clip, Entropy::Code);
    EXPECT_TRUE(fixed.map.allclose(got.map, 1e-9, 1e-12 * most));
    EXPECT_TRUE(fixed.logits.allclose(got.logits, 1e-9, 1e-12));
}

/* d loss / d z_ct = (sigmoid(z_ct) - frame label + (sigmoid(mean z_c) - video label) / T) / (T + 1) classes */
TEST(Saliency, OfTheTrainingLossIsTheGradientByHand)
{
    Squares network;
    const at::Tensor clip = named_numbers::input("input/saliency", {1, 3, 2, 4, 5});
    const at::Tensor frames = at::tensor({1.0F, 0.0F, 0.0F, 0.0F}).view({1, 2, 2});
    const at::Tensor video = at::tensor({1.0F, 1.0F}).view({1, 2}); // the second elsewhere
    const auto got = fovea::nn::saliency(network, logits_of(network), clip, frames, video,
                                         Attribution::Gradient);

    const at::Tensor x = clip.to(at::kDouble);
    const double weights[] = {0.5, -0.25};
    double slope[2] = {};
    for (int c = 0; c < 2; ++c) {
        double z[2];
        for (int t = 0; t < 2; ++t)
            z[t] = weights[c] * x.select(2, t).square().sum().item<double>();
        const double of_video = (sigmoid((z[0] + z[1]) / 2) - 1) / 2;
        for (int t = 0; t < 2; ++t) {
            const double label = c == 0 && t == 0 ? 1 : 0;
            slope[t] += 2 * weights[c] * (sigmoid(z[t]) - label + of_video) / 6;
        }
    }
    for (std::int64_t i = 0; i < 4; ++i)
        for (std::int64_t j = 0; j < 5; ++j) {
            double most = 0;
            for (std::int64_t t = 0; t < 2; ++t) {
                double square = 0;
                for (std::int64_t c = 0; c < 3; ++c)
                    square += std::pow(slope[t] * x[0][c][t][i][j].item<double>(), 2);
                most = std::max(most, std::sqrt(square));
            }
            EXPECT_NEAR(got.map[0][i][j].item<double>(), most, 1e-6);
        }
}

TEST(Saliency, OfAClipIsTheSameBesideOthers)
{
    Squares network;
    const at::Tensor clips = named_numbers::input("input/saliency", {2, 3, 2, 4, 5});
    const auto got = saliency(network, clips, Entropy::Paper);
    EXPECT_EQ(got.map.sizes().vec(), (std::vector<std::int64_t>{2, 4, 5}));
    EXPECT_TRUE(saliency(network, clips.narrow(0, 1, 1), Entropy::Paper).map[0].equal(got.map[1]));
    const at::Tensor targets = at::zeros({2, 2, 2});
    const auto of_loss = [&](const at::Tensor &some, const at::Tensor &labels) {
        return fovea::nn::saliency(network, logits_of(network), some, labels, /*video=*/{},
                                   Attribution::Gradient);
    };
    EXPECT_TRUE(of_loss(clips.narrow(0, 1, 1), targets.narrow(0, 1, 1))
                    .map[0]
                    .equal(of_loss(clips, targets).map[1]));
}

TEST(Fusion, TemporalSeesBothClipsInARowAndLateTakesTheMean)
{
    Squares fixed, trained;
    fixed.train();
    const at::Tensor clip = at::ones({1, 3, 1, 1, 2}); // energy 6
    const at::Tensor focused = clip * 2;               // energy 24
    const at::Tensor temporal = trained.logits(at::cat({clip, focused}, /*dim=*/2));
    EXPECT_TRUE(temporal.equal(at::tensor({3.0F, 12.0F, -1.5F, -6.0F}).view({1, 2, 2})));
    const at::Tensor late = fovea::nn::late_fusion(fixed, trained, clip, focused);
    EXPECT_TRUE(late.equal(at::tensor({7.5F, -3.75F}).view({1, 2, 1})));
    EXPECT_FALSE(fixed.seen_training);
}

} // namespace
