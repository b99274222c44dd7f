// SPDX-License-Identifier: MIT

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "compiled_rows.h"
#include "error_of.h"
#include "fovea/nn/eco_network.h"
#include "fovea/nn/keypoint_network.h"
#include "named_numbers.h"
#include "second_eco.h"
#include "work_count.h"

namespace {

using fovea::nn::Eco;

/* Without the running means and variances of what it saw nothing of a picture is left after so many layers */
std::shared_ptr<Eco> made_eco()
{
    const at::NoGradGuard no_grad;
    at::manual_seed(0);
    const auto network = std::make_shared<Eco>(3);
    for (int i = 0; i < 30; ++i)
        network->rows(at::rand({4, 3, 8, 32, 32}) * 2 - 1);
    network->eval();
    return network;
}

TEST(Eco, GivesTheLogitsOfASecondImplementation)
{
    const at::NoGradGuard no_grad;
    const auto network = made_eco();
    const at::Tensor clips = named_numbers::input("second/eco", {2, 3, 9, 64, 48});
    const at::Tensor expected = SecondEco(*network).logits(clips);
    const double scale = expected.abs().max().item<double>();
    EXPECT_LT((network->logits(clips).squeeze(2) - expected).abs().max().item<double>(),
              1e-4 * scale);
    EXPECT_GT((network->logits(clips.flip(2)).squeeze(2) - expected).abs().max().item<double>(),
              1e-3 * scale)
        << "the order of the frames counts";
}

TEST(Eco, MakesOfAllFramesButTheLastWhatThatOneIsSeenIn)
{
    const at::NoGradGuard no_grad;
    const auto network = made_eco();
    const at::Tensor clips = named_numbers::input("second/eco", {2, 3, 9, 64, 48});
    const at::Tensor map = network->map_but_last(clips);
    const at::Tensor expected = SecondEco(*network).map(clips, /*but_last=*/true);
    ASSERT_EQ(map.sizes(), at::IntArrayRef({2, 128, 2, 2, 2}));
    ASSERT_EQ(map.sizes(), expected.sizes());
    EXPECT_LT((map - expected).abs().max().item<double>(),
              1e-4 * expected.abs().max().item<double>());
}

TEST(Eco, MakesOfTheMapsOfItsPicturesWhatItMakesOfAClip)
{
    const at::NoGradGuard no_grad;
    const auto network = made_eco();
    const at::Tensor clips = named_numbers::input("second/eco", {2, 3, 9, 64, 48});
    const at::Tensor maps = network->picture_maps(clips);
    ASSERT_EQ(maps.sizes(), at::IntArrayRef({2, network->picture_channels(), 9, 4, 3}));
    const at::Tensor expected = network->map(clips);
    for (const at::Tensor &laid : {maps, maps.clone(at::MemoryFormat::Contiguous)})
        EXPECT_TRUE(network->map_of_pictures(laid).allclose(expected, 1e-4, 1e-5));
    EXPECT_EQ(error_of([&] { network->picture_maps(clips.narrow(3, 0, 63)); }),
              error_of([&] { network->map(clips.narrow(3, 0, 63)); }));
}

TEST(Eco, IsCompiledAndStreams)
{
    expect_compiled_and_streaming(made_eco(),
                                  named_numbers::input("engine/eco", {2, 3, 16, 64, 64}));
}

TEST(Eco, BeginsWhereANetworkOfKeypointsIs)
{
    const fovea::nn::KeypointNetwork keypoints;
    const auto known = keypoints.named_parameters();
    std::int64_t shared = 0;
    for (const auto &parameter : made_eco()->named_parameters()) {
        const at::Tensor *same = known.find(parameter.key());
        const bool is_of_video =
            parameter.key().rfind("block", 0) == 0 || parameter.key().rfind("fc", 0) == 0;
        ASSERT_EQ(same == nullptr, is_of_video) << parameter.key();
        if (same == nullptr)
            continue;
        EXPECT_EQ(same->sizes(), parameter.value().sizes()) << parameter.key();
        shared += parameter.value().numel();
    }
    EXPECT_EQ(shared, 156776);
}

TEST(Eco, TakesTheWorkThatItStates)
{
    const at::NoGradGuard no_grad;
    const auto network = made_eco();
    const auto work = count_work([&] {
        network->rows(at::zeros({1, 3, 16, 128, 128})); // of none, 16 pictures would count as one
    });
    EXPECT_NEAR(2.0 * static_cast<double>(work.multiply_adds) / (16 * 128 * 128),
                network->flops_per_pixel(), 0.01 * network->flops_per_pixel());
}

TEST(Eco, RefusesSidesThat16DoesNotDivide)
{
    EXPECT_EQ(error_of([] { Eco(0).check_clip(16, 128, 120); }),
              "eco: expected clips of 1 frame or more (best: 16) of a width and height that 16 "
              "divides (best: 128 x 128), got 16 frames of 120 x 128");
    EXPECT_EQ(error_of([] {
                  Eco(0).logits(at::zeros({1, 3, 4, 32, 32}));
              }),
              "eco: logits asked of a network made without classes");
}

} // namespace
