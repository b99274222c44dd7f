#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/engine/extractors.h"
#include "fovea/engine/onednn_extractor.h"
#include "graph_backbone.h"

namespace {

using fovea::EngineOptions;
using fovea::OnednnExtractor;

constexpr double exact = 2e-5;   // of the largest value: float against float
constexpr double alike = 0.9995; // cosine: bf16 against float

std::shared_ptr<fovea::nn::Backbone> example(const std::string &architecture)
{
    auto backbone = fovea::nn::make_backbone(architecture, 0);
    named_numbers::fill(*backbone);
    backbone->eval();
    return backbone;
}

EngineOptions with_precision(const std::string &precision)
{
    EngineOptions options;
    options.precision = precision;
    return options;
}

at::Tensor by_onednn(const std::shared_ptr<fovea::nn::Backbone> &backbone, const at::Tensor &clips,
                     const std::string &precision)
{
    OnednnExtractor extractor(backbone, {}, with_precision(precision));
    return as_tensor(extractor.rows(as_array(clips)));
}

std::string error_of(const EngineOptions &options)
{
    try {
        fovea::make_extractor(example("watch"), {17, 96, 96}, options);
    } catch (const fovea::Error &error) {
        return error.what();
    }
    return "";
}

class I3dReference : public testing::TestWithParam<const char *>
{
protected:
    void SetUp() override
    {
        const char *shared = std::getenv("FOVEA_SHARED");
        const std::string file = std::string(shared ? shared : "") + "/reference/i3d.json";
        if (!std::ifstream(file))
            GTEST_SKIP() << "the reference outputs (reference/i3d.json) are not on this machine";
        if (GetParam() == std::string("bf16") && !fovea::cpu_has_bf16())
            GTEST_SKIP() << "this processor has no avx512_bf16";
        reference_ = fovea::read_json(file);
    }

    fovea::Json reference_;
};

TEST_P(I3dReference, RowsOfAllCasesAreThoseOfThePublicImplementation)
{
    const bool bf16 = GetParam() == std::string("bf16");
    OnednnExtractor extractor(example("i3d"), {}, with_precision(GetParam()));
    for (const fovea::Json &expected : reference_["cases"]) {
        SCOPED_TRACE(expected["input"].get<std::string>());
        const at::Tensor clips = named_numbers::input(
            expected["input"], expected["shape"].get<std::vector<std::int64_t>>());
        const at::Tensor rows = as_tensor(extractor.rows(as_array(clips))).transpose(1, 2);
        const fovea::Json &mean = expected["mixed_5c_mean_hw"];
        ASSERT_EQ(rows.sizes().vec(), mean["shape"].get<std::vector<std::int64_t>>());
        const at::Tensor flat = rows.contiguous().flatten().to(at::kDouble);
        const double l2 = mean["l2"];
        const double typical = l2 / std::sqrt(static_cast<double>(flat.numel()));
        EXPECT_NEAR(flat.norm().item<double>(), l2, (bf16 ? 1e-2 : 1e-4) * l2);
        const auto first = mean["first"].get<std::vector<double>>();
        for (std::size_t i = 0; i < first.size(); ++i)
            EXPECT_NEAR(flat[static_cast<std::int64_t>(i)].item<double>(), first[i],
                        (bf16 ? 5e-2 : 1e-4) * typical)
                << "value " << i;
    }
    EXPECT_TRUE(extractor.network().islands().empty());
}

INSTANTIATE_TEST_SUITE_P(Precisions, I3dReference, testing::Values("fp32", "bf16"));

TEST(OnednnExtractor, GivesTheRowsOfLibTorch)
{
    const at::NoGradGuard no_grad;
    const auto i3d = example("i3d");
    const at::Tensor clips = named_numbers::input("input/parity", {1, 3, 17, 90, 75});
    const at::Tensor expected = i3d->rows(clips);
    EXPECT_LE(largest_error(by_onednn(i3d, clips, "fp32"), expected), exact);
    if (fovea::cpu_has_bf16()) {
        EXPECT_GE(cosine(by_onednn(i3d, clips, "bf16"), expected), alike);
    }
}

TEST(OnednnExtractor, GivesTheRowsOfTheCompactNetwork)
{
    const at::NoGradGuard no_grad;
    const auto watch = example("watch");
    const at::Tensor clips =
        named_numbers::uniform("input/watch", {3, 3, 17, 96, 96}).to(at::kFloat);
    const at::Tensor expected = watch->rows(clips);
    EXPECT_LE(largest_error(by_onednn(watch, clips, "fp32"), expected), exact);
    if (fovea::cpu_has_bf16()) {
        EXPECT_GE(cosine(by_onednn(watch, clips, "bf16"), expected), alike);
    }
}

TEST(OnednnExtractor, RunsNoLayerOfTheCompactNetworkInLibTorch)
{
    OnednnExtractor extractor(example("watch"), {}, with_precision("auto"));
    extractor.rows(as_array(at::zeros({1, 3, 17, 96, 96})));
    EXPECT_EQ(extractor.network().islands(), std::vector<std::string>{});
}

TEST(OnednnExtractor, GivesTheRowsOfRandomNetworks)
{
    const at::NoGradGuard no_grad;
    for (unsigned seed = 0; seed < 40; ++seed) {
        SCOPED_TRACE(seed);
        const auto network = std::make_shared<GraphBackbone>(RandomGraph(seed).make());
        const at::Tensor clips = named_numbers::input("input/random", {2, 3, 13, 22, 24});
        const at::Tensor expected = network->rows(clips);
        const at::Tensor got = by_onednn(network, clips, "fp32");
        ASSERT_EQ(got.sizes(), expected.sizes());
        EXPECT_LE(largest_error(got, expected), exact);
        if (fovea::cpu_has_bf16()) {
            EXPECT_GE(cosine(by_onednn(network, clips, "bf16"), expected), 0.999);
        }
    }
}

TEST(OnednnExtractor, CompilesEveryLayerOfI3d)
{
    OnednnExtractor extractor(example("i3d"), {}, with_precision("auto"));
    extractor.rows(as_array(at::zeros({1, 3, 9, 64, 64})));
    EXPECT_EQ(extractor.network().islands(), std::vector<std::string>{});
}

TEST(OnednnExtractor, RunsAWholeNetworkThatDoesNotDescribeItself)
{
    const at::NoGradGuard no_grad;
    const auto watch = example("watch");
    fovea::nn::Graph graph;
    graph.island("network", graph.input(), [&](const at::Tensor &x) { return watch->map(x); });
    const auto network = std::make_shared<GraphBackbone>(graph);
    const at::Tensor clips = named_numbers::input("input/island", {2, 3, 9, 32, 32});
    EXPECT_LE(largest_error(by_onednn(network, clips, "fp32"), watch->rows(clips)), 1e-6);
    OnednnExtractor extractor(network, {}, {});
    fovea::StreamOptions stream;
    stream.height = stream.width = 32;
    EXPECT_THROW(extractor.open_stream(stream), fovea::Error);
}

TEST(OnednnExtractor, SaysTheSameOfLongClipsBatchesAndSingleOnes)
{
    const at::NoGradGuard no_grad;
    const auto watch = example("watch");
    const at::Tensor clips = named_numbers::input("input/long", {2, 3, 150, 32, 32});
    const at::Tensor expected = watch->rows(clips);
    EXPECT_LE(largest_error(by_onednn(watch, clips, "fp32"), expected), exact);
    EngineOptions options = with_precision("fp32");
    options.batch_size = 2; // 5 clips: batches of 2, 2 and 1
    OnednnExtractor extractor(watch, {}, options);
    const at::Tensor five = named_numbers::input("input/five", {5, 3, 17, 32, 32});
    EXPECT_LE(largest_error(as_tensor(extractor.rows(as_array(five))), watch->rows(five)), exact);
}

TEST(Extractors, RefuseAnUnknownSettingByNameWithTheChoices)
{
    EngineOptions options;
    options.engine = "fast";
    EXPECT_EQ(error_of(options), "engine 'fast' is not known; expected auto, onednn or torch");
    options = {};
    options.precision = "int4";
    EXPECT_EQ(error_of(options), "precision 'int4' is not there; expected auto, fp32 or bf16");
    options = {};
    options.engine = "onednn";
    options.device = "cuda";
    EXPECT_EQ(error_of(options),
              "device 'cuda': oneDNN runs on the CPU; use device=cpu, or engine=torch");
}

TEST(Extractors, RunOnOnednnOnACpuUnlessToldOtherwise)
{
    EngineOptions options;
    options.device = "cpu";
    const auto runtime = [&] {
        return fovea::make_extractor(example("watch"), {17, 96, 96}, options)->runtime();
    };
    EXPECT_EQ(runtime().rfind("oneDNN ", 0), 0U) << runtime();
    options.engine = "torch";
    EXPECT_EQ(runtime().rfind("LibTorch ", 0), 0U) << runtime();
}

TEST(Extractors, NetworksThatDoNotTellTheirLayersRunInLibTorch)
{
    EngineOptions options;
    options.device = "cpu";
    const auto network = example("resnet18-3d");
    const auto extractor = fovea::make_extractor(network, {16, 112, 112}, options);
    EXPECT_EQ(extractor->runtime().rfind("LibTorch ", 0), 0U) << extractor->runtime();
    options.engine = "onednn";
    EXPECT_THROW(fovea::make_extractor(network, {16, 112, 112}, options), fovea::Error);
}

} // namespace
