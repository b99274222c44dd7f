// SPDX-License-Identifier: MIT
#include "fovea/nn/residual_network.h"

#include <algorithm>

#include "fovea/core/errors.h"
#include "fovea/nn/fold.h"
#include "fovea/nn/shared_batch.h"
#include "fovea/nn/w3.h"

namespace fovea::nn {

namespace {

using Block = ResidualOptions::Block;

constexpr std::int64_t stem_width = 64;
constexpr Size3 logit_window = {2, 7, 7}; // ResNet50-I3D, gsig/PyVideoResearch
constexpr std::size_t last_stage = 3;

std::string stage_name(std::size_t stage)
{
    return "layer" + std::to_string(stage + 1);
}

at::Tensor pooled(const at::Tensor &x, const PoolOptions &pool)
{
    return at::max_pool3d(x, pool.kernel, pool.stride, pool.padding);
}

KernelWindow window_of(const PoolOptions &pool)
{
    return {pool.kernel, pool.stride, /*same=*/false, {pool.padding, pool.padding}};
}

/** The convolutions of a block in order, with the names of the public code */
std::vector<BlockConvolution> plan_block(const ResidualOptions &options, std::size_t stage,
                                         std::int64_t in, const Size3 &stride)
{
    const std::int64_t width = options.widths[stage];
    const std::int64_t out = width * options.expansion;
    const bool flat = options.flat || (options.block == Block::Pseudo3d && stage == last_stage);
    std::vector<BlockConvolution> plan;
    const auto add = [&](const std::string &label, std::int64_t from, std::int64_t to,
                         const Size3 &kernel, const Size3 &step, std::int64_t groups) {
        plan.push_back(
            {"conv" + label, "bn" + label, {from, to, kernel, step, groups, false, flat}});
    };
    const Size3 one = {1, 1, 1};
    if (options.block == Block::Basic) {
        add("1", in, out, options.middle_kernel, stride, 1);
        add("2", out, out, options.middle_kernel, one, 1);
    } else if (options.block == Block::Bottleneck) {
        add("1", in, width, options.first_kernel, one, 1);
        add("2", width, width, options.middle_kernel, stride, options.groups);
        add("3", width, out, one, one, 1);
    } else {
        add("1", in, width, one, stride, 1);
        add(flat ? "_normal" : "2", width, width, {1, 3, 3}, one, 1);
        if (!flat)
            add("3", width, width, {3, 1, 1}, one, 1);
        add("4", width, out, one, one, 1);
    }
    return plan;
}

/** Pseudo-3D blocks take turns: A, B, C, counted through the whole network (Qiu et al., section 4) */
BlockOptions::Middle pseudo3d_middle(const ResidualOptions &options, std::size_t stage,
                                     std::size_t index)
{
    if (options.block != Block::Pseudo3d || stage == last_stage)
        return BlockOptions::Middle::Serial;
    for (std::size_t before = 0; before < stage; ++before)
        index += static_cast<std::size_t>(options.blocks[before]);
    constexpr std::array<BlockOptions::Middle, 3> turns = {BlockOptions::Middle::Serial,
                                                           BlockOptions::Middle::Parallel,
                                                           BlockOptions::Middle::SerialAndSpace};
    return turns[index % turns.size()];
}

Size3 map_size_of(const ResidualOptions &options, const Size3 &clip, std::size_t stage)
{
    Size3 size =
        size_after(clip, options.stem_kernel, options.stem_stride, centred(options.stem_kernel));
    size = size_after(size, options.stem_pool.kernel, options.stem_pool.stride,
                      options.stem_pool.padding);
    for (std::size_t i = 1; i <= stage; ++i) {
        const PoolOptions &pool = options.pools[i - 1];
        if (pool.present())
            size = size_after(size, pool.kernel, pool.stride, pool.padding);
        size = size_after(size, {1, 1, 1}, options.stride, {0, 0, 0});
    }
    return size;
}

} // namespace

ResidualNetwork::ResidualNetwork(const ResidualOptions &options, std::int64_t classes,
                                 std::int64_t read_channels, const AttentionOptions &attention,
                                 const Size3 &clip)
    : Backbone(read_channels), options_(options), attention_(attention), clip_(clip)
{
    attention_.stages =
        attending_stages(attention, options.name, {"layer1", "layer2", "layer3", "layer4"},
                         stage_name(options.attention_after_stage ? last_stage - 1 : last_stage));
    std::shared_ptr<torch::nn::Module> inner;
    if (!options.root.empty())
        inner = register_module(options.root, std::make_shared<torch::nn::Module>(options.root));
    torch::nn::Module &root = inner ? *inner : *this;

    ConvolutionOptions stem;
    stem.in_channels = read_channels;
    stem.out_channels = stem_width;
    stem.kernel = options.stem_kernel;
    stem.stride = options.stem_stride;
    stem.flat = options.flat;
    stem_ = root.register_module(options.stem_name, std::make_shared<Convolution>(stem));
    stem_norm_ =
        root.register_module("bn1", torch::nn::BatchNorm3d(torch::nn::BatchNormOptions(stem_width)
                                                               .eps(options.norm.eps)
                                                               .momentum(options.norm.momentum)));
    std::int64_t in = stem_width;
    for (std::size_t stage = 0; stage < options.blocks.size(); ++stage) {
        stages_.push_back(make_stage(root, stage, in));
        in = options.widths[stage] * options.expansion;
    }
    if (refines(attention_))
        refinement_ = root.register_module(
            "afr", std::make_shared<AttentionRefinement>(attention_.stages.size(), in));
    if (classes < 1)
        return;
    if (options.kind == ResidualOptions::Classifier::Linear) {
        fc_ = register_module(options.classifier, torch::nn::Linear(in, classes));
        return;
    }
    ConvolutionOptions last;
    last.in_channels = in;
    last.out_channels = classes;
    last.bias = true;
    windows_ = register_module(options.classifier, std::make_shared<Convolution>(last));
}

bool ResidualNetwork::attends(std::size_t stage) const
{
    return std::find(attention_.stages.begin(), attention_.stages.end(), stage_name(stage)) !=
           attention_.stages.end();
}

Size3 ResidualNetwork::map_size(const Size3 &clip, std::size_t stage) const
{
    return map_size_of(options_, clip, stage);
}

BlockOptions ResidualNetwork::block_options(std::size_t stage, std::int64_t in,
                                            std::size_t index) const
{
    const bool first = index == 0;
    BlockOptions block;
    if (first && stage > 0)
        block.stride = options_.stride;
    block.convolutions = plan_block(options_, stage, in, block.stride);
    block.norm = options_.norm;
    block.mixing = options_.mixing;
    block.downsample = first && (stage > 0 || in != options_.widths[stage] * options_.expansion);
    if (attends(stage) && attends_block(attention_, index) && !options_.attention_after_stage) {
        block.attention = attention_;
        block.map = map_size(clip_, stage);
    }
    return block;
}

ResidualNetwork::Stage ResidualNetwork::make_stage(torch::nn::Module &root, std::size_t stage,
                                                   std::int64_t in)
{
    Stage made;
    const std::string name = stage_name(stage);
    const auto list = root.register_module(name, std::make_shared<torch::nn::Module>(name));
    const std::int64_t out = options_.widths[stage] * options_.expansion;
    for (int i = 0; i < options_.blocks[stage]; ++i) {
        const auto index = static_cast<std::size_t>(i);
        BlockOptions block = block_options(stage, i == 0 ? in : out, index);
        block.middle = pseudo3d_middle(options_, stage, index);
        made.blocks.push_back(
            list->register_module(std::to_string(i), std::make_shared<ResidualBlock>(block)));
    }
    if (attends(stage) && options_.attention_after_stage)
        made.attention = root.register_module(
            name + "_attention", make_attention(attention_, out, map_size(clip_, stage)));
    return made;
}

RowFacts ResidualNetwork::row_facts(const ResidualOptions &options, std::int64_t frames)
{
    constexpr std::int64_t any = 1024;
    return {options.widths.back() * options.expansion,
            map_size_of(options, {frames, any, any}, last_stage)[0], options.classifier};
}

void ResidualNetwork::check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const
{
    check_tied_clip(attention_, options_.name, clip_, {frames, height, width});
    const Size3 map = map_size({frames, height, width});
    if (frames > 0 && height > 0 && width > 0 && *std::min_element(map.begin(), map.end()) > 0)
        return;
    std::int64_t least = 1;
    while (rows_of(least) < 1)
        ++least;
    throw Error(Error::Kind::Settings, options_.name + ": expected clips of at least " +
                                           clip_text({least, 1, 1}) + ", got " +
                                           clip_text({frames, height, width}));
}

at::Tensor ResidualNetwork::run_stage(Stage &stage, const at::Tensor &x, at::Tensor *mask)
{
    at::Tensor y = x;
    for (const auto &block : stage.blocks)
        y = block->forward(y, mask); // the last block's mask stays
    return stage.attention ? stage.attention->forward(y, mask) : y;
}

at::Tensor ResidualNetwork::forward_map(const at::Tensor &clips)
{
    at::Tensor x = nn::batch_norm(stem_norm_, stem_->forward(clips)).relu_();
    x = pooled(x, options_.stem_pool);
    std::vector<at::Tensor> masks;
    for (std::size_t i = 0; i < stages_.size(); ++i) {
        at::Tensor mask;
        x = run_stage(stages_[i], x, &mask);
        if (mask.defined())
            masks.push_back(mask);
        if (i < options_.pools.size() && options_.pools[i].present())
            x = pooled(x, options_.pools[i]);
    }
    return refinement_ ? refinement_->forward(x, masks) : x;
}

Graph ResidualNetwork::graph()
{
    if (refinement_)
        return Backbone::graph();
    Graph graph;
    auto x = graph.convolution(options_.stem_name, begin(&graph),
                               folded(*stem_, stem_norm_, /*relu=*/true));
    x = graph.max_pool("pool", x, window_of(options_.stem_pool));
    for (std::size_t i = 0; i < stages_.size(); ++i) {
        const std::string name = stage_name(i);
        for (std::size_t k = 0; k < stages_[i].blocks.size(); ++k)
            x = stages_[i].blocks[k]->describe(graph, x, name + "." + std::to_string(k));
        if (const auto attention = stages_[i].attention)
            x = graph.torch_layer(name + "_attention", x, [attention](const at::Tensor &map) {
                return attention->forward(map, /*mask=*/nullptr);
            });
        if (i < options_.pools.size() && options_.pools[i].present())
            x = graph.max_pool(name + "_pool", x, window_of(options_.pools[i]));
    }
    return graph;
}

at::Tensor ResidualNetwork::classify(const at::Tensor &map)
{
    if (!fc_ && !windows_)
        throw Error(Error::Kind::Settings,
                    options_.name + ": logits asked of a network made without classes");
    if (fc_) {
        const at::Tensor row = map.mean({2, 3, 4});
        return fc_->forward(nn::dropout(row, options_.dropout, is_training())).unsqueeze(2);
    }
    if (map.size(2) < logit_window[0] || map.size(3) < logit_window[1] ||
        map.size(4) < logit_window[2])
        throw Error(Error::Kind::Settings,
                    options_.name +
                        ": logits need clips of more than 8 frames of more than 192 x 192 pixels, "
                        "got a last map of " +
                        clip_text({map.size(2), map.size(3), map.size(4)}));
    const at::Tensor seen = at::avg_pool3d(map, logit_window, /*stride=*/1);
    return windows_->forward(nn::dropout(seen, options_.dropout, is_training())).mean({3, 4});
}

} // namespace fovea::nn
