// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/picture_weights.h"
#include "fovea/nn/backbone.h"
#include "named_numbers.h"

/*
 * Networks of pictures as torchvision has them, written down with their names: their weights follow from
 * the names. A video network that takes them and sees one picture all the time gives what they give.
 */
namespace fovea {

namespace {

/** \brief Weights that come into being when they are asked for */
class Pictures
{
public:
    explicit Pictures(double epsilon) : epsilon_(epsilon) {}

    at::Tensor layer(const at::Tensor &x, const std::string &conv, const std::string &bn,
                     std::int64_t out, std::int64_t kernel, std::int64_t stride = 1,
                     std::int64_t padding = -1)
    {
        const at::Tensor y = at::conv2d(x, get(conv + ".weight", {out, x.size(1), kernel, kernel}),
                                        {}, stride, padding < 0 ? kernel / 2 : padding);
        return at::batch_norm(y, get(bn + ".weight", {out}), get(bn + ".bias", {out}),
                              get(bn + ".running_mean", {out}), get(bn + ".running_var", {out}),
                              false, 0, epsilon_, false);
    }

    Weights weights;

private:
    at::Tensor get(const std::string &name, const std::vector<std::int64_t> &shape)
    {
        return weights.emplace(name, named_numbers::parameter("pictures/" + name, shape))
            .first->second;
    }

    double epsilon_;
};

/** \brief ResNet-18 or -50 of torchvision (stride in the 3x3 convolution) \return [N, C, H', W'] */
at::Tensor resnet(Pictures *p, const at::Tensor &pictures, bool bottleneck)
{
    const std::array<int, 4> blocks =
        bottleneck ? std::array<int, 4>{3, 4, 6, 3} : std::array<int, 4>{2, 2, 2, 2};
    at::Tensor x = p->layer(pictures, "conv1", "bn1", 64, 7, 2).relu();
    x = at::max_pool2d(x, 3, 2, 1);
    for (std::size_t stage = 0; stage < 4; ++stage) {
        const std::int64_t width = 64 << stage;
        const std::int64_t out = bottleneck ? 4 * width : width;
        for (int i = 0; i < blocks[stage]; ++i) {
            const std::string name =
                "layer" + std::to_string(stage + 1) + "." + std::to_string(i) + ".";
            const std::int64_t stride = stage > 0 && i == 0 ? 2 : 1;
            at::Tensor y;
            if (bottleneck) {
                y = p->layer(x, name + "conv1", name + "bn1", width, 1).relu();
                y = p->layer(y, name + "conv2", name + "bn2", width, 3, stride).relu();
                y = p->layer(y, name + "conv3", name + "bn3", out, 1);
            } else {
                y = p->layer(x, name + "conv1", name + "bn1", width, 3, stride).relu();
                y = p->layer(y, name + "conv2", name + "bn2", width, 3);
            }
            if (x.size(1) != out || stride > 1)
                x = p->layer(x, name + "downsample.0", name + "downsample.1", out, 1, stride);
            x = (x + y).relu();
        }
    }
    return x;
}

/** \brief GoogLeNet of torchvision, padded as TensorFlow pads: [N, 3, H, W] -> [N, 1024, H', W'] */
at::Tensor googlenet(Pictures *p, const at::Tensor &pictures)
{
    const auto same = [](const at::Tensor &x, std::int64_t kernel, std::int64_t stride) {
        const auto pad = [&](std::int64_t size) {
            const std::int64_t out = (size + stride - 1) / stride;
            return std::max<std::int64_t>(0, (out - 1) * stride + kernel - size);
        };
        const std::int64_t h = pad(x.size(2)), w = pad(x.size(3));
        return at::constant_pad_nd(x, {w / 2, w - w / 2, h / 2, h - h / 2});
    };
    const auto pool = [&](const at::Tensor &x, std::int64_t kernel, std::int64_t stride) {
        return at::max_pool2d(same(x, kernel, stride), kernel, stride);
    };
    const auto unit = [&](const at::Tensor &x, const std::string &name, std::int64_t out,
                          std::int64_t kernel) {
        return p->layer(x, name + ".conv", name + ".bn", out, kernel).relu();
    };
    at::Tensor x =
        p->layer(same(pictures, 7, 2), "conv1.conv", "conv1.bn", 64, 7, 2, /*padding=*/0).relu();
    x = pool(x, 3, 2);
    x = unit(unit(x, "conv2", 64, 1), "conv3", 192, 3);
    x = pool(x, 3, 2);

    struct Block {
        const char *name;
        std::array<std::int64_t, 6> channels;
    };

    const std::vector<Block> blocks = {
        {"3a", {64, 96, 128, 16, 32, 32}},     {"3b", {128, 128, 192, 32, 96, 64}},
        {"4a", {192, 96, 208, 16, 48, 64}},    {"4b", {160, 112, 224, 24, 64, 64}},
        {"4c", {128, 128, 256, 24, 64, 64}},   {"4d", {112, 144, 288, 32, 64, 64}},
        {"4e", {256, 160, 320, 32, 128, 128}}, {"5a", {256, 160, 320, 32, 128, 128}},
        {"5b", {384, 192, 384, 48, 128, 128}}};
    for (const Block &block : blocks) {
        if (std::string(block.name) == "4a")
            x = pool(x, 3, 2);
        if (std::string(block.name) == "5a")
            x = pool(x, 2, 2);
        const std::string name = std::string("inception") + block.name + ".branch";
        const auto &c = block.channels;
        x = at::cat({unit(x, name + "1", c[0], 1),
                     unit(unit(x, name + "2.0", c[1], 1), name + "2.1", c[2], 3),
                     unit(unit(x, name + "3.0", c[3], 1), name + "3.1", c[4], 3),
                     unit(pool(x, 3, 1), name + "4.1", c[5], 1)},
                    1);
    }
    return x;
}

constexpr std::int64_t side = 64;

at::Tensor picture()
{
    return named_numbers::input("picture", {1, 3, side, side});
}

/** \brief The row in the middle of a video that shows the picture for so many frames */
at::Tensor middle_row(nn::Backbone &network, const at::Tensor &seen, std::int64_t frames)
{
    network.eval();
    const at::Tensor rows = network.rows(seen.unsqueeze(2).repeat({1, 1, frames, 1, 1}));
    return rows[0][rows.size(1) / 2];
}

void expect_close(const at::Tensor &got, const at::Tensor &expected)
{
    ASSERT_EQ(got.sizes(), expected.sizes());
    EXPECT_LT((got - expected).abs().max().item<double>(),
              1e-4 * expected.abs().max().item<double>());
    EXPECT_GT(expected.abs().max().item<double>(), 1e-3);
}

struct Video {
    const char *architecture;
    std::int64_t frames; ///< so many that the middle sees no end
    bool bottleneck;
};

class FromResNet : public testing::TestWithParam<Video>
{
};

/** \brief Carreira and Zisserman 2017, 2.4: the boring-video fixed point */
TEST_P(FromResNet, AVideoOfOnePictureGivesThePicturesFeatures)
{
    const at::NoGradGuard no_grad;
    Pictures pictures(1e-5);
    const at::Tensor expected = resnet(&pictures, picture(), GetParam().bottleneck).mean({2, 3})[0];
    pictures.weights["fc.weight"] = at::zeros({1000, expected.size(0)});
    pictures.weights["fc.bias"] = at::zeros({1000});
    const auto network = nn::make_backbone(GetParam().architecture, 0);
    EXPECT_TRUE(
        take_pictures(*network, GetParam().architecture, pictures.weights, "p.pth").empty());
    expect_close(middle_row(*network, picture(), GetParam().frames), expected);
}

INSTANTIATE_TEST_SUITE_P(Videos, FromResNet,
                         testing::Values(Video{"tsm-resnet50", 48, true},
                                         Video{"i3d-resnet18", 136, false},
                                         Video{"resnet50-i3d", 256, true}),
                         [](const auto &info) {
                             std::string name = info.param.architecture;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(PictureWeights, OfGoogLeNetMakeAnI3d)
{
    const at::NoGradGuard no_grad;
    Pictures pictures(1e-3);
    const at::Tensor expected = googlenet(&pictures, picture()).mean({2, 3})[0];
    const auto network = nn::make_backbone("i3d", 0);
    EXPECT_TRUE(take_pictures(*network, "i3d", pictures.weights, "p.pth").empty());
    expect_close(middle_row(*network, picture(), 128), expected);
}

/* What mixes frames is not in a network of pictures */
TEST(PictureWeights, OfATamLackItsAggregation)
{
    const at::NoGradGuard no_grad;
    Pictures pictures(1e-5);
    const at::Tensor expected = resnet(&pictures, picture(), true).mean({2, 3})[0];
    const auto network = nn::make_backbone("tam-resnet50", 0);
    const auto lacking = take_pictures(*network, "tam-resnet50", pictures.weights, "p.pth");
    EXPECT_EQ(lacking.size(), 3U * 16);
    for (const std::string &name : lacking)
        EXPECT_NE(name.find(".tam."), std::string::npos) << name;
    for (auto &entry : network->named_parameters()) { // each frame as it is
        if (entry.key().find(".tam.") != std::string::npos)
            entry.value().fill_(entry.key().find("curr_se") != std::string::npos ? 1 : 0);
    }
    expect_close(middle_row(*network, picture(), 2), expected);
}

/* Wang et al. 2016, 4.1: the mean of the colours for x and for y */
TEST(PictureWeights, OfColoursBecomeThoseOfFlow)
{
    const at::NoGradGuard no_grad;
    Pictures pictures(1e-5);
    resnet(&pictures, picture(), false);
    nn::BackboneOptions options;
    options.architecture = "i3d-resnet18";
    options.channels = 2;
    const auto network = nn::make_backbone(options);
    take_pictures(*network, "i3d-resnet18", pictures.weights, "p.pth");
    const at::Tensor stem = network->named_parameters()["conv1.weight"]; // [64, 2, 3, 7, 7]
    const at::Tensor mean = pictures.weights["conv1.weight"].mean(1);
    EXPECT_LT((stem.select(1, 1).select(1, 2) * 3 - mean).abs().max().item<double>(), 1e-6);
    EXPECT_TRUE(stem.select(1, 0).equal(stem.select(1, 1)));
}

TEST(PictureWeights, ThatLackALayerOrHoldNoNumbersAreRefused)
{
    Pictures whole(1e-5);
    resnet(&whole, picture(), false);
    const auto refusal = [](const Weights &weights) {
        return error_of([&] {
            take_pictures(*nn::make_backbone("i3d-resnet18", 0), "i3d-resnet18", weights,
                          "r18.pth");
        });
    };
    EXPECT_NO_THROW(take_pictures(*nn::make_backbone("i3d-resnet18", 0), "i3d-resnet18",
                                  whole.weights, "r18.pth"));
    for (const char *name : {"layer3.1.conv2.weight", "layer2.0.downsample.1.running_var"}) {
        Weights weights = whole.weights;
        weights.erase(name);
        EXPECT_EQ(refusal(weights).rfind(
                      std::string("weights 'r18.pth': lacks '") + name + "', of which '", 0),
                  0U)
            << refusal(weights);
        for (const double value : {std::nan(""), HUGE_VAL}) {
            Weights damaged = whole.weights;
            damaged[name] = damaged[name].clone();
            damaged[name].flatten()[5] = value;
            EXPECT_EQ(refusal(damaged).rfind(std::string("weights 'r18.pth': '") + name + "' [", 0),
                      0U)
                << refusal(damaged);
            EXPECT_NE(refusal(damaged).find("holds values that are no numbers; expected finite "
                                            "ones: fetch the file anew"),
                      std::string::npos);
        }
    }
    Weights other = whole.weights;
    other["layer1.0.conv1.weight"] = at::zeros({64, 64, 5, 5});
    EXPECT_NE(refusal(other).find("'layer1.0.conv1.weight' [64, 64, 5, 5] does not fit"),
              std::string::npos)
        << refusal(other);
}

TEST(PictureWeights, OfAnotherNetworkAreRefused)
{
    Pictures pictures(1e-5);
    resnet(&pictures, picture(), true);
    const auto refusal = [&](const char *architecture) {
        return error_of([&] {
            take_pictures(*nn::make_backbone(architecture, 0), architecture, pictures.weights,
                          "resnet50.pth");
        });
    };
    EXPECT_EQ(refusal("i3d-resnet18").rfind("weights 'resnet50.pth': '", 0), 0U)
        << refusal("i3d-resnet18");
    EXPECT_NE(refusal("watch").find("has no place"), std::string::npos) << refusal("watch");
    EXPECT_NE(refusal("watch").find("expected a network of pictures as torchvision names it"),
              std::string::npos);
}

} // namespace

} // namespace fovea
