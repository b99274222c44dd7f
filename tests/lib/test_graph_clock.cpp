// SPDX-License-Identifier: MIT
#include <tuple>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/engine/onednn/graph_clock.h"

namespace {

using fovea::GraphClock;
using fovea::GraphStep;
using fovea::map_shapes;
using fovea::unknown_frames;
using fovea::nn::Graph;
using fovea::nn::KernelWindow;

KernelWindow temporal(std::int64_t kernel, std::int64_t stride, bool same)
{
    return {{kernel, 1, 1}, {stride, 1, 1}, same, {}};
}

Graph one_pool(const KernelWindow &window)
{
    Graph graph;
    graph.max_pool("pool", graph.input(), window);
    return graph;
}

TEST(GraphClock, WaitsForTheFrameThatAKernelOfThreeSeesAhead)
{
    const Graph graph = one_pool(temporal(3, 1, /*same=*/true));
    GraphClock clock(graph, map_shapes(graph, {3, unknown_frames, 4, 4}));
    GraphStep step = clock.advance(1, false); // frame 0: waits for frame 1
    EXPECT_EQ(step.nodes[1].value.fresh, 0);
    EXPECT_EQ(step.nodes[0].value.keep, 1);

    step = clock.advance(2, false); // 0, 1, 2: outputs 0 and 1, behind one zero
    EXPECT_EQ(step.nodes[0].value.held, 1);
    EXPECT_EQ(step.nodes[1].value.fresh, 2);
    EXPECT_EQ(step.nodes[1].before, 1);
    EXPECT_EQ(step.nodes[1].after, 0);
    EXPECT_EQ(step.nodes[1].reads[0].begin, 0);
    EXPECT_EQ(step.nodes[1].reads[0].frames, 3);
    EXPECT_EQ(step.nodes[0].value.keep, 2); // 1 and 2 are seen again

    step = clock.advance(0, true); // output 2: frames 1 and 2 and a zero
    EXPECT_EQ(step.nodes[1].value.fresh, 1);
    EXPECT_EQ(step.nodes[1].before, 0);
    EXPECT_EQ(step.nodes[1].after, 1);
    EXPECT_EQ(step.nodes[0].value.keep, 0);
}

TEST(GraphClock, PadsAsTheWholeLengthAsks)
{
    // SAME, 7 with stride 2: 2 before an even length, 3 before an odd one
    const Graph graph = one_pool(temporal(7, 2, /*same=*/true));
    for (const auto &[frames, before, outputs] : {std::tuple(64, 2, 32), std::tuple(63, 3, 32)}) {
        GraphClock clock(graph, map_shapes(graph, {3, frames, 4, 4}));
        const GraphStep step = clock.advance(frames, true);
        EXPECT_EQ(step.nodes[1].before, before);
        EXPECT_EQ(step.nodes[1].after, 3);
        EXPECT_EQ(step.nodes[1].value.fresh, outputs);
    }
}

TEST(GraphClock, LetsTheFasterBranchOfAConcatWait)
{
    Graph graph;
    const auto ahead = graph.max_pool("ahead", graph.input(), temporal(1, 1, true));
    const auto behind = graph.max_pool("behind", graph.input(), temporal(5, 1, true));
    graph.concat("both", {ahead, behind});
    GraphClock clock(graph, map_shapes(graph, {3, unknown_frames, 4, 4}));
    clock.advance(10, false);
    const GraphStep step = clock.advance(10, false);
    EXPECT_EQ(step.nodes[ahead].value.held, 2);
    EXPECT_EQ(step.nodes[ahead].value.keep, 2);
    EXPECT_EQ(step.nodes[behind].value.held, 0);
    EXPECT_EQ(step.nodes[3].value.fresh, 10);
}

TEST(GraphClock, SkipsFramesThatAStrideBeyondTheKernelNeverSees)
{
    const Graph graph = one_pool(temporal(1, 3, /*same=*/false)); // frames 0, 3, 6
    GraphClock clock(graph, map_shapes(graph, {3, unknown_frames, 4, 4}));
    EXPECT_EQ(clock.advance(1, false).nodes[1].value.fresh, 1);
    EXPECT_EQ(clock.advance(1, false).nodes[0].value.keep, 0);
    const GraphStep step = clock.advance(3, false); // 2, 3, 4
    EXPECT_EQ(step.nodes[1].value.fresh, 1);
    EXPECT_EQ(step.nodes[1].reads[0].begin, 1);
    EXPECT_EQ(step.nodes[1].reads[0].frames, 1);
}

TEST(GraphClock, RepeatsItsStepOnceItIsUnderWay)
{
    Graph graph;
    auto x = graph.max_pool("first", graph.input(), temporal(7, 2, true));
    x = graph.max_pool("second", x, temporal(3, 1, true));
    graph.max_pool("third", x, temporal(3, 2, true));
    GraphClock clock(graph, map_shapes(graph, {3, unknown_frames, 4, 4}));
    for (int i = 0; i < 4; ++i)
        clock.advance(4, false);
    EXPECT_EQ(clock.advance(4, false).key(), clock.advance(4, false).key());
}

TEST(MapShapes, NameTheLayerThatCannotTakeTheClip)
{
    const auto refused = [](const Graph &graph, const fovea::MapShape &clip) -> std::string {
        try {
            map_shapes(graph, clip);
        } catch (const fovea::Error &error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(refused(one_pool({{1, 5, 5}, {1, 1, 1}, /*same=*/false, {}}), {3, 8, 4, 9}),
              "layer 'pool': cannot take maps of 8 x 4 x 9; give more frames or larger ones")
        << "a kernel of 5 on 4 rows";
    Graph flow;
    flow.flow("motion", flow.input());
    EXPECT_EQ(refused(flow, {3, 8, 14, 100}),
              "layer 'motion': expected pictures of at least 16 pixels a side, got 100 x 14");
    EXPECT_EQ(map_shapes(flow, {3, 8, 16, 100}).back().channels, 2);
}

} // namespace
