// SPDX-License-Identifier: MIT
#include "fovea/nn/keypoint_network.h"

#include <array>

#include <ATen/ATen.h>
#include <torch/nn/modules/batchnorm.h>

#include "fovea/core/pose.h"
#include "fovea/nn/convolution.h"
#include "fovea/nn/fold.h"

namespace fovea::nn {

namespace {

struct LevelShape {
    std::int64_t channels;
    std::int64_t expansion;
    int blocks;
};

constexpr std::int64_t first_width = 16;
constexpr std::array<LevelShape, 4> level_shapes = {
    {{24, 3, 2}, {32, 4, 3}, {64, 4, 4}, {96, 4, 2}}}; // each halves height and width
constexpr std::int64_t width_up = 48;
constexpr std::int64_t trunk_width = 64;
constexpr double rare =
    -4; ///< logits of heatmaps at first: nearly all cells hold nothing (Lin et al., ICCV 2017)

} // namespace

/** \brief Convolution of pictures, BatchNorm or a bias, ReLU; parameters `conv.*`, `bn.*` */
class PictureConvolution final : public torch::nn::Module
{
public:
    enum class Then { Nothing, Norm, NormAndRelu };

    PictureConvolution(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                       std::int64_t groups, Then then)
        : then_(then)
    {
        ConvolutionOptions options;
        options.in_channels = in;
        options.out_channels = out;
        options.kernel = {1, kernel, kernel};
        options.stride = {1, stride, stride};
        options.groups = groups;
        options.bias = then == Then::Nothing;
        options.flat = true;
        conv_ = register_module("conv", std::make_shared<Convolution>(options));
        if (then != Then::Nothing)
            bn_ = register_module("bn", torch::nn::BatchNorm3d(out));
    }

    at::Tensor forward(const at::Tensor &x)
    {
        const ConvolutionOptions &options = conv_->options();
        at::Tensor y = at::conv2d(x, conv_->weight, conv_->bias, options.stride[2],
                                  options.kernel[2] / 2, /*dilation=*/1, options.groups);
        if (bn_)
            y = at::batch_norm(y, bn_->weight, bn_->bias, bn_->running_mean, bn_->running_var,
                               bn_->is_training(), *bn_->options.momentum(), bn_->options.eps(),
                               /*cudnn_enabled=*/true);
        return then_ == Then::NormAndRelu ? y.relu_() : y;
    }

    Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name)
    {
        return graph.convolution(name, x, folded(*conv_, bn_, then_ == Then::NormAndRelu));
    }

    /** \brief First numbers of a convolution with a bias: weights near 0, all biases \a bias */
    void begin_near(double bias)
    {
        const at::NoGradGuard no_grad;
        conv_->weight.normal_(0, /*std=*/0.01);
        conv_->bias.fill_(bias);
    }

private:
    Then then_;
    std::shared_ptr<Convolution> conv_;
    torch::nn::BatchNorm3d bn_ = nullptr;
};

using Then = PictureConvolution::Then;

/** \brief Wider by 1x1, 3x3 by channel, narrower by 1x1; around it what came in, where that has the same size */
class InvertedResidual final : public torch::nn::Module
{
public:
    InvertedResidual(std::int64_t in, std::int64_t out, std::int64_t expansion, std::int64_t stride)
        : has_way_around_(in == out && stride == 1)
    {
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

/** \brief 3x3 by channel, then 1x1 */
class SeparableConvolution final : public torch::nn::Module
{
public:
    SeparableConvolution(std::int64_t in, std::int64_t out)
    {
        depthwise_ = register_module(
            "depthwise", std::make_shared<PictureConvolution>(in, in, 3, 1, in, Then::Norm));
        pointwise_ = register_module(
            "pointwise", std::make_shared<PictureConvolution>(in, out, 1, 1, 1, Then::NormAndRelu));
    }

    at::Tensor forward(const at::Tensor &x) { return pointwise_->forward(depthwise_->forward(x)); }

    Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name)
    {
        return pointwise_->describe(graph, depthwise_->describe(graph, x, name + ".depthwise"),
                                    name + ".pointwise");
    }

private:
    std::shared_ptr<PictureConvolution> depthwise_, pointwise_;
};

KeypointNetwork::KeypointNetwork()
{
    stem_ = register_module(
        "stem", std::make_shared<PictureConvolution>(3, first_width, 3, 2, 1, Then::NormAndRelu));
    std::int64_t width = first_width;
    for (std::size_t i = 0; i < level_shapes.size(); ++i) {
        const LevelShape &shape = level_shapes[i];
        const std::string name = "level" + std::to_string(i);
        Level level;
        for (int block = 0; block < shape.blocks; ++block) {
            level.blocks.push_back(
                register_module(name + "_block" + std::to_string(block),
                                std::make_shared<InvertedResidual>(
                                    width, shape.channels, shape.expansion, block == 0 ? 2 : 1)));
            width = shape.channels;
        }
        level.lateral = register_module(
            name + "_lateral",
            std::make_shared<PictureConvolution>(width, width_up, 1, 1, 1, Then::Norm));
        if (i + 1 < level_shapes.size())
            level.joined = register_module(
                name + "_joined", std::make_shared<SeparableConvolution>(width_up, width_up));
        levels_.push_back(level);
    }
    trunk_ =
        register_module("trunk", std::make_shared<SeparableConvolution>(width_up, trunk_width));
    for (std::size_t i = 0; i < pose_maps; ++i)
        maps_.push_back(
            register_module("map" + std::to_string(i),
                            std::make_shared<PictureConvolution>(trunk_width, pose_map_channels[i],
                                                                 1, 1, 1, Then::Nothing)));
    for (std::size_t i = 0; i < pose_maps; ++i)
        maps_[i]->begin_near(i == heatmap_map || i == centre_map ? rare : 0);
}

at::Tensor KeypointNetwork::forward(const at::Tensor &pictures)
{
    at::Tensor x = stem_->forward(pictures);
    std::vector<at::Tensor> seen;
    for (const Level &level : levels_) {
        for (const auto &block : level.blocks)
            x = block->forward(x);
        seen.push_back(level.lateral->forward(x));
    }
    at::Tensor up = seen.back();
    for (std::size_t i = levels_.size() - 1; i-- > 0;) {
        up = at::upsample_bilinear2d(up, seen[i].sizes().slice(2), /*align_corners=*/false);
        up = levels_[i].joined->forward(up + seen[i]);
    }
    up = trunk_->forward(up);
    std::vector<at::Tensor> maps;
    for (const auto &map : maps_)
        maps.push_back(map->forward(up));
    return at::cat(maps, /*dim=*/1);
}

Graph KeypointNetwork::graph()
{
    Graph graph;
    auto x = stem_->describe(graph, graph.input(), "stem");
    std::vector<Graph::Value> seen;
    for (std::size_t i = 0; i < levels_.size(); ++i) {
        const std::string name = "level" + std::to_string(i);
        for (std::size_t block = 0; block < levels_[i].blocks.size(); ++block)
            x = levels_[i].blocks[block]->describe(graph, x,
                                                   name + ".block" + std::to_string(block));
        seen.push_back(levels_[i].lateral->describe(graph, x, name + ".lateral"));
    }
    auto up = seen.back();
    for (std::size_t i = levels_.size() - 1; i-- > 0;) {
        const std::string name = "level" + std::to_string(i);
        up = graph.upsample(name + ".up", up, /*factor=*/2, Upsampling::Bilinear);
        up = graph.add(name + ".sum", up, seen[i], /*relu=*/false);
        up = levels_[i].joined->describe(graph, up, name + ".joined");
    }
    up = trunk_->describe(graph, up, "trunk");
    for (std::size_t i = 0; i < maps_.size(); ++i)
        graph.add_output(maps_[i]->describe(graph, up, "map" + std::to_string(i)));
    return graph;
}

} // namespace fovea::nn
