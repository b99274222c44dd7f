// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <map>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/evaluate.h"
#include "fovea/nn/names.h"
#include "fovea/nn/temporal_mixing.h"
#include "reference_case.h"
#include "work_count.h"

namespace {

using fovea::Json;
using fovea::nn::Backbone;
using fovea::nn::BackboneOptions;
using fovea::nn::make_backbone;
using fovea::nn::Size3;
using reference::parameters_of;

struct Reference {
    const char *architecture;
    const char *file;
    std::int64_t classes;
    std::size_t cases;
};

std::string name_of(const testing::TestParamInfo<Reference> &info)
{
    std::string name = info.param.architecture;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

class BackboneReference : public testing::TestWithParam<Reference>
{
protected:
    void check_case(Backbone &network, const Json &expected) const
    {
        const at::Tensor clip = named_numbers::input(
            expected["input"], expected["shape"].get<std::vector<std::int64_t>>());
        const Json &last = expected["last_map"];
        at::Tensor map = network.map(clip);
        EXPECT_EQ(network.rows_of(clip.size(2)), map.size(2));
        if (last["shape"].size() == 4) // the public code has no time left there
            map = map.squeeze(2);
        reference::expect_like(map, last, "last_map");
        at::Tensor logits = network.logits(clip);
        if (expected["logits"]["shape"].size() == 3) // N, T_out, classes there
            logits = logits.transpose(1, 2);
        else
            logits = logits.squeeze(2);
        reference::expect_like(logits, expected["logits"], "logits");
    }
};

TEST_P(BackboneReference, AgreesInNamesShapesAndEveryCase)
{
    const std::filesystem::path file = reference::file(GetParam().file);
    if (file.empty())
        GTEST_SKIP() << "the reference outputs (reference/" << GetParam().file
                     << ".json) are not on this machine";
    const Json expected = fovea::read_json(file);
    const auto network = make_backbone(GetParam().architecture, GetParam().classes);
    reference::expect_names(*network, expected["names"]);
    EXPECT_EQ(parameters_of(*network), expected["parameters"].get<std::int64_t>());
    named_numbers::fill(*network);
    network->eval();
    const at::NoGradGuard no_grad;
    ASSERT_EQ(expected["cases"].size(), GetParam().cases);
    for (const Json &one : expected["cases"])
        check_case(*network, one);
}

INSTANTIATE_TEST_SUITE_P(Public, BackboneReference,
                         testing::Values(Reference{"resnet50-i3d", "resnet50_i3d", 157, 2},
                                         Reference{"resnext101-3d", "resnext101", 51, 1},
                                         Reference{"resnet18-3d", "resnet3d18", 101, 1},
                                         Reference{"resnet152-3d", "resnet3d152", 101, 1},
                                         Reference{"p3d199", "p3d199", 400, 1},
                                         Reference{"c3d", "c3d", 101, 1}),
                         name_of);

TEST(Backbones, HaveThePublishedNumbersOfParameters)
{
    EXPECT_EQ(parameters_of(*make_backbone("c3d", 487)), 79991015);
    EXPECT_EQ(parameters_of(*make_backbone("vgg19", 1000)), 143667240); // torchvision's
    EXPECT_EQ(parameters_of(*make_backbone("tsm-resnet50", 174)), 23864558);
    // ResNet-18 with each k x k kernel k deep in time (conv1: 3), by hand: the stem 3 x 64 x 3 x 49,
    // eight blocks of 3x3x3, shortcuts, 2 numbers a BatchNorm channel, 512 x 174 + 174
    const std::int64_t stem = 3 * 64 * 3 * 49 + 2 * 64;
    std::int64_t stages = 0;
    std::int64_t in = 64;
    for (const std::int64_t out : {64, 128, 256, 512}) {
        stages += 27 * out * (in + 3 * out) + 4 * 2 * out + (in == out ? 0 : out * in + 2 * out);
        in = out;
    }
    EXPECT_EQ(parameters_of(*make_backbone("i3d-resnet18", 174)), stem + stages + 512 * 174 + 174);
    // TAM adds three numbers an input channel to each of the 16 blocks
    const std::int64_t inputs = 64 + 2 * 256 + 256 + 3 * 512 + 512 + 5 * 1024 + 1024 + 2 * 2048;
    EXPECT_EQ(parameters_of(*make_backbone("tam-resnet50", 174)), 23864558 + 3 * inputs);
}

TEST(Backbones, TsmTakesThePublishedWorkAFrame)
{
    const auto tsm = make_backbone("tsm-resnet50", 174);
    tsm->eval();
    const at::NoGradGuard no_grad;
    const auto work = count_work([&] { tsm->logits(at::zeros({1, 3, 1, 224, 224})); });
    EXPECT_NEAR(static_cast<double>(work.multiply_adds), 4.0875e9, 5e4);
    // Without a clip nothing is computed, and the count is the same
    const auto shapes = count_work([&] { tsm->logits(at::zeros({0, 3, 1, 224, 224})); });
    EXPECT_EQ(shapes.multiply_adds, work.multiply_adds);
    EXPECT_EQ(shapes.as_table_three(), work.as_table_three());
}

TEST(Backbones, AShiftMovesAnEighthOfTheChannelsEachWay)
{
    // 8 channels, 3 frames, one pixel: value = 10 channel + frame
    at::Tensor x = at::empty({1, 8, 3, 1, 1});
    for (std::int64_t c = 0; c < 8; ++c) {
        for (std::int64_t t = 0; t < 3; ++t)
            x[0][c][t] = static_cast<float>(10 * c + t);
    }
    const at::Tensor y = fovea::nn::shifted(x).flatten(2).squeeze(0);
    EXPECT_TRUE(y[0].equal(at::tensor({1.0F, 2.0F, 0.0F})));    // from t + 1
    EXPECT_TRUE(y[1].equal(at::tensor({0.0F, 10.0F, 11.0F})));  // from t - 1
    EXPECT_TRUE(y[2].equal(at::tensor({20.0F, 21.0F, 22.0F}))); // stays
    EXPECT_TRUE(y[7].equal(at::tensor({70.0F, 71.0F, 72.0F})));
}

TEST(Backbones, AggregationWeighsTheNeighbourFrames)
{
    fovea::nn::TemporalAggregation tam(1);
    const at::NoGradGuard no_grad;
    for (auto &entry : tam.named_parameters()) {
        const bool before = entry.key() == "prev_se.fc1.weight";
        entry.value().fill_(before ? 1 : entry.key() == "curr_se.fc1.weight" ? 10 : -100);
    }
    const at::Tensor x = at::tensor({1.0F, 2.0F, 0.0F}).view({1, 1, 3, 1, 1});
    // t0: 10 - 200 < 0; t1: 1 + 20 - 0; t2: 2 + 0
    EXPECT_TRUE(tam.forward(x).flatten().equal(at::tensor({0.0F, 21.0F, 2.0F})));
}

/** \brief An image network with weights from names, its second frame-wise implementation */
class ByFrames
{
public:
    ByFrames(Backbone &network, std::string root) : root_(std::move(root))
    {
        for (const auto &entry : network.named_parameters())
            tensors_[entry.key()] = entry.value();
        for (const auto &entry : network.named_buffers())
            tensors_[entry.key()] = entry.value();
    }

    /** \param frames [T, 3, H, W] \return [T, C, H', W'] */
    at::Tensor map(const at::Tensor &frames)
    {
        at::Tensor x = norm(at::conv2d(frames, at("conv1.weight"), {}, 2, 3), "bn1").relu();
        x = at::max_pool2d(x, 3, 2, 1);
        const std::array<int, 4> blocks = {3, 4, 6, 3};
        for (int stage = 0; stage < 4; ++stage) {
            for (int i = 0; i < blocks.at(static_cast<std::size_t>(stage)); ++i)
                x = block(x, "layer" + std::to_string(stage + 1) + "." + std::to_string(i),
                          stage > 0 && i == 0 ? 2 : 1);
        }
        return x;
    }

private:
    const at::Tensor &at(const std::string &name) const { return tensors_.at(root_ + name); }

    bool has(const std::string &name) const { return tensors_.count(root_ + name) > 0; }

    at::Tensor norm(const at::Tensor &x, const std::string &name) const
    {
        return at::batch_norm(x, at(name + ".weight"), at(name + ".bias"),
                              at(name + ".running_mean"), at(name + ".running_var"), false, 0, 1e-5,
                              false);
    }

    at::Tensor mixed(const at::Tensor &x, const std::string &name) const
    {
        const std::int64_t frames = x.size(0);
        std::vector<at::Tensor> out;
        for (std::int64_t t = 0; t < frames; ++t) {
            const at::Tensor none = at::zeros_like(x[t]);
            const at::Tensor before = t > 0 ? x[t - 1] : none;
            const at::Tensor after = t + 1 < frames ? x[t + 1] : none;
            if (has(name + ".tam.curr_se.fc1.weight")) {
                const auto weight = [&](const std::string &which) {
                    return at(name + ".tam." + which + "_se.fc1.weight").view({-1, 1, 1});
                };
                out.push_back(
                    (before * weight("prev") + x[t] * weight("curr") + after * weight("next"))
                        .relu());
            } else {
                const std::int64_t fold = x.size(1) / 8;
                at::Tensor y = x[t].clone();
                y.slice(0, 0, fold).copy_(after.slice(0, 0, fold));
                y.slice(0, fold, 2 * fold).copy_(before.slice(0, fold, 2 * fold));
                out.push_back(y);
            }
        }
        return at::stack(out);
    }

    at::Tensor block(const at::Tensor &x, const std::string &name, std::int64_t stride) const
    {
        const std::string first = has(name + ".conv1.net.weight") ? ".conv1.net" : ".conv1";
        at::Tensor y = at::conv2d(mixed(x, name), at(name + first + ".weight"));
        y = norm(y, name + ".bn1").relu();
        y = at::conv2d(y, at(name + ".conv2.weight"), {}, stride, 1);
        y = norm(y, name + ".bn2").relu();
        y = norm(at::conv2d(y, at(name + ".conv3.weight")), name + ".bn3");
        if (!has(name + ".downsample.0.weight"))
            return (y + x).relu();
        const at::Tensor around = at::conv2d(x, at(name + ".downsample.0.weight"), {}, stride);
        return (y + norm(around, name + ".downsample.1")).relu();
    }

    std::string root_;
    std::map<std::string, at::Tensor> tensors_;
};

TEST(Backbones, SayHowMuchWorkAPixelIs)
{
    struct Clip {
        const char *architecture;
        std::int64_t frames, side;
    };

    for (const Clip &clip :
         {Clip{"resnet50-i3d", 64, 224}, Clip{"resnext101-3d", 64, 112},
          Clip{"resnet18-3d", 16, 112}, Clip{"p3d199", 16, 160}, Clip{"c3d", 16, 112},
          Clip{"tsm-resnet50", 8, 224}, Clip{"i3d-resnet18", 32, 224}, Clip{"vgg19", 1, 224}}) {
        SCOPED_TRACE(clip.architecture);
        const auto network = make_backbone(clip.architecture, 0);
        network->eval();
        const at::NoGradGuard no_grad;
        const auto work = count_work([&] {
            network->rows(at::zeros({0, 3, clip.frames, clip.side, clip.side}));
        });
        const auto pixels = static_cast<double>(clip.frames * clip.side * clip.side);
        EXPECT_NEAR(network->flops_per_pixel() * pixels,
                    2 * static_cast<double>(work.multiply_adds),
                    1e-3 * 2 * static_cast<double>(work.multiply_adds));
    }
}

class FrameNetwork : public testing::TestWithParam<std::pair<const char *, const char *>>
{
};

TEST_P(FrameNetwork, IsTheImageNetworkOfEachFrameWithItsNeighbours)
{
    const auto network = make_backbone(GetParam().first, 5);
    named_numbers::fill(*network);
    network->eval();
    const at::NoGradGuard no_grad;
    const at::Tensor clip = named_numbers::input("input/frames", {1, 3, 3, 64, 64});
    const at::Tensor expected = ByFrames(*network, GetParam().second).map(clip[0].transpose(0, 1));
    const at::Tensor got = network->map(clip)[0].transpose(0, 1);
    ASSERT_EQ(got.sizes(), expected.sizes());
    EXPECT_LT((got - expected).norm().item<double>(), 1e-5 * expected.norm().item<double>());
    EXPECT_EQ(network->rows(clip).sizes().vec(), (std::vector<std::int64_t>{1, 3, 2048}));
}

INSTANTIATE_TEST_SUITE_P(Public, FrameNetwork,
                         testing::Values(std::make_pair("tsm-resnet50", "base_model."),
                                         std::make_pair("tam-resnet50", "")));

TEST(Backbones, WindowsOfLogitsGrowAsTheFocusPaperSays)
{
    // 16 -> 1, 32 -> 3, 64 -> 7, 128 -> 15: the map is two shorter windows wide
    const auto network = make_backbone("resnet50-i3d", 0);
    EXPECT_EQ(network->rows_of(16) - 1, 1);
    EXPECT_EQ(network->rows_of(32) - 1, 3);
    EXPECT_EQ(network->rows_of(64) - 1, 7);
    EXPECT_EQ(network->rows_of(128) - 1, 15);
}

/** \brief A network of flow takes the same clips; of them x and y */
TEST(Backbones, ReadTwoChannelsOfFlow)
{
    for (const char *architecture : {"resnext101-3d", "i3d", "watch", "tsm-resnet50"}) {
        SCOPED_TRACE(architecture);
        BackboneOptions options;
        options.architecture = architecture;
        options.channels = 2;
        const auto network = make_backbone(options);
        named_numbers::fill(*network);
        network->eval();
        const at::NoGradGuard no_grad;
        const at::Tensor clip = named_numbers::input("input/flow", {1, 3, 17, 32, 32});
        at::Tensor other = clip.clone();
        other.select(1, 2).fill_(5);
        const at::Tensor rows = network->rows(clip);
        EXPECT_TRUE(network->rows(other).equal(rows)) << "the third channel is not read";
        other = clip.clone();
        other.select(1, 1).add_(5);
        EXPECT_FALSE(network->rows(other).equal(rows));
        EXPECT_LT((run(network->graph(), clip).mean({3, 4}).transpose(1, 2) - rows)
                      .abs()
                      .max()
                      .item<double>(),
                  1e-4 * rows.abs().max().item<double>());
    }
}

TEST(Backbones, SayBeforeTheyAreMadeWhatTheirRowsAre)
{
    const at::NoGradGuard no_grad;
    const auto is_deep = [](const std::string &name) { // as others of its kind, but dear
        return name.find("101") != std::string::npos || name.find("152") != std::string::npos;
    };
    for (const std::string &name : fovea::nn::backbone_names()) {
        if (is_deep(name))
            continue;
        SCOPED_TRACE(name);
        const bool is_c3d = name.rfind("c3d", 0) == 0;
        const bool is_vgg = name.rfind("vgg19", 0) == 0;
        const Size3 clip = is_c3d                                           ? Size3{32, 112, 112}
                           : is_vgg                                         ? Size3{2, 224, 224}
                           : name == "two-stream" || name == "three-stream" ? Size3{33, 64, 64}
                                                                            : Size3{32, 64, 64};
        BackboneOptions options;
        options.architecture = name;
        options.classes = 5;
        const fovea::nn::RowFacts facts = fovea::nn::row_facts(options, clip[0]);
        const auto network = make_backbone(options);
        network->eval();
        const at::Tensor rows = network->rows(at::zeros({1, 3, clip[0], clip[1], clip[2]}));
        EXPECT_EQ(facts.rows, rows.size(1));
        EXPECT_EQ(facts.channels, rows.size(2));
        if (name != "vgg19-fc8") {
            EXPECT_TRUE(network->named_modules().contains(facts.classifier));
            for (const auto &parameter : network->named_parameters()) {
                const bool is_of_it = parameter.key().rfind(facts.classifier + ".", 0) == 0;
                EXPECT_TRUE(!is_of_it || parameter.value().size(0) == 5) << parameter.key();
            }
        } else {
            EXPECT_EQ(facts.classifier, "") << "its scores are the rows";
        }
    }
}

TEST(Backbones, C3dGivesARowForEverySixteenFrames)
{
    const auto network = make_backbone("c3d-fc6", 0);
    network->eval();
    const at::NoGradGuard no_grad;
    EXPECT_EQ(network->rows(at::zeros({1, 3, 32, 112, 112})).sizes().vec(),
              (std::vector<std::int64_t>{1, 2, 4096}));
}

TEST(Backbones, RefuseClipsThatDoNotFit)
{
    EXPECT_EQ(
        error_of([] {
            make_backbone("c3d", 0)->rows(at::zeros({1, 3, 16, 112, 96}));
        }),
        "c3d: expected clips of 16 frames, or a multiple, of 112 x 112, got 16 frames of 96 x "
        "112");
    EXPECT_EQ(error_of([] {
                  make_backbone("p3d199", 0)->rows(at::zeros({1, 3, 8, 160, 160}));
              }),
              "p3d199: expected clips of at least 16 frames of 1 x 1, got 8 frames of 160 x 160");
}

TEST(Backbones, WithoutAPlaceForAttentionRefuseIt)
{
    BackboneOptions options;
    options.architecture = "i3d";
    options.attention.name = "w3";
    EXPECT_EQ(error_of([&] { make_backbone(options); }),
              "architecture 'i3d' takes no attention, got 'w3'; expected none, or watch, c3d or a "
              "residual network");
}

} // namespace
