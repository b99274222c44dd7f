// SPDX-License-Identifier: MIT
#include "fovea/nn/watch.h"

#include <algorithm>
#include <array>

#include "fovea/core/errors.h"
#include "fovea/nn/fold.h"
#include "fovea/nn/w3.h"

namespace fovea::nn {

namespace {

constexpr std::array<std::int64_t, 4> widths = {16, 32, 64, 128};
constexpr std::size_t block_count = widths.size() - 1;
constexpr double motion_gain = 6; ///< brings differences to the spread of images
constexpr double dropout = 0.5;

torch::nn::Conv3d make_conv(std::int64_t in, std::int64_t out, const Size3 &kernel,
                            const Size3 &stride, std::int64_t groups = 1)
{
    const Size3 centred = {kernel[0] / 2, kernel[1] / 2, kernel[2] / 2};
    return torch::nn::Conv3d(torch::nn::Conv3dOptions(in, out, kernel)
                                 .stride(stride)
                                 .padding(centred)
                                 .groups(groups)
                                 .bias(false));
}

std::string block_name(std::size_t block)
{
    return "blocks." + std::to_string(block);
}

bool pools_time(std::size_t block)
{
    return block > 0;
}

/** What attention sees in a block of a clip: frames, height, width */
Size3 map_size(const Size3 &clip, std::size_t block)
{
    Size3 size = {clip[0] - 1, clip[1] / 2, clip[2] / 2}; // behind the stem
    for (std::size_t i = 0; i <= block; ++i) {
        const bool halved = i > 0 && pools_time(i - 1);
        size = {halved ? size[0] / 2 : size[0], size[1] / 2, size[2] / 2};
    }
    return size;
}

} // namespace

WatchBlock::WatchBlock(std::int64_t in, std::int64_t out, bool pool_time,
                       const AttentionOptions &attention, const Size3 &map)
    : spatial1_(register_module("spatial1", make_conv(in, out, {1, 3, 3}, {1, 2, 2}))),
      spatial2_(register_module("spatial2", make_conv(out, out, {1, 3, 3}, {1, 1, 1}))),
      shortcut_(register_module("shortcut", make_conv(in, out, {1, 1, 1}, {1, 1, 1}))),
      temporal_(register_module("temporal", make_conv(out, out, {3, 1, 1}, {1, 1, 1}, out))),
      bn1_(register_module("bn1", torch::nn::BatchNorm3d(out))),
      bn2_(register_module("bn2", torch::nn::BatchNorm3d(out))),
      shortcut_bn_(register_module("shortcut_bn", torch::nn::BatchNorm3d(out))),
      temporal_bn_(register_module("temporal_bn", torch::nn::BatchNorm3d(out))),
      pool_time_(pool_time)
{
    if (attention.name.empty())
        return;
    attention_name_ = attention_child(attention);
    attention_ = register_module(attention_name_, make_attention(attention, out, map));
}

at::Tensor WatchBlock::forward(const at::Tensor &x, at::Tensor *mask)
{
    const at::Tensor skip =
        shortcut_bn_->forward(shortcut_->forward(at::avg_pool3d(x, {1, 2, 2}, {1, 2, 2})));
    at::Tensor y = bn1_->forward(spatial1_->forward(x)).relu_();
    y = bn2_->forward(spatial2_->forward(y));
    if (attention_)
        y = attention_->forward(y, mask);
    y = (y + skip).relu_();
    y = (temporal_bn_->forward(temporal_->forward(y)) + y).relu_();
    return pool_time_ ? at::max_pool3d(y, {2, 1, 1}, {2, 1, 1}) : y;
}

Graph::Value WatchBlock::describe(Graph &graph, Graph::Value x, const std::string &name)
{
    const Window halved = {{1, 2, 2}, {1, 2, 2}, /*same=*/false, {}};
    const Window half_rate = {{2, 1, 1}, {2, 1, 1}, /*same=*/false, {}};
    const auto skip = graph.convolution(name + ".shortcut",
                                        graph.average_pool(name + ".shortcut_pool", x, halved),
                                        folded(shortcut_, shortcut_bn_, /*relu=*/false));
    auto y = graph.convolution(name + ".spatial1", x, folded(spatial1_, bn1_, /*relu=*/true));
    y = graph.convolution(name + ".spatial2", y, folded(spatial2_, bn2_, /*relu=*/false));
    if (attention_)
        y = graph.torch_layer(name + "." + attention_name_, y, [this](const at::Tensor &map) {
            return attention_->forward(map, /*mask=*/nullptr);
        });
    y = graph.add(name + ".spatial", y, skip, /*relu=*/true);
    const auto moved =
        graph.convolution(name + ".temporal", y, folded(temporal_, temporal_bn_, /*relu=*/false));
    y = graph.add(name + ".moved", moved, y, /*relu=*/true);
    return pool_time_ ? graph.max_pool(name + ".pool", y, half_rate) : y;
}

Watch::Watch(std::int64_t classes, const AttentionOptions &attention, const Size3 &clip)
    : attention_(attention), clip_(clip)
{
    attention_.stages = attending_stages(
        attention, "watch", {block_name(0), block_name(1), block_name(2)}, block_name(2));
    stem_ = register_module("stem", make_conv(3, widths[0], {1, 3, 3}, {1, 2, 2}));
    stem_bn_ = register_module("stem_bn", torch::nn::BatchNorm3d(widths[0]));
    const auto list = std::make_shared<torch::nn::Module>("blocks");
    for (std::size_t i = 0; i < block_count; ++i) {
        const auto &stages = attention_.stages;
        const bool attends = std::find(stages.begin(), stages.end(), block_name(i)) != stages.end();
        blocks_.push_back(std::make_shared<WatchBlock>(widths[i], widths[i + 1], pools_time(i),
                                                       attends ? attention_ : AttentionOptions(),
                                                       map_size(clip, i)));
        list->register_module(std::to_string(i), blocks_.back());
    }
    register_module("blocks", list);
    if (refines(attention_))
        refinement_ = register_module(
            "afr", std::make_shared<AttentionRefinement>(attention_.stages.size(), widths.back()));
    if (classes > 0)
        fc_ = register_module("fc", torch::nn::Linear(widths.back(), classes));
}

void Watch::check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const
{
    check_tied_clip(attention_, "watch", clip_, {frames, height, width});
    // 4 differences make a row; four halvings of the picture must be without a rest
    if (frames >= 5 && height >= 16 && width >= 16 && height % 16 == 0 && width % 16 == 0)
        return;
    throw Error(Error::Kind::Settings,
                "watch: expected clips of at least 5 frames (best: 17) of a width and height that "
                "16 divides (best: 96 x 96), got " +
                    std::to_string(frames) + " frames of " + std::to_string(width) + " x " +
                    std::to_string(height));
}

at::Tensor Watch::forward_map(const at::Tensor &clips)
{
    const std::int64_t steps = clips.size(2) - 1;
    const at::Tensor motion = motion_gain * (clips.narrow(2, 1, steps) - clips.narrow(2, 0, steps));
    at::Tensor x = stem_bn_->forward(stem_->forward(motion)).relu_();
    std::vector<at::Tensor> masks;
    for (const auto &block : blocks_) {
        at::Tensor mask;
        x = block->forward(x, &mask);
        if (mask.defined())
            masks.push_back(mask);
    }
    return refinement_ ? refinement_->forward(x, masks) : x;
}

Graph Watch::graph()
{
    if (refinement_)
        return Backbone::graph();
    Graph graph;
    auto x = graph.difference("motion", graph.input(), motion_gain);
    x = graph.convolution("stem", x, folded(stem_, stem_bn_, /*relu=*/true));
    for (std::size_t i = 0; i < blocks_.size(); ++i)
        x = blocks_[i]->describe(graph, x, block_name(i));
    return graph;
}

at::Tensor Watch::classify(const at::Tensor &map)
{
    if (!fc_)
        throw Error(Error::Kind::Settings, "watch: logits asked of a network made without classes");
    const at::Tensor pooled = map.mean({3, 4}).mean(2);
    return fc_->forward(at::dropout(pooled, dropout, is_training())).unsqueeze(2);
}

} // namespace fovea::nn
