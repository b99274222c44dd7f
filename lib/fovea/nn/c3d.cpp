// SPDX-License-Identifier: MIT
#include "fovea/nn/c3d.h"

#include <array>

#include "fovea/core/errors.h"
#include "fovea/nn/fold.h"
#include "fovea/nn/shared_batch.h"

namespace fovea::nn {

namespace {

/** A convolution and ReLU; a pool behind it where its kernel is not 0 */
struct ConvolutionStage {
    const char *name;
    std::int64_t channels;
    Size3 pool;    ///< kernel and stride
    Size3 padding; ///< of the pool
};

const std::array<ConvolutionStage, 8> convolution_stages = {{
    {"conv1", 64, {1, 2, 2}, {}},
    {"conv2", 128, {2, 2, 2}, {}},
    {"conv3a", 256, {}, {}},
    {"conv3b", 256, {2, 2, 2}, {}},
    {"conv4a", 512, {}, {}},
    {"conv4b", 512, {2, 2, 2}, {}},
    {"conv5a", 512, {}, {}},
    {"conv5b", 512, {2, 2, 2}, {0, 1, 1}},
}};

constexpr std::int64_t chunk = 16; ///< frames that a row sees
constexpr std::int64_t side = 112; ///< pixels
constexpr std::int64_t map_side = 4;
constexpr std::int64_t wide = 4096;
constexpr double share_dropped = 0.5;

} // namespace

C3d::C3d(Tap tap, std::int64_t classes, std::int64_t read_channels,
         const AttentionOptions &attention, const Size3 &clip)
    : Backbone(read_channels),
      tap_(tap),
      fc6_(torch::nn::Linear(convolution_stages.back().channels * map_side * map_side, wide)),
      fc7_(torch::nn::Linear(wide, wide))
{
    std::int64_t in = read_channels;
    for (const ConvolutionStage &stage : convolution_stages) {
        const auto options = torch::nn::Conv3dOptions(in, stage.channels, /*kernel=*/3).padding(1);
        convolutions_.emplace_back(register_module(stage.name, torch::nn::Conv3d(options)));
        in = stage.channels;
    }
    const std::string last = convolution_stages.back().name;
    if (!attending_stages(attention, "c3d", {last}, last).empty())
        attention_ = register_module(
            "conv5b_attention", make_attention(attention, in, {clip[0] / 8, side / 16, side / 16}));
    register_module("fc6", fc6_);
    register_module("fc7", fc7_);
    if (classes > 0)
        fc8_ = register_module("fc8", torch::nn::Linear(wide, classes));
}

void C3d::check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const
{
    if (frames >= chunk && frames % chunk == 0 && height == side && width == side)
        return;
    throw Error(Error::Kind::Settings,
                "c3d: expected clips of 16 frames, or a multiple, of 112 x 112, got " +
                    clip_text({frames, height, width}));
}

double C3d::flops_per_pixel() const
{
    return 2 * 38.547e9 / static_cast<double>(chunk * side * side);
}

at::Tensor C3d::forward_map(const at::Tensor &clips)
{
    at::Tensor x = clips;
    for (std::size_t i = 0; i < convolution_stages.size(); ++i) {
        x = convolutions_[i]->forward(x).relu_();
        if (attention_ && i + 1 == convolution_stages.size())
            x = attention_->forward(x, /*mask=*/nullptr);
        if (convolution_stages[i].pool[0] > 0)
            x = at::max_pool3d(x, convolution_stages[i].pool, convolution_stages[i].pool,
                               convolution_stages[i].padding);
    }
    return x;
}

Graph C3d::graph()
{
    Graph graph;
    Graph::Value x = begin(&graph);
    for (std::size_t i = 0; i < convolution_stages.size(); ++i) {
        const ConvolutionStage &stage = convolution_stages[i];
        x = graph.convolution(stage.name, x,
                              folded(convolutions_[i], /*bn=*/nullptr, /*relu=*/true));
        if (attention_ && i + 1 == convolution_stages.size())
            x = graph.torch_layer("conv5b_attention", x, [this](const at::Tensor &map) {
                return attention_->forward(map, /*mask=*/nullptr);
            });
        if (stage.pool[0] > 0)
            x = graph.max_pool(
                std::string(stage.name) + "_pool", x,
                {stage.pool, stage.pool, /*same=*/false, {stage.padding, stage.padding}});
    }
    const std::int64_t channels = convolution_stages.back().channels;
    x = graph.convolution("fc6", x,
                          connected(fc6_, channels, {1, map_side, map_side}, /*relu=*/true));
    if (tap_ == Tap::Fc7)
        graph.convolution("fc7", x, connected(fc7_, wide, {1, 1, 1}, /*relu=*/true));
    return graph;
}

at::Tensor C3d::fc6(const at::Tensor &map)
{
    const at::Tensor chunks = map.transpose(1, 2).flatten(2); // [N, T / 16, 512 x 4 x 4]
    return fc6_->forward(chunks).relu();
}

at::Tensor C3d::fc7(const at::Tensor &features)
{
    return fc7_->forward(nn::dropout(features, share_dropped, is_training())).relu();
}

at::Tensor C3d::rows(const at::Tensor &clips)
{
    const at::Tensor features = fc6(map(clips));
    return tap_ == Tap::Fc6 ? features : fc7(features);
}

at::Tensor C3d::classify(const at::Tensor &map)
{
    if (!fc8_)
        throw Error(Error::Kind::Settings, "c3d: logits asked of a network made without classes");
    const at::Tensor features = nn::dropout(fc7(fc6(map)), share_dropped, is_training());
    return fc8_->forward(features).mean(1).unsqueeze(2);
}

} // namespace fovea::nn
