// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <oneapi/dnnl/dnnl.hpp>

#include "fovea/engine/onednn/onednn_network.h"
#include "fovea/engine/onednn/onednn_versions.h"
#include "graph_backbone.h"

namespace {

// Below AVX-512 oneDNN has nothing for bf16
class RefusedLayers : public testing::Test
{
protected:
    void SetUp() override
    {
        if (dnnl::get_effective_cpu_isa() != dnnl::cpu_isa::sse41)
            GTEST_SKIP() << "run with ONEDNN_MAX_CPU_ISA=SSE41";
    }
};

TEST_F(RefusedLayers, RunInLibTorchAndAreNamed)
{
    const at::NoGradGuard no_grad;
    const fovea::nn::KernelWindow window = {{3, 3, 3}, {1, 1, 1}, /*same=*/true, {}};
    fovea::nn::Graph graph;
    auto x =
        graph.convolution("stem", graph.input(), convolution("stem", 3, 16, window, /*relu=*/true));
    const auto y =
        graph.convolution("residual", x, convolution("residual", 16, 16, window, /*relu=*/false));
    x = graph.add("sum", y, x, /*relu=*/true);
    graph.max_pool("pool", x, {{2, 2, 2}, {2, 2, 2}, /*same=*/false, {}});

    fovea::OnednnNetwork network(graph, fovea::Element::BFloat16, /*threads=*/1);
    const auto shapes = fovea::map_shapes(network.graph(), {3, 8, 16, 16});
    const auto step = fovea::GraphClock(network.graph(), shapes).advance(8, /*last=*/true);
    const at::Tensor clips = named_numbers::input("input/refused", {2, 3, 8, 16, 16});
    const fovea::Array array = as_array(clips);
    const auto fill = [&](std::byte *to, const fovea::ValueFormat &format) {
        fovea::load_frames(to, format, 8, 0, fovea::PlanarClips(array), 0, 8);
    };
    const at::Tensor rows = as_tensor(network.run(shapes, step, 2, fill, nullptr));
    EXPECT_GE(cosine(rows, GraphBackbone(graph).rows(clips)), 0.9995);

    const std::vector<std::string> torch_layers = network.torch_layers();
    ASSERT_GE(torch_layers.size(), 2U);
    EXPECT_EQ(torch_layers[0].rfind("layer 'stem' runs in LibTorch: ", 0), 0U) << torch_layers[0];
    EXPECT_EQ(torch_layers[1].rfind("layer 'residual' runs in LibTorch: ", 0), 0U)
        << torch_layers[1];
}

TEST_F(RefusedLayers, AreKnownByTheNameOfWhatOnednnWouldRun)
{
    using dnnl::memory;
    // Planes in, channels last out: there is no fast convolution between the two
    const memory::dims map = {1, 16, 8, 16, 16};
    const memory::dims ones = {1, 1, 1};
    const auto mixed = fovea::describe<dnnl::convolution_forward>(
        fovea::onednn_cpu(), dnnl::primitive_attr(), dnnl::prop_kind::forward_inference,
        dnnl::algorithm::convolution_direct,
        memory::desc(map, memory::data_type::f32, memory::format_tag::ncdhw),
        memory::desc({16, 16, 3, 3, 3}, memory::data_type::f32, memory::format_tag::any),
        memory::desc(map, memory::data_type::f32, memory::format_tag::ndhwc), ones, ones, ones);
    EXPECT_TRUE(fovea::is_reference(mixed.impl_info_str())) << mixed.impl_info_str();
    EXPECT_FALSE(fovea::is_reference("brgconv:avx512_core"));
    EXPECT_FALSE(fovea::is_reference("x64:gemm:jit"));
}

} // namespace
