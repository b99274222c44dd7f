// SPDX-License-Identifier: MIT
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "compiled_rows.h"
#include "error_of.h"
#include "fovea/nn/two_stream_network.h"
#include "fovea/nn/watch_network.h"
#include "named_numbers.h"
#include "second_eco.h"

namespace {

using fovea::nn::TwoStream;

std::shared_ptr<TwoStream> made_two_stream()
{
    const at::NoGradGuard no_grad;
    at::manual_seed(0);
    const auto network = std::make_shared<TwoStream>(3);
    for (int i = 0; i < 30; ++i)
        network->rows(at::rand({4, 3, 9, 64, 64}) * 2 - 1);
    network->eval();
    return network;
}

TEST(TwoStream, SeesMotionAtHalfTheSizeBesidePictures)
{
    const at::NoGradGuard no_grad;
    const auto network = made_two_stream();
    const at::Tensor clips = named_numbers::input("two-stream", {2, 3, 9, 64, 96});
    const at::Tensor map = network->map(clips);
    ASSERT_EQ(map.sizes(), at::IntArrayRef({2, 256, 2, 2, 3}));

    const auto motion =
        std::dynamic_pointer_cast<fovea::nn::Watch>(network->named_children()["motion"]);
    const at::Tensor half = at::avg_pool3d(clips, {1, 2, 2});
    EXPECT_LT((map.narrow(1, 0, 128) - motion->map(half)).abs().max().item<double>(), 1e-4);
    const at::Tensor pictures =
        SecondEco(*network->named_children()["pictures"]).map(clips, /*but_last=*/true);
    EXPECT_LT((map.narrow(1, 128, 128) - pictures).abs().max().item<double>(),
              1e-4 * pictures.abs().max().item<double>());
}

TEST(TwoStream, IsCompiledAndStreams)
{
    expect_compiled_and_streaming(made_two_stream(),
                                  named_numbers::input("engine/two-stream", {2, 3, 17, 64, 64}));
}

TEST(TwoStream, RefusesFramesThatMakeNoWholeRows)
{
    EXPECT_EQ(error_of([] { TwoStream(0).check_clip(16, 192, 176); }),
              "two-stream: expected clips of 4 n + 1 frames (best: 17) of a width and height that "
              "32 divides (best: 192 x 192), got 16 frames of 176 x 192");
    EXPECT_EQ(error_of([] {
                  TwoStream(0).logits(at::zeros({1, 3, 5, 32, 32}));
              }),
              "two-stream: logits asked of a network made without classes");
}

} // namespace
