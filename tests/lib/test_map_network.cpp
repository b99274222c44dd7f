// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/engine/map_network.h"
#include "fovea/engine/onednn/precision.h"
#include "graph_backbone.h"

namespace {

using fovea::Array;
using fovea::MapNetwork;
using fovea::PictureEngine;
using fovea::nn::Activation;
using fovea::nn::Graph;
using fovea::nn::KernelWindow;
using fovea::nn::Upsampling;

fovea::nn::Node convolution_of(const std::string &name, std::int64_t in, std::int64_t out,
                               std::int64_t kernel, std::int64_t stride, std::int64_t groups,
                               const Activation &activation)
{
    const KernelWindow window = {{1, kernel, kernel}, {1, stride, stride}, /*same=*/true, {}};
    fovea::nn::Node node = convolution(name, in, out, window, /*relu=*/false, groups);
    node.activation = activation;
    return node;
}

/** \brief Two maps: of half the size, and of a quarter enlarged by two; one is read further */
Graph two_maps()
{
    Graph graph;
    auto x = graph.convolution("stem", graph.input(),
                               convolution_of("stem", 3, 16, 3, 2, 1, fovea::nn::relu6));
    const auto skip = x;
    x = graph.convolution("deep", x,
                          convolution_of("deep", 16, 16, 3, 1, 16, fovea::nn::leaky_relu(0.1F)));
    x = graph.convolution("grouped", x, convolution_of("grouped", 16, 16, 3, 1, 4, {}));
    x = graph.add("sum", x, skip, /*relu=*/false);
    const auto half = x;
    graph.add_output(half);
    x = graph.max_pool("pool", x, {{1, 5, 5}, {1, 2, 2}, false, {{0, 2, 2}, {0, 2, 2}}});
    const auto near = graph.upsample("near", x, 2, Upsampling::Nearest);
    const auto smooth = graph.upsample("smooth", x, 2, Upsampling::Bilinear);
    x = graph.slice("some", graph.concat("all", {half, near, smooth}), 12, 24);
    graph.add_output(graph.convolution("last", x, convolution_of("last", 24, 5, 1, 1, 1, {})));
    return graph;
}

constexpr fovea::ImageSize picture = {20, 12};

std::vector<Array> maps_of(MapNetwork &network, const at::Tensor &pictures)
{
    const at::Tensor pixels = pictures.permute({0, 2, 3, 4, 1}).contiguous();
    const std::int64_t values = pixels[0].numel();
    return network.maps(pictures.size(0), [&](std::int64_t i, float *to) {
        std::copy_n(pixels.data_ptr<float>() + i * values, values, to);
    });
}

TEST(Graph, BendsAndEnlargesAsTensorFlowDoes)
{
    const at::Tensor x = at::tensor({-2.0F, 3.0F, 9.0F}).view({1, 1, 1, 1, 3});
    EXPECT_TRUE(
        fovea::nn::bent(x, fovea::nn::relu6).flatten().equal(at::tensor({0.0F, 3.0F, 6.0F})));
    EXPECT_TRUE(fovea::nn::bent(x, fovea::nn::leaky_relu(0.5F))
                    .flatten()
                    .equal(at::tensor({-1.0F, 3.0F, 9.0F})));
    EXPECT_TRUE(fovea::nn::bent(x, {}).equal(x));
    Graph graph; // half_pixel_centers: places -1/4, 1/4, 3/4 ... of the pixels, the edge held
    graph.upsample("smooth", graph.input(), 2, Upsampling::Bilinear);
    const at::Tensor y = run(graph, x);
    EXPECT_EQ(y.sizes(), at::IntArrayRef({1, 1, 1, 2, 6}));
    const at::Tensor row = at::tensor({-2.0F, -0.75F, 1.75F, 4.5F, 7.5F, 9.0F});
    EXPECT_TRUE(y.allclose(row.expand({1, 1, 1, 2, 6})));
}

TEST(MapNetwork, GivesTheMapsThatTheGraphNames)
{
    const at::NoGradGuard no_grad;
    const Graph graph = two_maps();
    const at::Tensor pictures = 3 * named_numbers::input("input/maps", {3, 3, 1, 12, 20});
    const auto expected = run_outputs(graph, pictures);
    ASSERT_EQ(expected.size(), 2U);
    for (const char *engine : {"onednn", "torch"}) {
        PictureEngine options;
        options.engine = engine;
        options.device = "cpu";
        options.precision = "fp32";
        const auto network = make_map_network(graph, picture, 3, options);
        for (int run = 0; run < 2; ++run) { // the second finds its plan
            const std::vector<Array> maps = maps_of(*network, pictures);
            ASSERT_EQ(maps.size(), 2U);
            for (std::size_t i = 0; i < 2; ++i) {
                const at::Tensor map = as_tensor(maps[i]).permute({0, 3, 1, 2}).unsqueeze(2);
                ASSERT_EQ(map.sizes(), expected[i].sizes());
                EXPECT_LE(largest_error(map, expected[i]), 1e-5) << engine << " output " << i;
            }
        }
    }
}

TEST(MapNetwork, RunsInBf16WhereTheProcessorHasIt)
{
    PictureEngine options;
    options.engine = "onednn";
    options.precision = "bf16";
    if (!fovea::cpu_has_bf16()) {
        EXPECT_THROW(make_map_network(two_maps(), picture, 3, options), fovea::Error);
        return;
    }
    const at::NoGradGuard no_grad;
    const at::Tensor pictures = 3 * named_numbers::input("input/maps", {2, 3, 1, 12, 20});
    const auto expected = run_outputs(two_maps(), pictures);
    const auto maps = maps_of(*make_map_network(two_maps(), picture, 3, options), pictures);
    for (std::size_t i = 0; i < 2; ++i)
        EXPECT_GE(cosine(as_tensor(maps[i]).permute({0, 3, 1, 2}), expected[i]), 0.999);
}

TEST(MapNetwork, RefusesWhatIsNotThere)
{
    const auto refuses = [](auto set) {
        PictureEngine options;
        set(options);
        EXPECT_THROW(make_map_network(two_maps(), picture, 3, options), fovea::Error);
    };
    refuses([](PictureEngine &o) { o.engine = "tvm"; });
    refuses([](PictureEngine &o) { o.precision = "int8"; });
    refuses([](PictureEngine &o) { o.engine = "onednn", o.device = "cuda"; });
    refuses([](PictureEngine &o) { o.engine = "torch", o.precision = "bf16"; });
    EXPECT_THROW(make_map_network(two_maps(), picture, 4, {}), fovea::Error); // of channels
}

} // namespace
