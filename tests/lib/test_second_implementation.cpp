// SPDX-License-Identifier: MIT
#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "fovea/nn/backbone.h"
#include "named_numbers.h"

/*
 * The networks whose outputs nobody publishes for inputs that one can make, written down a second time
 * from their public code: TSM of mit-han-lab/temporal-shift-module (ops/temporal_shift.py over
 * torchvision's ResNet-50), TAM and I3D-ResNet-18 of IBM/action-recognition-pytorch
 * (models/twod_models/resnet.py and temporal_modeling.py, models/threed_models/i3d_resnet.py), VGG-19 of
 * torchvision (models/vgg.py, configuration E). Frame by frame and block by block, by nothing but LibTorch's functions.
 */

namespace {

using Tensors = std::map<std::string, at::Tensor>;

Tensors tensors_of(torch::nn::Module &module)
{
    Tensors values;
    for (const auto &entry : module.named_parameters())
        values[entry.key()] = entry.value().detach();
    for (const auto &entry : module.named_buffers())
        values[entry.key()] = entry.value();
    return values;
}

at::Tensor normed(const at::Tensor &x, const Tensors &v, const std::string &bn)
{
    return at::batch_norm(x, v.at(bn + ".weight"), v.at(bn + ".bias"), v.at(bn + ".running_mean"),
                          v.at(bn + ".running_var"), /*training=*/false, 0.1, 1e-5, false);
}

/** \brief A layer of pictures \param x [T, C, H, W] */
at::Tensor layer(const at::Tensor &x, const Tensors &v, const std::string &conv,
                 const std::string &bn, int stride, int padding)
{
    return normed(at::conv2d(x, v.at(conv + ".weight"), {}, stride, padding), v, bn);
}

/** \brief out[t] = x[t + 1] for the first eighth of the channels, x[t - 1] for the second */
at::Tensor shifted(const at::Tensor &x)
{
    at::Tensor out = at::zeros_like(x);
    const std::int64_t fold = x.size(1) / 8;
    const std::int64_t frames = x.size(0);
    for (std::int64_t t = 0; t < frames; ++t) {
        for (std::int64_t c = 0; c < x.size(1); ++c) {
            const std::int64_t from = c < fold ? t + 1 : c < 2 * fold ? t - 1 : t;
            if (from >= 0 && from < frames)
                out[t][c] = x[from][c];
        }
    }
    return out;
}

/** \brief relu(a x[t - 1] + b x[t] + c x[t + 1]), a number a channel each */
at::Tensor aggregated(const at::Tensor &x, const Tensors &v, const std::string &tam)
{
    const auto weight = [&](const char *name) {
        return v.at(tam + "." + name + ".fc1.weight").view({-1, 1, 1});
    };
    std::vector<at::Tensor> frames;
    for (std::int64_t t = 0; t < x.size(0); ++t) {
        at::Tensor sum = weight("curr_se") * x[t];
        if (t > 0)
            sum = sum + weight("prev_se") * x[t - 1];
        if (t + 1 < x.size(0))
            sum = sum + weight("next_se") * x[t + 1];
        frames.push_back(sum.relu());
    }
    return at::stack(frames);
}

constexpr std::array<int, 4> depth50 = {3, 4, 6, 3};

/** \param clip [3, T, H, W] \return logits, mean over frames */
at::Tensor resnet50(const at::Tensor &clip, const Tensors &v, const std::string &root, bool shifts,
                    const std::string &classifier)
{
    at::Tensor x = layer(clip.transpose(0, 1), v, root + "conv1", root + "bn1", 2, 3).relu();
    x = at::max_pool2d(x, 3, 2, 1);
    for (int stage = 1; stage <= 4; ++stage) {
        for (int i = 0; i < depth50[static_cast<std::size_t>(stage - 1)]; ++i) {
            const std::string block =
                root + "layer" + std::to_string(stage) + "." + std::to_string(i) + ".";
            const int stride = stage > 1 && i == 0 ? 2 : 1;
            at::Tensor y = shifts ? shifted(x) : aggregated(x, v, block + "tam");
            y = layer(y, v, block + (shifts ? "conv1.net" : "conv1"), block + "bn1", 1, 0).relu();
            y = layer(y, v, block + "conv2", block + "bn2", stride, 1).relu();
            y = layer(y, v, block + "conv3", block + "bn3", 1, 0);
            const at::Tensor around =
                i == 0 ? layer(x, v, block + "downsample.0", block + "downsample.1", stride, 0) : x;
            x = (y + around).relu();
        }
    }
    const at::Tensor features = x.mean({2, 3}); // [T, 2048]
    return at::linear(features, v.at(classifier + ".weight"), v.at(classifier + ".bias")).mean(0);
}

/** \brief A layer of clips \param x [1, C, T, H, W] */
at::Tensor layer3d(const at::Tensor &x, const Tensors &v, const std::string &conv,
                   const std::string &bn, std::array<std::int64_t, 3> stride,
                   std::array<std::int64_t, 3> padding)
{
    return normed(at::conv3d(x, v.at(conv + ".weight"), {}, stride, padding), v, bn);
}

at::Tensor i3d_resnet18(const at::Tensor &clip, const Tensors &v)
{
    at::Tensor x = layer3d(clip.unsqueeze(0), v, "conv1", "bn1", {1, 2, 2}, {1, 3, 3}).relu();
    x = at::max_pool3d(x, {1, 3, 3}, {1, 2, 2}, {0, 1, 1});
    for (int stage = 1; stage <= 4; ++stage) {
        for (int i = 0; i < 2; ++i) {
            const std::string block =
                "layer" + std::to_string(stage) + "." + std::to_string(i) + ".";
            const std::int64_t s = stage > 1 && i == 0 ? 2 : 1;
            at::Tensor y = layer3d(x, v, block + "conv1", block + "bn1", {s, s, s}, {1, 1, 1});
            y = layer3d(y.relu(), v, block + "conv2", block + "bn2", {1, 1, 1}, {1, 1, 1});
            const at::Tensor around = s == 2 ? layer3d(x, v, block + "downsample.0",
                                                       block + "downsample.1", {s, s, s}, {0, 0, 0})
                                             : x;
            x = (y + around).relu();
        }
    }
    const at::Tensor features = x.mean({3, 4}).squeeze(0).transpose(0, 1); // [T', 512]
    return at::linear(features, v.at("fc.weight"), v.at("fc.bias")).mean(0);
}

struct VggFeatures {
    at::Tensor fc6, fc7, fc8; ///< [T, features]
};

/** \param frames [T, 3, 224, 224] */
VggFeatures vgg19(const at::Tensor &frames, const Tensors &v)
{
    const auto connected = [&](const at::Tensor &x, const char *name) {
        const std::string layer = std::string("classifier.") + name;
        return at::matmul(x, v.at(layer + ".weight").t()) + v.at(layer + ".bias");
    };
    at::Tensor x = frames;
    for (const int place :
         {0, 2, -1, 5, 7, -1, 10, 12, 14, 16, -1, 19, 21, 23, 25, -1, 28, 30, 32, 34, -1}) {
        const std::string layer = "features." + std::to_string(place);
        x = place < 0 ? at::max_pool2d(x, 2, 2)
                      : at::conv2d(x, v.at(layer + ".weight"), v.at(layer + ".bias"), 1, 1).relu();
    }
    VggFeatures features;
    features.fc6 = connected(x.flatten(1), "0").relu();
    features.fc7 = connected(features.fc6, "3").relu();
    features.fc8 = connected(features.fc7, "6");
    return features;
}

void expect_same(const std::string &architecture,
                 const std::function<at::Tensor(const at::Tensor &, const Tensors &)> &second)
{
    const at::NoGradGuard no_grad;
    const auto network = fovea::nn::make_backbone(architecture, 7);
    named_numbers::fill(*network);
    network->eval();
    const at::Tensor clips = named_numbers::input("second/" + architecture, {2, 3, 8, 64, 64});
    const at::Tensor ours = network->logits(clips).mean(2);
    const Tensors values = tensors_of(*network);
    for (std::int64_t n = 0; n < 2; ++n) {
        const at::Tensor expected = second(clips[n], values);
        const double scale = expected.abs().max().item<double>();
        EXPECT_LT((ours[n] - expected).abs().max().item<double>(), 1e-4 * scale) << architecture;
        EXPECT_GT((ours[n] - second(clips[n].flip(1), values)).abs().max().item<double>(),
                  1e-3 * scale)
            << "the order of the frames counts";
    }
}

TEST(SecondImplementation, TsmGivesTheSameLogits)
{
    expect_same("tsm-resnet50", [](const at::Tensor &clip, const Tensors &values) {
        return resnet50(clip, values, "base_model.", /*shifts=*/true, "new_fc");
    });
}

TEST(SecondImplementation, TamGivesTheSameLogits)
{
    expect_same("tam-resnet50", [](const at::Tensor &clip, const Tensors &values) {
        return resnet50(clip, values, "", /*shifts=*/false, "fc");
    });
}

TEST(SecondImplementation, Vgg19GivesTheSameFeaturesAndLogits)
{
    const at::NoGradGuard no_grad;
    const auto close = [](const at::Tensor &ours, const at::Tensor &expected) {
        ASSERT_EQ(ours.sizes(), expected.sizes());
        EXPECT_LT((ours - expected).abs().max().item<double>(),
                  1e-4 * expected.abs().max().item<double>());
    };
    const auto network = fovea::nn::make_backbone("vgg19", 7);
    named_numbers::fill(*network);
    network->eval();
    const Tensors values = tensors_of(*network);
    const at::Tensor clip = named_numbers::input("second/vgg19", {1, 3, 2, 224, 224});
    const VggFeatures expected = vgg19(clip[0].transpose(0, 1), values);
    close(network->rows(clip)[0], expected.fc7);
    close(network->logits(clip)[0].squeeze(1), expected.fc8.mean(0));
    for (const char *name : {"vgg19-fc6", "vgg19-fc8"}) {
        const auto tapped = fovea::nn::make_backbone(name, 7);
        auto own = tapped->named_parameters();
        for (const auto &[parameter, value] : values)
            own[parameter].copy_(value);
        tapped->eval();
        const bool scores = std::string(name) == "vgg19-fc8";
        close(tapped->rows(clip)[0], scores ? expected.fc8 : expected.fc6);
        EXPECT_EQ(tapped->channels(), scores ? 7 : 4096);
    }
}

TEST(SecondImplementation, I3dResNet18GivesTheSameLogits)
{
    expect_same("i3d-resnet18", i3d_resnet18);
}

} // namespace
