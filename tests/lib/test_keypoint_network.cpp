// SPDX-License-Identifier: MIT
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/core/errors.h"
#include "fovea/core/pose.h"
#include "fovea/engine/map_network.h"
#include "fovea/nn/evaluate.h"
#include "fovea/nn/keypoint_network.h"
#include "fovea/pose/pose_estimator.h"
#include "named_numbers.h"

namespace {

using fovea::nn::KeypointNetwork;

std::shared_ptr<KeypointNetwork> made_network()
{
    const auto network = std::make_shared<KeypointNetwork>();
    named_numbers::fill(*network);
    network->eval();
    return network;
}

TEST(KeypointNetwork, MakesTheMapsOfPoseMapAtAQuarterOfThePicture)
{
    const at::NoGradGuard no_grad;
    const at::Tensor maps = made_network()->forward(at::zeros({2, 3, 128, 96}));
    EXPECT_EQ(maps.sizes(), at::IntArrayRef({2, 17 + 1 + 34 + 34, 32, 24}));
    std::int64_t parameters = 0;
    for (const at::Tensor &parameter : KeypointNetwork().parameters())
        parameters += parameter.numel();
    EXPECT_LT(parameters, 2318190 / 5); // MoveNet Lightning's
}

TEST(KeypointNetwork, AtFirstNearlyNoCellHoldsAKeypoint)
{
    const at::NoGradGuard no_grad;
    at::manual_seed(0);
    KeypointNetwork network;
    const at::Tensor maps = network.forward(at::rand({2, 3, 64, 64}) * 2 - 1);
    EXPECT_LT(maps.narrow(1, 0, 18).sigmoid().max().item<double>(), 0.05);
    EXPECT_LT(maps.narrow(1, 18, 68).abs().max().item<double>(), 1);
}

TEST(KeypointNetwork, ItsGraphAndTheEngineMakeTheMapsOfTheModule)
{
    const at::NoGradGuard no_grad;
    const auto network = made_network();
    const at::Tensor pictures =
        named_numbers::input("input/keypoints", {2, 3, 64, 96}).to(at::kFloat);
    const std::vector<at::Tensor> expected =
        network->forward(pictures).split_with_sizes({17, 1, 34, 34}, /*dim=*/1);
    const auto maps = run_outputs(network->graph(), pictures.unsqueeze(2));
    fovea::PictureEngine options;
    options.precision = "fp32";
    const auto engine = fovea::make_map_network(network->graph(), {96, 64}, 3, options);
    const at::Tensor dense = pictures.permute({0, 2, 3, 1}).contiguous();
    const auto by_engine = engine->maps(2, [&](std::int64_t i, float *to) {
        const at::Tensor one = dense[i];
        std::copy_n(one.data_ptr<float>(), one.numel(), to);
    });
    ASSERT_EQ(maps.size(), fovea::pose_maps);
    ASSERT_EQ(by_engine.size(), fovea::pose_maps);
    for (std::size_t i = 0; i < fovea::pose_maps; ++i) {
        const double norm = expected[i].norm().item<double>();
        ASSERT_GT(norm, 0);
        EXPECT_LE((maps[i].squeeze(2) - expected[i]).norm().item<double>(), 1e-5 * norm) << i;
        const at::Tensor run =
            at::from_blob(const_cast<float *>(by_engine[i].values.data()), by_engine[i].shape);
        EXPECT_LE((run.permute({0, 3, 1, 2}) - expected[i]).norm().item<double>(), 1e-4 * norm)
            << i;
    }
}

TEST(KeypointNetwork, IsAPoseEstimatorOfItsSize)
{
    fovea::PoseOptions options;
    options.architecture = "keypoints";
    options.input = {128, 128};
    const auto estimator = fovea::make_pose_estimator(options, made_network()->graph());
    const fovea::RgbImage grey = {{128, 128}, std::vector<std::uint8_t>(128 * 128 * 3, 128)};
    EXPECT_EQ(estimator->estimate({grey, grey}).size(), 2U);
    options.input = {100, 128};
    EXPECT_THROW(fovea::make_pose_estimator(options, made_network()->graph()), fovea::Error);
}

} // namespace
