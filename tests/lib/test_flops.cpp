// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/bench/flops.h"
#include "fovea/bench/timed_work.h"
#include "fovea/nn/backbone.h"
#include "graph_backbone.h"

namespace {

double flops_of_clip(const fovea::nn::Graph &graph, const fovea::MapShape &clip)
{
    const auto shapes = fovea::map_shapes(graph, clip);
    return fovea::valid_flops(graph, shapes,
                              fovea::GraphClock(graph, shapes).advance(clip.frames, /*last=*/true));
}

TEST(ValidFlops, LeaveOutTapsInThePadding)
{
    // 3 x 3 x 3, SAME, on 1 frame of 2 x 2: 1 tap in time; rows 0-1 at both positions, so 4 and 4
    fovea::nn::Graph graph;
    graph.convolution("conv", graph.input(),
                      convolution("conv", 3, 5, {{3, 3, 3}, {1, 1, 1}, /*same=*/true, {}},
                                  /*relu=*/false));
    EXPECT_EQ(flops_of_clip(graph, {3, 1, 2, 2}), 2.0 * (1 * 4 * 4) * (3 * 5));
}

TEST(ValidFlops, AreThoseThatOnednnSkipsPaddingFor)
{
    // As counted by a prototype by hand of the layers: 222.3 and 27.8 GFLOP with the padding
    const auto i3d = fovea::nn::make_backbone("i3d", /*classes=*/0);
    const fovea::nn::Graph graph = i3d->graph();
    EXPECT_NEAR(flops_of_clip(graph, {3, 64, 224, 224}), 208.8e9, 0.1e9);
    EXPECT_NEAR(flops_of_clip(graph, {3, 8, 224, 224}), 21.6e9, 0.1e9);
}

TEST(TimedWork, LetsWorksTakeTurnsAfterOneUntimedRunEach)
{
    std::string order;
    std::vector<fovea::TimedWork> works = {{"a", [&] { order += 'a'; }},
                                           {"b", [&] { order += 'b'; }}};
    fovea::time_in_turns(works, 2);
    EXPECT_EQ(order, "ababab");
    works[0].milliseconds = {3, 1, 2};
    EXPECT_EQ(works[0].minimum(), 1);
    EXPECT_EQ(works[0].median(), 2);
}

} // namespace
