// SPDX-License-Identifier: MIT
#include "fovea/nn/i3d.h"

#include "fovea/core/errors.h"
#include "fovea/nn/shared_batch.h"

namespace fovea::nn {

namespace {

/** One stage, in order: a convolution, a pool, or an Inception block */
struct Stage {
    enum class Kind { Unit, Pool, Inception };

    const char *name;
    Kind kind;
    Size3 kernel;
    Size3 stride;
    InceptionChannels channels; ///< of a unit: the first
};

constexpr auto unit = Stage::Kind::Unit;
constexpr auto pool = Stage::Kind::Pool;
constexpr auto inception = Stage::Kind::Inception;

const std::array<Stage, 16> stages = {{
    {"Conv3d_1a_7x7", unit, {7, 7, 7}, {2, 2, 2}, {64}},
    {"MaxPool3d_2a_3x3", pool, {1, 3, 3}, {1, 2, 2}, {}},
    {"Conv3d_2b_1x1", unit, {1, 1, 1}, {1, 1, 1}, {64}},
    {"Conv3d_2c_3x3", unit, {3, 3, 3}, {1, 1, 1}, {192}},
    {"MaxPool3d_3a_3x3", pool, {1, 3, 3}, {1, 2, 2}, {}},
    {"Mixed_3b", inception, {}, {}, {64, 96, 128, 16, 32, 32}},
    {"Mixed_3c", inception, {}, {}, {128, 128, 192, 32, 96, 64}},
    {"MaxPool3d_4a_3x3", pool, {3, 3, 3}, {2, 2, 2}, {}},
    {"Mixed_4b", inception, {}, {}, {192, 96, 208, 16, 48, 64}},
    {"Mixed_4c", inception, {}, {}, {160, 112, 224, 24, 64, 64}},
    {"Mixed_4d", inception, {}, {}, {128, 128, 256, 24, 64, 64}},
    {"Mixed_4e", inception, {}, {}, {112, 144, 288, 32, 64, 64}},
    {"Mixed_4f", inception, {}, {}, {256, 160, 320, 32, 128, 128}},
    {"MaxPool3d_5a_2x2", pool, {2, 2, 2}, {2, 2, 2}, {}},
    {"Mixed_5b", inception, {}, {}, {256, 160, 320, 32, 128, 128}},
    {"Mixed_5c", inception, {}, {}, {384, 192, 384, 48, 128, 128}},
}};

std::shared_ptr<Unit3d> make_unit(std::int64_t in, std::int64_t out, const Size3 &kernel,
                                  const Size3 &stride = {1, 1, 1})
{
    Unit3dOptions options;
    options.in_channels = in;
    options.out_channels = out;
    options.kernel = kernel;
    options.stride = stride;
    return std::make_shared<Unit3d>(options);
}

} // namespace

InceptionBlock::InceptionBlock(std::int64_t in_channels, const InceptionChannels &channels)
    : out_channels_(channels[0] + channels[2] + channels[4] + channels[5])
{
    const Size3 one = {1, 1, 1};
    const Size3 three = {3, 3, 3};
    b0 = register_module("b0", make_unit(in_channels, channels[0], one));
    b1a = register_module("b1a", make_unit(in_channels, channels[1], one));
    b1b = register_module("b1b", make_unit(channels[1], channels[2], three));
    b2a = register_module("b2a", make_unit(in_channels, channels[3], one));
    b2b = register_module("b2b", make_unit(channels[3], channels[4], three));
    b3a = register_module("b3a", std::make_shared<MaxPool3dSame>(three, one));
    b3b = register_module("b3b", make_unit(in_channels, channels[5], one));
}

at::Tensor InceptionBlock::forward(const at::Tensor &x)
{
    return at::cat({b0->forward(x), b1b->forward(b1a->forward(x)), b2b->forward(b2a->forward(x)),
                    b3b->forward(b3a->forward(x))},
                   /*dim=*/1);
}

Graph::Value InceptionBlock::describe(Graph &graph, Graph::Value x, const std::string &name)
{
    const auto first = b0->describe(graph, x, name + ".b0");
    const auto second = b1b->describe(graph, b1a->describe(graph, x, name + ".b1a"), name + ".b1b");
    const auto third = b2b->describe(graph, b2a->describe(graph, x, name + ".b2a"), name + ".b2b");
    const auto fourth = b3b->describe(graph, b3a->describe(graph, x, name + ".b3a"), name + ".b3b");
    return graph.concat(name, {first, second, third, fourth});
}

I3d::I3d(std::int64_t classes, std::int64_t read_channels) : Backbone(read_channels)
{
    std::int64_t channels = read_channels;
    for (const Stage &stage : stages) {
        std::shared_ptr<Layer> layer;
        if (stage.kind == pool) {
            layer = std::make_shared<MaxPool3dSame>(stage.kernel, stage.stride);
        } else if (stage.kind == unit) {
            layer = make_unit(channels, stage.channels[0], stage.kernel, stage.stride);
            channels = stage.channels[0];
        } else {
            const auto block = std::make_shared<InceptionBlock>(channels, stage.channels);
            layer = block;
            channels = block->out_channels();
        }
        stages_.push_back(register_module(stage.name, layer));
    }
    if (classes > 0)
        logits_ = register_module("logits", make_classifier(channels, classes));
}

void I3d::check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const
{
    if (frames < 1 || height < 1 || width < 1)
        throw Error(Error::Kind::Settings,
                    "i3d: expected clips of at least 1 x 1 x 1, got " + std::to_string(frames) +
                        " x " + std::to_string(height) + " x " + std::to_string(width));
}

at::Tensor I3d::forward_map(const at::Tensor &clips)
{
    at::Tensor x = clips;
    for (const auto &stage : stages_)
        x = stage->forward(x);
    return x;
}

Graph I3d::graph()
{
    Graph graph;
    Graph::Value x = begin(&graph);
    for (std::size_t i = 0; i < stages_.size(); ++i)
        x = stages_[i]->describe(graph, x, stages[i].name);
    return graph;
}

namespace {

/* The average is over 2 x 7 x 7 of the last map. */
Error too_small(const std::string &got)
{
    return {Error::Kind::Settings,
            "i3d: logits need clips of more than 8 frames of more than 192 x 192 pixels, got " +
                got};
}

} // namespace

at::Tensor I3d::logits(const at::Tensor &clips)
{
    if (clips.dim() == 5 && (clips.size(2) <= 8 || clips.size(3) <= 192 || clips.size(4) <= 192))
        throw too_small(clip_text({clips.size(2), clips.size(3), clips.size(4)}));
    return Backbone::logits(clips);
}

at::Tensor I3d::classify(const at::Tensor &map)
{
    if (!logits_)
        throw Error(Error::Kind::Settings, "i3d: logits asked of a network made without classes");
    if (map.size(2) < 2 || map.size(3) < 7 || map.size(4) < 7)
        throw too_small("a last map of " + std::to_string(map.size(2)) + " x " +
                        std::to_string(map.size(3)) + " x " + std::to_string(map.size(4)));
    const at::Tensor pooled = at::avg_pool3d(map, {2, 7, 7}, /*stride=*/1);
    const at::Tensor kept = nn::dropout(pooled, /*p=*/0.5, is_training());
    return logits_->forward(kept).mean({3, 4});
}

} // namespace fovea::nn
