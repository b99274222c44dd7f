// SPDX-License-Identifier: MIT
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "attention_case.h"
#include "error_of.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/evaluate.h"
#include "reference_case.h"
#include "work_count.h"

namespace {

using fovea::nn::AttentionOptions;
using fovea::nn::Backbone;
using fovea::nn::BackboneOptions;
using fovea::nn::make_backbone;
using fovea::nn::Size3;
using reference::parameters_of;

BackboneOptions with(const std::string &architecture, const AttentionOptions &attention,
                     const Size3 &clip, std::int64_t classes = 0)
{
    return {architecture, classes, attention, clip};
}

TEST(NetworkAttention, StaNamesTheClipItIsMadeFor)
{
    const auto network = make_backbone(with("resnet18-3d", options_of("sta"), {16, 112, 112}));
    EXPECT_EQ(
        error_of([&] {
            network->rows(at::zeros({1, 3, 16, 96, 96}));
        }),
        "resnet18-3d with attention 'sta' is made for one size of clip: expected 16 frames of "
        "112 x 112, got 16 frames of 96 x 96");
    EXPECT_EQ(
        error_of([] { make_backbone(with("resnet18-3d", options_of("sta"), {})); }),
        "attention 'sta' is made for one size of clip; expected frames, height and width, got "
        "a map of 0 frames of 0 x 0");
}

TEST(NetworkAttention, StaFitsEveryBackboneOfItsPaper)
{
    struct Place {
        const char *architecture;
        Size3 clip;
        std::int64_t channels, side, modules;
    };

    for (const Place &place :
         {Place{"resnext101-3d", {64, 112, 112}, 2048, 4, 3},
          Place{"c3d", {16, 112, 112}, 512, 7, 1}, Place{"p3d199", {16, 160, 160}, 1024, 10, 1},
          Place{"resnet18-3d", {16, 112, 112}, 512, 4, 2},
          Place{"watch", {17, 96, 96}, 128, 6, 1}}) {
        SCOPED_TRACE(place.architecture);
        const std::int64_t plain = parameters_of(*make_backbone(place.architecture, 0));
        const auto network = make_backbone(with(place.architecture, options_of("sta"), place.clip));
        const std::int64_t each = place.channels * (place.side * place.side + 4) + 5;
        EXPECT_EQ(parameters_of(*network) - plain, place.modules * each);
    }
}

TEST(NetworkAttention, EarlyStandsInTheFirstStage)
{
    AttentionOptions early = options_of("sta");
    early.stages = {"layer1"};
    const auto network = make_backbone(with("resnet18-3d", early, {16, 112, 112}));
    EXPECT_TRUE(has(*network, "layer1.0.sta.conv1.weight"));
    EXPECT_TRUE(has(*network, "layer1.1.sta.conv1.weight"));
    EXPECT_FALSE(has(*network, "layer4.0.sta.conv1.weight"));
    const at::NoGradGuard no_grad;
    network->eval();
    EXPECT_EQ(network->rows(at::zeros({1, 3, 16, 112, 112})).sizes().vec(),
              (std::vector<std::int64_t>{1, 1, 512}));
    early.stages = {"layer5"};
    EXPECT_EQ(error_of([&] {
                  make_backbone(with("resnet18-3d", early, {16, 112, 112}));
              }),
              "attention 'sta': stage 'layer5' is not one of resnet18-3d; expected layer1, layer2, "
              "layer3, layer4");
}

TEST(NetworkAttention, StaCostsInResNextWhatItsPaperCounts)
{
    const auto count = [](const AttentionOptions &attention) {
        const auto network = make_backbone(with("resnext101-3d", attention, {64, 112, 112}, 51));
        network->eval();
        const at::NoGradGuard no_grad;
        const auto work = count_work([&] { network->logits(at::zeros({0, 3, 64, 112, 112})); });
        EXPECT_EQ(parameters_of(*network), attention.name.empty() ? 47625715 : 47748610);
        return static_cast<double>(work.as_table_three()) / 1e9;
    };
    EXPECT_NEAR(count({}), 38.501407, 1e-6);
    EXPECT_NEAR(count(options_of("sta")), 38.501898, 1e-6);
}

TEST(NetworkAttention, W3InTsmRefinesWithTheMasksOfFourStages)
{
    const auto network = make_backbone(with("tsm-resnet50", options_of("w3"), {}));
    EXPECT_EQ(network->named_parameters()["base_model.afr.conv.weight"].numel() +
                  network->named_parameters()["base_model.afr.conv.bias"].numel(),
              10240);
    AttentionOptions plain = options_of("w3");
    plain.refine = false;
    EXPECT_EQ(parameters_of(*network) -
                  parameters_of(*make_backbone(with("tsm-resnet50", plain, {}))),
              10240);
    const at::NoGradGuard no_grad;
    network->eval();
    EXPECT_EQ(network->rows(at::zeros({1, 3, 2, 64, 64})).sizes().vec(),
              (std::vector<std::int64_t>{1, 2, 2048}));
}

/* Wang et al. 2018, 4.2; NL3DWrapper and make_non_local() of mit-han-lab/temporal-shift-module */
TEST(NetworkAttention, NonLocalFollowsEveryOtherBlock)
{
    AttentionOptions attention = options_of("non-local");
    attention.stages = {"layer2", "layer3"};
    std::set<std::string> blocks;
    for (const auto &parameter :
         make_backbone(with("tsm-resnet50", attention, {}))->named_parameters()) {
        if (const auto place = parameter.key().find(".non_local."); place != std::string::npos)
            blocks.insert(parameter.key().substr(0, place));
    }
    const std::string base = "base_model.";
    EXPECT_EQ(blocks,
              (std::set<std::string>{base + "layer2.0", base + "layer2.2", base + "layer3.0",
                                     base + "layer3.2", base + "layer3.4"}));

    // Its norm gives -1000: behind the last block's ReLU it stays, before it there would be none
    attention.stages = {"layer4"};
    const auto attending = make_backbone(with("tsm-resnet50", attention, {}));
    const auto plain = make_backbone(with("tsm-resnet50", {}, {}));
    const at::NoGradGuard no_grad;
    for (const auto &network : {attending, plain}) {
        named_numbers::fill(*network);
        network->eval();
    }
    for (const char *block : {"0", "2"}) {
        const std::string norm = base + "layer4." + block + ".non_local.bn.";
        attending->named_parameters()[norm + "weight"].zero_();
        attending->named_parameters()[norm + "bias"].fill_(std::string(block) == "2" ? -1000 : 0);
    }
    const at::Tensor clips = named_numbers::input("input/non-local", {1, 3, 2, 64, 64});
    const at::Tensor expected = plain->map(clips) - 1000;
    EXPECT_LT((attending->map(clips) - expected).abs().max().item<double>(), 1e-3);
    EXPECT_LT((run(attending->graph(), clips) - expected).abs().max().item<double>(), 1e-3);
}

/** \brief Gates of w3 with parameters of zero: sigmoid(0) for what and for where */
constexpr double halved_twice = 0.25;

std::shared_ptr<Backbone> watch_with(const AttentionOptions &attention)
{
    const auto network = make_backbone(with("watch", attention, {17, 96, 96}));
    named_numbers::fill(*network);
    network->eval();
    return network;
}

TEST(WatchAttention, WeighsTheSpatialPairOfItsBlocks)
{
    AttentionOptions w3 = options_of("w3");
    w3.stages = {"blocks.2", "blocks.0"};
    const auto attending = watch_with(w3);
    const auto plain = watch_with({});
    const at::NoGradGuard no_grad;
    for (auto &parameter : attending->named_parameters()) {
        if (parameter.key().find("w3.") != std::string::npos)
            parameter.value().zero_();
    }
    const at::Tensor refined = attending->named_parameters()["afr.conv.bias"].zero_();
    for (const char *block : {"blocks.0.bn2", "blocks.2.bn2"}) {
        plain->named_parameters()[std::string(block) + ".weight"] *= halved_twice;
        plain->named_parameters()[std::string(block) + ".bias"] *= halved_twice;
    }
    attending->named_parameters()["afr.conv.weight"].zero_();
    const at::Tensor clips = named_numbers::input("input/watch", {1, 3, 17, 96, 96});
    const at::Tensor expected = plain->rows(clips);
    EXPECT_LT((attending->rows(clips) - expected).abs().max().item<double>(), 1e-5);
    // Its masks meet the last map: through weights of zero, the bias alone is added
    refined.fill_(2);
    EXPECT_LT((attending->rows(clips) - expected - 2).abs().max().item<double>(), 1e-5);
}

TEST(WatchAttention, IsToldToTheEngines)
{
    for (const char *name : {"sta", "w3", "cbam", "non-local"}) {
        SCOPED_TRACE(name);
        for (const bool refine : {false, true}) {
            AttentionOptions attention = options_of(name);
            attention.refine = refine;
            const auto network = watch_with(attention);
            const at::NoGradGuard no_grad;
            const at::Tensor clips = named_numbers::input("input/watch", {2, 3, 17, 96, 96});
            const at::Tensor map = network->map(clips);
            EXPECT_LT((run(network->graph(), clips) - map).abs().max().item<double>(),
                      1e-5 * map.abs().max().item<double>());
        }
    }
}

TEST(NetworkAttention, OnlyTheVariantSaIsTiedToTheNumberOfFrames)
{
    const at::NoGradGuard no_grad;
    for (const char *variant : {"sta", "ta", "no-deconv"}) {
        const auto watch = watch_with(options_of("sta", variant));
        EXPECT_EQ(watch->rows(at::zeros({1, 3, 33, 96, 96})).size(1), 8) << variant;
    }
    EXPECT_EQ(error_of([] {
                  watch_with(options_of("sta", "sa"))->rows(at::zeros({1, 3, 33, 96, 96}));
              }),
              "watch with attention 'sta' is made for one size of clip: expected 17 frames of "
              "96 x 96, got 33 frames of 96 x 96");
    BackboneOptions options = with("resnet18-3d", options_of("sta"), {16, 112, 112});
    EXPECT_EQ(make_backbone(options)->rows(at::zeros({1, 3, 32, 112, 112})).size(1), 2);
}

TEST(WatchAttention, OfOneSizeRefusesAnotherAndOtherStages)
{
    AttentionOptions sta = options_of("sta");
    EXPECT_EQ(error_of([&] {
                  watch_with(sta)->rows(at::zeros({1, 3, 17, 64, 64}));
              }),
              "watch with attention 'sta' is made for one size of clip: expected 17 frames of "
              "96 x 96, got 17 frames of 64 x 64");
    sta.stages = {"layer4"};
    EXPECT_EQ(error_of([&] { watch_with(sta); }),
              "attention 'sta': stage 'layer4' is not one of watch; expected blocks.0, blocks.1, "
              "blocks.2");
}

} // namespace
