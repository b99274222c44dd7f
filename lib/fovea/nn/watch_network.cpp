// SPDX-License-Identifier: MIT
#include "fovea/nn/watch_network.h"

#include <algorithm>
#include <array>

#include "fovea/core/errors.h"
#include "fovea/flow/frame_flow.h"
#include "fovea/nn/convolution.h"
#include "fovea/nn/flow_of_clips.h"
#include "fovea/nn/fold.h"
#include "fovea/nn/mean_classifier.h"
#include "fovea/nn/picture_views.h"
#include "fovea/nn/shared_batch.h"
#include "fovea/nn/w3.h"

namespace fovea::nn {

namespace {

constexpr std::array<std::int64_t, 4> widths = {16, 32, 64, 128};
constexpr std::size_t block_count = widths.size() - 1;
constexpr double motion_gain = 6; ///< brings differences to the spread of images

/** \brief Clips [N, C, T, H, W] as series of all places [N, C, T, H W] */
at::Tensor series_of(const at::Tensor &clips)
{
    return clips.permute({0, 2, 3, 4, 1}).flatten(2, 3).permute({0, 3, 1, 2});
}

/** \brief Pictures under a kernel of one frame, 1 x K x K */
at::Tensor convolved(const torch::nn::Conv3d &conv, const at::Tensor &pictures)
{
    const at::Tensor weight = conv->weight.squeeze(2);
    const std::int64_t pad = weight.size(2) / 2;
    return at::conv2d(pictures, weight, /*bias=*/{}, conv->options.stride()->at(2), pad);
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
    : spatial1_(register_module("spatial1", centred_convolution(in, out, {1, 3, 3}, {1, 2, 2}))),
      spatial2_(register_module("spatial2", centred_convolution(out, out, {1, 3, 3}, {1, 1, 1}))),
      shortcut_(register_module("shortcut", centred_convolution(in, out, {1, 1, 1}, {1, 1, 1}))),
      temporal_(
          register_module("temporal", centred_convolution(out, out, {3, 1, 1}, {1, 1, 1}, out))),
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
    const std::int64_t frames = x.size(2);
    const at::Tensor pictures = pictures_of(x);
    const at::Tensor skip =
        nn::batch_norm(shortcut_bn_, convolved(shortcut_, at::avg_pool2d(pictures, /*kernel=*/2)));
    at::Tensor y = nn::batch_norm(bn1_, convolved(spatial1_, pictures)).relu_();
    y = nn::batch_norm(bn2_, convolved(spatial2_, y));
    if (attention_)
        y = pictures_of(attention_->forward(clips_of(y, frames), mask));
    y = clips_of((y + skip).relu_(), frames);
    const at::Tensor series = series_of(y);
    const at::Tensor moved = at::conv2d(series, temporal_->weight.squeeze(-1), /*bias=*/{},
                                        /*stride=*/1, /*padding=*/{1, 0}, /*dilation=*/1,
                                        /*groups=*/series.size(1));
    at::Tensor z = (nn::batch_norm(temporal_bn_, moved) + series).relu_();
    if (pool_time_)
        z = at::max_pool2d(z, /*kernel=*/{2, 1});
    return z.unflatten(3, {y.size(3), y.size(4)});
}

Graph::Value WatchBlock::describe(Graph &graph, Graph::Value x, const std::string &name)
{
    const KernelWindow halved = {{1, 2, 2}, {1, 2, 2}, /*same=*/false, {}};
    const KernelWindow half_rate = {{2, 1, 1}, {2, 1, 1}, /*same=*/false, {}};
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

Watch::Watch(Sight sight, std::int64_t classes, std::int64_t read_channels,
             const AttentionOptions &attention, const Size3 &clip)
    : Backbone(read_channels), sight_(sight), attention_(attention), clip_(clip)
{
    attention_.stages = attending_stages(
        attention, "watch", {block_name(0), block_name(1), block_name(2)}, block_name(2));
    const std::int64_t seen_channels = sight == Sight::Flow ? flow_channels : read_channels;
    stem_ = register_module("stem",
                            centred_convolution(seen_channels, widths[0], {1, 3, 3}, {1, 2, 2}));
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
                    clip_text({frames, height, width}));
}

at::Tensor Watch::motion_of(const at::Tensor &clips) const
{
    if (sight_ == Sight::Flow)
        return flow_of_clips(clips);
    const std::int64_t steps = clips.size(2) - 1;
    return motion_gain * (clips.narrow(2, 1, steps) - clips.narrow(2, 0, steps));
}

at::Tensor Watch::forward_map(const at::Tensor &clips)
{
    return map_of_motion(motion_of(clips));
}

at::Tensor Watch::map_of_motion(const at::Tensor &motion)
{
    const at::Tensor pictures = pictures_of(motion).contiguous(at::MemoryFormat::ChannelsLast);
    at::Tensor x =
        clips_of(nn::batch_norm(stem_bn_, convolved(stem_, pictures)).relu_(), motion.size(2));
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
    describe(graph, describe_motion(graph, begin(&graph), "motion"));
    return graph;
}

Graph::Value Watch::describe_motion(Graph &graph, Graph::Value clips, const std::string &name) const
{
    return sight_ == Sight::Flow ? graph.flow(name, clips)
                                 : graph.difference(name, clips, motion_gain);
}

Graph::Value Watch::describe(Graph &graph, Graph::Value motion, const std::string &prefix)
{
    auto x = graph.convolution(prefix + "stem", motion, folded(stem_, stem_bn_, /*relu=*/true));
    for (std::size_t i = 0; i < blocks_.size(); ++i)
        x = blocks_[i]->describe(graph, x, prefix + block_name(i));
    return x;
}

at::Tensor Watch::classify(const at::Tensor &map)
{
    return classify_mean(fc_, map, is_training(), "watch");
}

} // namespace fovea::nn
