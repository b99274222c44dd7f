// SPDX-License-Identifier: MIT
#include <cmath>

#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include "error_of.h"
#include "fovea/train/loop/loss.h"
#include "fovea/train/loop/objective.h"

namespace fovea {

namespace {

/** \brief Squares what it sees in a frame, then takes the mean: mixed before and behind differ */
class Squares final : public Classifier
{
public:
    Response respond(const at::Tensor &clips) override
    {
        return respond_to_maps(picture_maps(clips));
    }

    at::Tensor picture_maps(const at::Tensor &clips) override { return clips.square(); }

    Response respond_to_maps(const at::Tensor &maps) override
    {
        return {maps.mean({3, 4}), maps}; // a channel is a class
    }

    torch::nn::Module &module() override { return module_; }

    std::int64_t classes() const override { return 3; }

    void set_training(bool /*on*/) override {}

private:
    torch::nn::LinearImpl module_{1, 1};
};

/** \brief Four clips of three channels, two frames of 4 x 5 */
Batch four_clips()
{
    Batch batch;
    batch.inputs = {at::linspace(-2, 3, 480).square().sin().view({4, 3, 2, 4, 5})};
    batch.targets = {at::tensor({0, 1, 2, 1}, at::kLong)};
    batch.labels = {at::Tensor()};
    batch.video_labels = {at::Tensor()};
    batch.overlaps = {at::ones({4})};
    return batch;
}

Recipe mixing(MixupOf what)
{
    Recipe recipe;
    recipe.mixup = 0.8;
    recipe.mixup_of = what;
    return recipe;
}

constexpr std::uint64_t seed = 5;

double loss_of(Classifier &student, const Recipe &recipe)
{
    Random random(seed);
    const Objective objective(recipe, student.classes(), /*teacher=*/nullptr);
    return objective.of(student, four_clips(), 0, &random).loss.item<double>();
}

/** \brief Of logits [4, 3, T] that were mixed as the targets */
double by_hand(const at::Tensor &logits, const at::Tensor &shares)
{
    return -(shares * logits.mean(2).log_softmax(1)).sum().item<double>();
}

Mixed mixed(const at::Tensor &inputs)
{
    Random random(seed);
    return mix_up(inputs, soft_targets(four_clips().targets[0], 3, 0), 0.8, &random);
}

TEST(Objective, MixesInputs)
{
    Squares student;
    const Mixed expected = mixed(four_clips().inputs[0]);
    EXPECT_NEAR(loss_of(student, mixing(MixupOf::Inputs)),
                by_hand(expected.inputs.square().mean({3, 4}), expected.targets), 1e-4);
}

TEST(Objective, MixesMapsOfPicturesBehindTheirLayers)
{
    Squares student;
    const Mixed expected = mixed(four_clips().inputs[0].square());
    const double loss = loss_of(student, mixing(MixupOf::PictureMaps));
    EXPECT_NEAR(loss, by_hand(expected.inputs.mean({3, 4}), expected.targets), 1e-4);
    EXPECT_GT(std::abs(loss - loss_of(student, mixing(MixupOf::Inputs))), 1e-2);
}

TEST(Objective, OfWhatHasNoMapsOfPicturesSaysSo)
{
    class Other final : public Classifier
    {
    public:
        Response respond(const at::Tensor &input) override { return {input, input}; }

        torch::nn::Module &module() override { return module_; }

        std::int64_t classes() const override { return 3; }

        void set_training(bool /*on*/) override {}

    private:
        torch::nn::LinearImpl module_{1, 1};
    } other;

    EXPECT_EQ(error_of([&] { loss_of(other, mixing(MixupOf::PictureMaps)); }),
              "training: there are no maps of single pictures to mix here; leave --mixup-of out");
}

} // namespace

} // namespace fovea
