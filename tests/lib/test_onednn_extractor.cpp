// SPDX-License-Identifier: MIT
#include <thread>

#include <gtest/gtest.h>
#include <omp.h>

#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/engine/make_extractor.h"
#include "fovea/engine/onednn/onednn_extractor.h"
#include "fovea/engine/torch/range_finder.h"
#include "graph_backbone.h"
#include "reference_case.h"

namespace {

using fovea::EngineOptions;
using fovea::OnednnExtractor;

constexpr double alike = 0.9995; // cosine: bf16 against float

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

std::string engine_error(const EngineOptions &options)
{
    try {
        fovea::make_extractor(filled_backbone("watch"), {17, 96, 96}, options);
    } catch (const fovea::Error &error) {
        return error.what();
    }
    return "";
}

/** Of the length of all values, and of one in units of the typical one */
struct Tolerance {
    double norm;
    double value;
};

Tolerance tolerance_of(const std::string &precision)
{
    if (precision == "fp32")
        return {1e-4, 1e-4};
    return precision == "bf16" ? Tolerance{1e-2, 5e-2} : Tolerance{5e-2, 0.4};
}

class I3dReference : public testing::TestWithParam<const char *>
{
protected:
    void SetUp() override
    {
        const auto file = reference::file("i3d");
        if (file.empty())
            GTEST_SKIP() << "the reference outputs (reference/i3d.json) are not on this machine";
        if (GetParam() == std::string("bf16") && !fovea::cpu_has_bf16())
            GTEST_SKIP() << "this processor has no avx512_bf16";
        if (GetParam() == std::string("int8") && !fovea::cpu_has_int8())
            GTEST_SKIP() << "this processor has no avx512_vnni";
        reference_ = fovea::read_json(file);
    }

    fovea::Json reference_;
};

TEST_P(I3dReference, RowsOfAllCasesAreThoseOfThePublicImplementation)
{
    const Tolerance tolerance = tolerance_of(GetParam());
    const auto i3d = filled_backbone("i3d");
    const fovea::nn::Graph graph = i3d->graph();
    for (const fovea::Json &expected : reference_["cases"]) {
        SCOPED_TRACE(expected["input"].get<std::string>());
        const at::Tensor clips = named_numbers::input(
            expected["input"], expected["shape"].get<std::vector<std::int64_t>>());
        EngineOptions options = with_precision(GetParam());
        if (options.precision == "int8") {
            fovea::RangeFinder finder(graph);
            finder.see(clips);
            options.ranges = finder.ranges();
        }
        OnednnExtractor extractor(i3d, {}, options);
        const at::Tensor rows = as_tensor(extractor.rows(as_array(clips))).transpose(1, 2);
        EXPECT_TRUE(extractor.network().torch_layers().empty());
        const fovea::Json &mean = expected["mixed_5c_mean_hw"];
        ASSERT_EQ(rows.sizes().vec(), mean["shape"].get<std::vector<std::int64_t>>());
        const at::Tensor flat = rows.contiguous().flatten().to(at::kDouble);
        const double l2 = mean["l2"];
        const double typical = l2 / std::sqrt(static_cast<double>(flat.numel()));
        EXPECT_NEAR(flat.norm().item<double>(), l2, tolerance.norm * l2);
        const auto first = mean["first"].get<std::vector<double>>();
        for (std::size_t i = 0; i < first.size(); ++i)
            EXPECT_NEAR(flat[static_cast<std::int64_t>(i)].item<double>(), first[i],
                        tolerance.value * typical)
                << "value " << i;
    }
}

INSTANTIATE_TEST_SUITE_P(Precisions, I3dReference, testing::Values("fp32", "bf16", "int8"));

TEST(OnednnExtractor, GivesTheRowsOfLibTorch)
{
    const at::NoGradGuard no_grad;
    const auto i3d = filled_backbone("i3d");
    const at::Tensor clips = named_numbers::input("input/parity", {1, 3, 17, 90, 75});
    const at::Tensor expected = i3d->rows(clips);
    EXPECT_LE(largest_error(by_onednn(i3d, clips, "fp32"), expected), float_error);
    if (fovea::cpu_has_bf16()) {
        EXPECT_GE(cosine(by_onednn(i3d, clips, "bf16"), expected), alike);
    }
}

TEST(OnednnExtractor, GivesTheRowsOfTheCompactNetwork)
{
    const at::NoGradGuard no_grad;
    const auto watch = filled_backbone("watch");
    const at::Tensor clips =
        named_numbers::uniform("input/watch", {3, 3, 17, 96, 96}).to(at::kFloat);
    const at::Tensor expected = watch->rows(clips);
    EXPECT_LE(largest_error(by_onednn(watch, clips, "fp32"), expected), float_error);
    if (fovea::cpu_has_bf16()) {
        EXPECT_GE(cosine(by_onednn(watch, clips, "bf16"), expected), alike);
    }
}

TEST(OnednnExtractor, RunsNoLayerOfTheCompactNetworkInLibTorch)
{
    OnednnExtractor extractor(filled_backbone("watch"), {}, with_precision("auto"));
    extractor.rows(as_array(at::zeros({1, 3, 17, 96, 96})));
    EXPECT_EQ(extractor.network().torch_layers(), std::vector<std::string>{});
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
        EXPECT_LE(largest_error(got, expected), float_error);
        if (fovea::cpu_has_bf16()) {
            EXPECT_GE(cosine(by_onednn(network, clips, "bf16"), expected), 0.999);
        }
    }
}

TEST(OnednnExtractor, CompilesEveryLayerOfI3d)
{
    OnednnExtractor extractor(filled_backbone("i3d"), {}, with_precision("auto"));
    extractor.rows(as_array(at::zeros({1, 3, 9, 64, 64})));
    EXPECT_EQ(extractor.network().torch_layers(), std::vector<std::string>{});
}

TEST(OnednnExtractor, RunsAWholeNetworkThatDoesNotDescribeItself)
{
    const at::NoGradGuard no_grad;
    const auto watch = filled_backbone("watch");
    fovea::nn::Graph graph;
    graph.torch_layer("network", graph.input(), [&](const at::Tensor &x) { return watch->map(x); });
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
    const auto watch = filled_backbone("watch");
    const at::Tensor clips = named_numbers::input("input/long", {2, 3, 150, 32, 32});
    const at::Tensor expected = watch->rows(clips);
    EXPECT_LE(largest_error(by_onednn(watch, clips, "fp32"), expected), float_error);
    EngineOptions options = with_precision("fp32");
    options.batch_size = 2; // 5 clips: batches of 2, 2 and 1
    OnednnExtractor extractor(watch, {}, options);
    const at::Tensor five = named_numbers::input("input/five", {5, 3, 17, 32, 32});
    EXPECT_LE(largest_error(as_tensor(extractor.rows(as_array(five))), watch->rows(five)),
              float_error);
}

TEST(Extractors, RefuseAnUnknownSettingByNameWithTheChoices)
{
    EngineOptions options;
    options.engine = "fast";
    EXPECT_EQ(engine_error(options), "engine 'fast' is not known; expected auto, onednn or torch");
    options = {};
    options.precision = "int4";
    EXPECT_EQ(engine_error(options),
              "precision 'int4' is not there; expected auto, fp32, bf16 or int8");
    options = {};
    options.engine = "onednn";
    options.device = "cuda";
    EXPECT_EQ(engine_error(options),
              "device 'cuda': oneDNN runs on the CPU; use device=cpu, or engine=torch");
}

TEST(Extractors, RunOnOnednnOnACpuUnlessToldOtherwise)
{
    EngineOptions options;
    options.device = "cpu";
    const auto runtime = [&] {
        return fovea::make_extractor(filled_backbone("watch"), {17, 96, 96}, options)->runtime();
    };
    EXPECT_EQ(runtime().rfind("oneDNN ", 0), 0U) << runtime();
    options.engine = "torch";
    EXPECT_EQ(runtime().rfind("LibTorch ", 0), 0U) << runtime();
}

TEST(Extractors, NetworksThatDoNotTellTheirLayersRunInLibTorch)
{
    // The masks of all stages meet again at the end: the layers cannot be told apart
    fovea::nn::BackboneOptions described;
    described.architecture = "tsm-resnet50";
    described.attention.name = "w3";
    const auto network = fovea::nn::make_backbone(described);
    EngineOptions options;
    options.device = "cpu";
    const auto extractor = fovea::make_extractor(network, {8, 224, 224}, options);
    EXPECT_EQ(extractor->runtime().rfind("LibTorch ", 0), 0U) << extractor->runtime();
    options.engine = "onednn";
    EXPECT_THROW(fovea::make_extractor(network, {8, 224, 224}, options), fovea::Error);
}

struct Published {
    const char *architecture;
    const char *file;
    std::int64_t classes;
};

std::string name_of(const testing::TestParamInfo<Published> &info)
{
    return info.param.file;
}

class PapersNetwork : public testing::TestWithParam<Published>
{
protected:
    /** \brief The network's own classifier, on rows: [N, T_out, classes] */
    static at::Tensor logits_of(fovea::nn::Backbone &network, const at::Tensor &rows)
    {
        const auto parameters = network.named_parameters();
        const at::Tensor &weight = parameters[network.classifier() + ".weight"];
        const at::Tensor &bias = parameters[network.classifier() + ".bias"];
        const std::int64_t last = rows.size(1) - 1;
        const at::Tensor seen = weight.dim() == 5 // of windows two rows long
                                    ? (rows.narrow(1, 0, last) + rows.narrow(1, 1, last)) / 2
                                    : rows.mean(1, /*keepdim=*/true);
        return at::linear(seen, weight.flatten(1), bias);
    }
};

TEST_P(PapersNetwork, GivesTheLogitsOfThePublicImplementationInEveryCase)
{
    const std::filesystem::path file = reference::file(GetParam().file);
    if (file.empty())
        GTEST_SKIP() << "the reference outputs (reference/" << GetParam().file
                     << ".json) are not on this machine";
    const at::NoGradGuard no_grad;
    const auto network = filled_backbone(GetParam().architecture, GetParam().classes);
    OnednnExtractor extractor(network, {}, with_precision("fp32"));
    const fovea::Json expected = fovea::read_json(file);
    for (const fovea::Json &one : expected["cases"]) {
        const at::Tensor clips =
            named_numbers::input(one["input"], one["shape"].get<std::vector<std::int64_t>>());
        at::Tensor logits = logits_of(*network, as_tensor(extractor.rows(as_array(clips))));
        if (one["logits"]["shape"].size() == 2)
            logits = logits.squeeze(1);
        reference::expect_like(logits, one["logits"], "logits");
    }
    EXPECT_EQ(extractor.network().torch_layers(), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Public, PapersNetwork,
                         testing::Values(Published{"resnet50-i3d", "resnet50_i3d", 157},
                                         Published{"resnext101-3d", "resnext101", 51},
                                         Published{"resnet18-3d", "resnet3d18", 101},
                                         Published{"resnet152-3d", "resnet3d152", 101},
                                         Published{"p3d199", "p3d199", 400},
                                         Published{"c3d", "c3d", 101}),
                         name_of);

class PapersLayers : public testing::TestWithParam<const char *>
{
};

TEST_P(PapersLayers, GiveTheRowsOfLibTorchAtOnceAndStreamed)
{
    const at::NoGradGuard no_grad;
    const auto network = filled_backbone(GetParam());
    const bool is_c3d = GetParam() == std::string("c3d-fc6");
    const std::int64_t side = is_c3d ? 112 : 32;
    const at::Tensor clips = named_numbers::input("input/layers", {2, 3, 32, side, side});
    const at::Tensor expected = network->rows(clips);
    OnednnExtractor extractor(network, {}, with_precision("fp32"));
    EXPECT_LE(largest_error(as_tensor(extractor.rows(as_array(clips))), expected), float_error);
    if (fovea::cpu_has_bf16()) {
        EXPECT_GE(cosine(by_onednn(network, clips, "bf16"), expected), alike);
    }

    const auto stream = extractor.open_stream({2, side, side, 32, 0});
    std::vector<at::Tensor> rows;
    std::int64_t begin = 0;
    for (const std::int64_t count : {1, 17, 3, 11}) {
        rows.push_back(as_tensor(stream->push(as_array(clips.narrow(2, begin, count)))));
        begin += count;
    }
    rows.push_back(as_tensor(stream->finish()));
    const at::Tensor streamed = at::cat(rows, /*dim=*/1);
    ASSERT_EQ(streamed.sizes(), expected.sizes());
    EXPECT_LE(largest_error(streamed, expected), float_error);
    EXPECT_EQ(extractor.network().torch_layers(), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Papers, PapersLayers,
                         testing::Values("resnet50-i3d", "resnext101-3d", "resnet18-3d", "p3d199",
                                         "tsm-resnet50", "tam-resnet50", "i3d-resnet18",
                                         "c3d-fc6"));

TEST(OnednnExtractor, GivesTheRowsOfAVgg19AndOfANetworkOfFlow)
{
    const at::NoGradGuard no_grad;
    for (const char *name : {"vgg19-fc8", "resnet18-3d"}) {
        SCOPED_TRACE(name);
        fovea::nn::BackboneOptions options;
        options.architecture = name;
        const bool is_vgg = name == std::string("vgg19-fc8");
        options.classes = is_vgg ? 7 : 0;
        options.channels = is_vgg ? 3 : 2;
        const std::shared_ptr<fovea::nn::Backbone> network = fovea::nn::make_backbone(options);
        named_numbers::fill(*network);
        network->eval();
        const std::int64_t side = is_vgg ? 224 : 32;
        const at::Tensor clips =
            named_numbers::input("input/layers", {1, 3, is_vgg ? 2 : 16, side, side});
        OnednnExtractor extractor(network, {}, with_precision("fp32"));
        EXPECT_LE(largest_error(as_tensor(extractor.rows(as_array(clips))), network->rows(clips)),
                  float_error);
        EXPECT_EQ(extractor.network().torch_layers(), std::vector<std::string>{});
    }
}

TEST(OnednnExtractor, KeepsItsThreadsWhereLibTorchWasNeverCalledBefore)
{
    constexpr int asked = 3;
    int seen = 0;
    fovea::nn::Graph graph;
    graph.torch_layer("torch_layer", graph.input(), [&](const at::Tensor &x) {
        seen = omp_get_max_threads();
        return x.relu();
    });
    EngineOptions options = with_precision("fp32");
    options.threads = asked;
    OnednnExtractor extractor(std::make_shared<GraphBackbone>(graph), {}, options);
    const at::Tensor clips = named_numbers::input("input/threads", {1, 3, 8, 64, 64});
    std::thread([&] { extractor.rows(as_array(clips)); }).join(); // a streaming thread
    EXPECT_EQ(seen, asked);
}

TEST(OnednnExtractor, RunsAttentionInLibTorchAndTheRestCompiled)
{
    const at::NoGradGuard no_grad;
    fovea::nn::BackboneOptions described;
    described.architecture = "resnet18-3d";
    described.attention.name = "non-local";
    const auto network = fovea::nn::make_backbone(described);
    named_numbers::fill(*network);
    network->eval();
    const at::Tensor clips = named_numbers::input("input/attention", {1, 3, 16, 64, 64});
    OnednnExtractor extractor(network, {}, with_precision("fp32"));
    EXPECT_LE(largest_error(as_tensor(extractor.rows(as_array(clips))), network->rows(clips)),
              float_error);
    ASSERT_FALSE(extractor.network().torch_layers().empty());
    for (const std::string &torch_layer : extractor.network().torch_layers())
        EXPECT_NE(torch_layer.find("non_local' runs in LibTorch"), std::string::npos)
            << torch_layer;
}

} // namespace
