// SPDX-License-Identifier: MIT
#include <algorithm>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "compiled_rows.h"
#include "error_of.h"
#include "fovea/nn/streams_network.h"
#include "fovea/nn/watch_network.h"
#include "named_numbers.h"
#include "second_eco.h"

namespace {

using fovea::nn::Streams;
using fovea::nn::Watch;

/** \brief Whose running means are of clips */
std::shared_ptr<Streams> made_streams(bool with_flow, int ensemble = 1)
{
    const at::NoGradGuard no_grad;
    at::manual_seed(0);
    const auto network = std::make_shared<Streams>(with_flow, 3, ensemble);
    for (int i = 0; i < 30; ++i)
        network->rows(at::rand({4, 3, 9, 64, 64}) * 2 - 1);
    network->eval();
    return network;
}

/** \brief Of whose levels means are exact, so that whoever takes them finds the same flow */
at::Tensor exact_clips(const std::string &name, at::IntArrayRef sizes)
{
    return (named_numbers::input(name, sizes.vec()).clamp(-1, 1) * 64).round() / 64;
}

std::shared_ptr<Watch> watch_of(Streams &network, const char *name)
{
    return std::dynamic_pointer_cast<Watch>(network.named_children()[name]);
}

class StreamsOf : public testing::TestWithParam<bool>
{
};

TEST_P(StreamsOf, SeesMotionAtHalfTheSizeBesidePictures)
{
    const at::NoGradGuard no_grad;
    const auto network = made_streams(GetParam());
    const at::Tensor clips = exact_clips("two-stream", {2, 3, 9, 64, 96});
    const at::Tensor map = network->map(clips);
    ASSERT_EQ(map.sizes(), at::IntArrayRef({2, GetParam() ? 384 : 256, 2, 2, 3}));

    const at::Tensor half = at::avg_pool3d(clips, {1, 2, 2});
    const auto close = [&](std::int64_t first, const at::Tensor &expected) {
        EXPECT_LT((map.narrow(1, first, 128) - expected).abs().max().item<double>(),
                  1e-4 * expected.abs().max().item<double>())
            << first;
    };
    close(0, watch_of(*network, "motion")->map(half));
    if (GetParam())
        close(128, watch_of(*network, "flow")->map(half));
    close(GetParam() ? 256 : 128,
          SecondEco(*network->named_children()["pictures"]).map(clips, /*but_last=*/true));
}

TEST_P(StreamsOf, IsCompiledAndStreams)
{
    expect_compiled_and_streaming(made_streams(GetParam()),
                                  exact_clips("engine/two-stream", {2, 3, 17, 64, 64}));
}

TEST_P(StreamsOf, RefusesFramesThatMakeNoWholeRows)
{
    const std::string name = GetParam() ? "three-stream" : "two-stream";
    EXPECT_EQ(error_of([] { Streams(GetParam(), 0).check_clip(16, 192, 176); }),
              name + ": expected clips of 4 n + 1 frames (best: 17) of a width and height that "
                     "32 divides (best: 192 x 192), got 16 frames of 176 x 192");
    EXPECT_EQ(error_of([] {
                  Streams(GetParam(), 0).logits(at::zeros({1, 3, 5, 32, 32}));
              }),
              name + ": logits asked of a network made without classes");
}

TEST(StreamsOfTwo, SeeTheSameByNetworksOfTheirOwn)
{
    const at::NoGradGuard no_grad;
    const auto network = made_streams(/*with_flow=*/true, /*ensemble=*/2);
    EXPECT_EQ(network->classifier(), "fc");
    const at::Tensor clips = exact_clips("engine/two-stream", {2, 3, 17, 64, 64});
    expect_compiled_and_streaming(network, clips);
    const at::Tensor map = network->map(clips);
    ASSERT_EQ(map.size(1), 768);
    const at::Tensor half = at::avg_pool3d(clips, {1, 2, 2});
    std::vector<at::Tensor> expected;
    for (const char *stream : {"motion", "motion2", "flow", "flow2"})
        expected.push_back(watch_of(*network, stream)->map(half));
    for (const char *stream : {"pictures", "pictures2"})
        expected.push_back(
            SecondEco(*network->named_children()[stream]).map(clips, /*but_last=*/true));
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const at::Tensor part = map.narrow(1, 128 * static_cast<std::int64_t>(i), 128);
        EXPECT_LT((part - expected[i]).abs().max().item<double>(),
                  1e-4 * expected[i].abs().max().item<double>())
            << i;
    }
    EXPECT_GT((expected[0] - expected[1]).abs().max().item<double>(), 1e-2);

    const auto graph = network->graph();
    const auto flows =
        std::count_if(graph.nodes().begin(), graph.nodes().end(),
                      [](const auto &node) { return node.op == fovea::nn::Op::Flow; });
    EXPECT_EQ(flows, 1) << "both see the same flow";
    EXPECT_EQ(network->flops_per_pixel(), 2 * made_streams(true)->flops_per_pixel());
}

INSTANTIATE_TEST_SUITE_P(WithFlowAndWithout, StreamsOf, testing::Bool());

TEST(WatchFlow, SeesHowFarPixelsMoveAlone)
{
    const at::NoGradGuard no_grad;
    at::manual_seed(0);
    const auto network = std::make_shared<Watch>(Watch::Sight::Flow, 3, 3,
                                                 fovea::nn::AttentionOptions(), fovea::nn::Size3());
    for (int i = 0; i < 30; ++i)
        network->rows(at::rand({4, 3, 9, 64, 64}) * 2 - 1);
    network->eval();
    const at::Tensor clips = exact_clips("watch-flow", {2, 3, 17, 64, 64});
    expect_compiled_and_streaming(network, clips);
    EXPECT_GT(network->rows(clips).std(0).max().item<double>(), 1e-3);
    const at::Tensor still = clips.narrow(2, 0, 1).expand_as(clips).contiguous();
    EXPECT_LT(network->rows(still).std(0).max().item<double>(), 1e-5)
        << "whatever does not move looks alike";
}

} // namespace
