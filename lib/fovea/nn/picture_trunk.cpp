// SPDX-License-Identifier: MIT
#include "fovea/nn/picture_trunk.h"

#include <array>
#include <string>

#include "fovea/nn/picture_convolution.h"

namespace fovea::nn {

namespace {

struct LevelShape {
    std::int64_t channels;
    std::int64_t expansion;
    int blocks;
};

constexpr std::int64_t first_width = 16;
constexpr std::array<LevelShape, PictureTrunk::most_levels> level_shapes = {
    {{24, 3, 2}, {32, 4, 3}, {64, 4, 4}, {96, 4, 2}}};

std::string block_of(std::size_t level, int block)
{
    return "level" + std::to_string(level) + "_block" + std::to_string(block);
}

} // namespace

/** \brief Wider by 1x1, 3x3 by channel, narrower by 1x1; around it what came in, where that has the same size */
class InvertedResidual final : public torch::nn::Module
{
public:
    InvertedResidual(std::int64_t in, std::int64_t out, std::int64_t expansion, std::int64_t stride)
        : has_way_around_(in == out && stride == 1)
    {
        using Then = PictureConvolution::Then;
        const std::int64_t inside = in * expansion;
        expand_ = register_module(
            "expand", std::make_shared<PictureConvolution>(in, inside, 1, 1, 1, Then::NormAndRelu));
        depthwise_ =
            register_module("depthwise", std::make_shared<PictureConvolution>(
                                             inside, inside, 3, stride, inside, Then::NormAndRelu));
        project_ = register_module(
            "project", std::make_shared<PictureConvolution>(inside, out, 1, 1, 1, Then::Norm));
    }

    at::Tensor forward(const at::Tensor &x)
    {
        const at::Tensor y = project_->forward(depthwise_->forward(expand_->forward(x)));
        return has_way_around_ ? x + y : y;
    }

    Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name)
    {
        auto y = expand_->describe(graph, x, name + ".expand");
        y = depthwise_->describe(graph, y, name + ".depthwise");
        y = project_->describe(graph, y, name + ".project");
        return has_way_around_ ? graph.add(name + ".sum", y, x, /*relu=*/false) : y;
    }

private:
    bool has_way_around_;
    std::shared_ptr<PictureConvolution> expand_, depthwise_, project_;
};

PictureTrunk::PictureTrunk(torch::nn::Module &owner, std::size_t levels)
    : stem_(owner.register_module(
          "stem", std::make_shared<PictureConvolution>(3, first_width, 3, 2, 1,
                                                       PictureConvolution::Then::NormAndRelu)))
{
    std::int64_t in = first_width;
    for (std::size_t i = 0; i < levels; ++i) {
        const LevelShape &shape = level_shapes[i];
        Level level;
        for (int block = 0; block < shape.blocks; ++block) {
            level.push_back(owner.register_module(
                block_of(i, block),
                std::make_shared<InvertedResidual>(in, shape.channels, shape.expansion,
                                                   /*stride=*/block == 0 ? 2 : 1)));
            in = shape.channels;
        }
        levels_.push_back(level);
    }
}

std::int64_t PictureTrunk::width(std::size_t level)
{
    return level_shapes[level].channels;
}

std::vector<at::Tensor> PictureTrunk::forward(const at::Tensor &pictures) const
{
    at::Tensor x = stem_->forward(pictures);
    std::vector<at::Tensor> seen;
    for (const Level &level : levels_) {
        for (const auto &block : level)
            x = block->forward(x);
        seen.push_back(x);
    }
    return seen;
}

std::vector<Graph::Value> PictureTrunk::describe(Graph &graph, Graph::Value pictures,
                                                 const std::string &prefix) const
{
    auto x = stem_->describe(graph, pictures, prefix + "stem");
    std::vector<Graph::Value> seen;
    for (std::size_t i = 0; i < levels_.size(); ++i) {
        for (std::size_t block = 0; block < levels_[i].size(); ++block)
            x = levels_[i][block]->describe(graph, x,
                                            prefix + block_of(i, static_cast<int>(block)));
        seen.push_back(x);
    }
    return seen;
}

} // namespace fovea::nn
