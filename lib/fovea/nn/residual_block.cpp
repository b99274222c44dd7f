// SPDX-License-Identifier: MIT
#include "fovea/nn/residual_block.h"

#include "fovea/nn/fold.h"
#include "fovea/nn/temporal_mixing.h"

namespace fovea::nn {

namespace {

torch::nn::BatchNorm3d make_norm(std::int64_t channels, const NormOptions &options)
{
    return torch::nn::BatchNorm3d(
        torch::nn::BatchNormOptions(channels).eps(options.eps).momentum(options.momentum));
}

} // namespace

Node ResidualBlock::Step::describe(bool relu) const
{
    return folded(*convolution, norm, relu);
}

ResidualBlock::ResidualBlock(const BlockOptions &options) : options_(options)
{
    const std::int64_t in = options.convolutions.front().options.in_channels;
    const ConvolutionOptions &last = options.convolutions.back().options;
    if (options.mixing == TemporalMixing::Aggregation)
        aggregation_ = register_module("tam", std::make_shared<TemporalAggregation>(in));
    for (const BlockConvolution &plan : options.convolutions)
        steps_.push_back(
            make_step(plan, steps_.empty() && options.mixing == TemporalMixing::Shift));
    if (!options.attention.name.empty())
        attention_ =
            register_module(attention_child(options.attention),
                            make_attention(options.attention, last.out_channels, options.map));
    if (!options.downsample)
        return;
    ConvolutionOptions around;
    around.in_channels = in;
    around.out_channels = last.out_channels;
    around.stride = options.stride;
    around.flat = last.flat;
    const auto pair = register_module("downsample", std::make_shared<torch::nn::Module>("pair"));
    downsample_.convolution = pair->register_module("0", std::make_shared<Convolution>(around));
    downsample_.norm = pair->register_module("1", make_norm(last.out_channels, NormOptions()));
}

ResidualBlock::Step ResidualBlock::make_step(const BlockConvolution &plan, bool inside_net)
{
    Step step;
    step.convolution = std::make_shared<Convolution>(plan.options);
    if (inside_net)
        register_module(plan.name, std::make_shared<torch::nn::Module>(plan.name))
            ->register_module("net", step.convolution);
    else
        register_module(plan.name, step.convolution);
    step.norm = register_module(plan.norm, make_norm(plan.options.out_channels, options_.norm));
    return step;
}

at::Tensor ResidualBlock::convolve(const at::Tensor &x)
{
    if (options_.middle == BlockOptions::Middle::Serial) {
        at::Tensor y = x;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            y = steps_[i].forward(y);
            if (i + 1 < steps_.size())
                y = y.relu_();
        }
        return y;
    }
    const at::Tensor narrow = steps_[0].forward(x).relu_();
    const at::Tensor space = steps_[1].forward(narrow).relu_();
    const bool parallel = options_.middle == BlockOptions::Middle::Parallel;
    const at::Tensor time = steps_[2].forward(parallel ? narrow : space).relu_();
    return steps_[3].forward(space + time);
}

at::Tensor ResidualBlock::around(const at::Tensor &x)
{
    return downsample_.convolution ? downsample_.forward(x) : x;
}

at::Tensor ResidualBlock::forward(const at::Tensor &x, at::Tensor *mask)
{
    at::Tensor y = x;
    if (options_.mixing == TemporalMixing::Shift)
        y = shifted(x);
    else if (aggregation_)
        y = aggregation_->forward(x);
    y = convolve(y);
    const bool follows = follows_block(options_.attention);
    if (attention_ && !follows)
        y = attention_->forward(y, mask);
    y = (y + around(x)).relu_();
    return attention_ && follows ? attention_->forward(y, mask) : y;
}

Graph::Value ResidualBlock::describe_convolutions(Graph &graph, Graph::Value x,
                                                  const std::string &name)
{
    const auto step = [&](std::size_t i, Graph::Value from, bool relu) {
        return graph.convolution(name + "." + options_.convolutions[i].name, from,
                                 steps_[i].describe(relu));
    };
    if (options_.middle == BlockOptions::Middle::Serial) {
        for (std::size_t i = 0; i < steps_.size(); ++i)
            x = step(i, x, /*relu=*/i + 1 < steps_.size());
        return x;
    }
    const Graph::Value narrow = step(0, x, /*relu=*/true);
    const Graph::Value space = step(1, narrow, /*relu=*/true);
    const bool parallel = options_.middle == BlockOptions::Middle::Parallel;
    const Graph::Value time = step(2, parallel ? narrow : space, /*relu=*/true);
    return step(3, graph.add(name + ".space_and_time", space, time, /*relu=*/false),
                /*relu=*/false);
}

Graph::Value ResidualBlock::describe(Graph &graph, Graph::Value x, const std::string &name)
{
    Graph::Value y = x;
    if (options_.mixing == TemporalMixing::Shift)
        y = graph.convolution(name + ".shift", x,
                              shift(options_.convolutions.front().options.in_channels));
    else if (aggregation_)
        y = aggregation_->describe(graph, x, name + ".tam");
    y = describe_convolutions(graph, y, name);
    const bool follows = follows_block(options_.attention);
    if (attention_ && !follows)
        y = describe_attention(graph, y, name);
    const Graph::Value way =
        downsample_.convolution
            ? graph.convolution(name + ".downsample", x, downsample_.describe(/*relu=*/false))
            : x;
    y = graph.add(name, y, way, /*relu=*/true);
    return attention_ && follows ? describe_attention(graph, y, name) : y;
}

Graph::Value ResidualBlock::describe_attention(Graph &graph, Graph::Value x,
                                               const std::string &name)
{
    return graph.torch_layer(
        name + "." + attention_child(options_.attention), x,
        [this](const at::Tensor &map) { return attention_->forward(map, /*mask=*/nullptr); });
}

} // namespace fovea::nn
