// SPDX-License-Identifier: MIT
#include "fovea/nn/vgg19.h"

#include <array>
#include <memory>

#include "fovea/core/errors.h"
#include "fovea/nn/evaluate.h"
#include "fovea/nn/fold.h"
#include "fovea/nn/shared_batch.h"

namespace fovea::nn {

namespace {

constexpr int vgg_pool = 0;
// Channels of the convolutions: configuration E of the paper
constexpr std::array<int, 21> vgg_layers = {
    64,  64,  vgg_pool, 128, 128,      vgg_pool, 256, 256, 256, 256,     vgg_pool,
    512, 512, 512,      512, vgg_pool, 512,      512, 512, 512, vgg_pool};

Node vgg_convolution(const torch::nn::Conv2d &layer)
{
    Node node;
    node.window.kernel = {1, 3, 3};
    node.window.fixed = {{0, 1, 1}, {0, 1, 1}};
    node.weight = shared_array(layer->weight.detach().unsqueeze(2));
    node.bias = shared_array(layer->bias);
    node.activation = relu;
    return node;
}

} // namespace

Vgg19::Vgg19(Tap tap, std::int64_t classes, std::int64_t read_channels)
    : Backbone(read_channels), tap_(tap)
{
    if (tap == Tap::Fc8 && classes < 1)
        classes = imagenet;
    // torchvision counts convolutions, ReLUs and pools
    const auto features =
        register_module("features", std::make_shared<torch::nn::Module>("features"));
    std::int64_t in = read_channels;
    int place = 0;
    for (const int channels : vgg_layers) {
        if (channels == vgg_pool) {
            ++place;
            continue;
        }
        convolutions_.emplace_back(features->register_module(
            std::to_string(place),
            torch::nn::Conv2d(torch::nn::Conv2dOptions(in, channels, /*kernel=*/3).padding(1))));
        in = channels;
        place += 2;
    }
    const auto classifier =
        register_module("classifier", std::make_shared<torch::nn::Module>("classifier"));
    fc6_ = classifier->register_module("0", torch::nn::Linear(in * map_side * map_side, wide));
    fc7_ = classifier->register_module("3", torch::nn::Linear(wide, wide));
    if (classes > 0)
        fc8_ = classifier->register_module("6", torch::nn::Linear(wide, classes));
}

RowFacts Vgg19::row_facts(Tap tap, std::int64_t classes, std::int64_t frames)
{
    if (tap == Tap::Fc8)
        return {classes < 1 ? imagenet : classes, frames, ""};
    return {wide, frames, "classifier.6"};
}

void Vgg19::check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const
{
    if (frames >= 1 && height == side && width == side)
        return;
    throw Error(Error::Kind::Settings,
                "vgg19: expected clips of 1 frame or more of 224 x 224, got " +
                    clip_text({frames, height, width}));
}

double Vgg19::flops_per_pixel() const
{
    return 2 * 19.632e9 / static_cast<double>(side * side);
}

at::Tensor Vgg19::forward_map(const at::Tensor &clips)
{
    at::Tensor x = clips.transpose(1, 2).flatten(0, 1); // [N T, C, H, W]
    auto convolution = convolutions_.begin();
    for (const int channels : vgg_layers)
        x = channels == vgg_pool ? at::max_pool2d(x, /*kernel=*/2)
                                 : (*convolution++)->forward(x).relu_();
    return x.unflatten(0, {clips.size(0), clips.size(2)}).transpose(1, 2);
}

/** \return [N, T, 4096] */
at::Tensor Vgg19::hidden(const at::Tensor &map, Tap last)
{
    const at::Tensor frames = map.transpose(1, 2).flatten(2); // [N, T, 512 x 7 x 7]
    const at::Tensor features = fc6_->forward(frames).relu();
    if (last == Tap::Fc6)
        return features;
    return fc7_->forward(nn::dropout(features, share_dropped, is_training())).relu();
}

at::Tensor Vgg19::rows(const at::Tensor &clips)
{
    const at::Tensor features = hidden(map(clips), tap_);
    return tap_ == Tap::Fc8 ? fc8_->forward(features) : features;
}

at::Tensor Vgg19::classify(const at::Tensor &map)
{
    if (!fc8_)
        throw Error(Error::Kind::Settings, "vgg19: logits asked of a network made without classes");
    const at::Tensor features = nn::dropout(hidden(map, Tap::Fc7), share_dropped, is_training());
    return fc8_->forward(features).mean(1).unsqueeze(2);
}

Graph Vgg19::graph()
{
    Graph graph;
    Graph::Value x = begin(&graph);
    std::size_t next = 0;
    for (const int channels : vgg_layers) {
        const std::string name = "features." + std::to_string(next);
        if (channels == vgg_pool)
            x = graph.max_pool(name + "_pool", x, {{1, 2, 2}, {1, 2, 2}, /*same=*/false, {}});
        else
            x = graph.convolution(name, x, vgg_convolution(convolutions_[next++]));
    }
    x = graph.convolution("fc6", x,
                          connected(fc6_, convolutions_.back()->weight.size(0),
                                    {1, map_side, map_side}, /*relu=*/true));
    if (tap_ != Tap::Fc6)
        x = graph.convolution("fc7", x, connected(fc7_, wide, {1, 1, 1}, /*relu=*/true));
    if (tap_ == Tap::Fc8)
        graph.convolution("fc8", x, connected(fc8_, wide, {1, 1, 1}, /*relu=*/false));
    return graph;
}

} // namespace fovea::nn
