// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "fovea/core/array.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/evaluate.h"
#include "fovea/nn/graph.h"
#include "named_numbers.h"

/** \brief A backbone that is nothing but a graph: LibTorch runs it node by node */
class GraphBackbone final : public fovea::nn::Backbone
{
public:
    explicit GraphBackbone(fovea::nn::Graph graph) : graph_(std::move(graph)) {}

    at::Tensor classify(const at::Tensor &map) override { return map; }

    fovea::nn::RowFacts facts(std::int64_t frames) const override
    {
        const auto map = [&](std::int64_t of) {
            return run(graph_, at::zeros({1, 3, of, 16, 16}));
        };
        const std::int64_t rows = frames > 1 ? map(frames).size(2) : 0; // one is too few for some
        return {map(16).size(1), rows, "none"};
    }

    void check_clip(std::int64_t, std::int64_t, std::int64_t) const override {}

    double flops_per_pixel() const override { return 1; }

    fovea::nn::Graph graph() override { return graph_; }

protected:
    at::Tensor forward_map(const at::Tensor &clips) override { return run(graph_, clips); }

private:
    fovea::nn::Graph graph_;
};

inline fovea::nn::Node convolution(const std::string &name, std::int64_t in, std::int64_t out,
                                   const fovea::nn::KernelWindow &window, bool relu,
                                   std::int64_t groups = 1)
{
    fovea::nn::Node node;
    node.window = window;
    node.weight = fovea::nn::shared_array(
        named_numbers::parameter(name + ".weight", {out, in / groups, window.kernel[0],
                                                    window.kernel[1], window.kernel[2]}));
    node.bias = fovea::nn::shared_array(named_numbers::parameter(name + ".bias", {out}));
    if (relu)
        node.activation = fovea::nn::relu;
    node.groups = groups;
    return node;
}

/** \brief Small networks of every kind of node with random kernels, strides and padding */
class RandomGraph
{
public:
    explicit RandomGraph(unsigned seed) : random_(seed), name_("random/" + std::to_string(seed)) {}

    fovea::nn::Graph make()
    {
        x_ = graph_.input();
        channels_ = 3;
        if (below(3) == 0)
            x_ = graph_.difference("motion", x_, 3);
        convolve(window(/*may_stride=*/true), 4 * (1 + below(8)));
        for (int stage = 0; stage < 3; ++stage) {
            switch (below(5)) {
            case 0:
                branch();
                break;
            case 1:
                residual();
                break;
            case 2:
                x_ = graph_.max_pool(next("max"), x_, window(/*may_stride=*/true));
                break;
            case 3:
                x_ = graph_.average_pool(next("mean"), x_, window(/*may_stride=*/true));
                break;
            default:
                convolve(window(/*may_stride=*/true), 16 * (1 + below(3)));
            }
        }
        return std::move(graph_);
    }

private:
    std::int64_t below(int limit)
    {
        return std::uniform_int_distribution<std::int64_t>(0, limit - 1)(random_);
    }

    std::string next(const std::string &kind)
    {
        return name_ + "/" + kind + std::to_string(count_++);
    }

    fovea::nn::KernelWindow same(const fovea::nn::Size3 &kernel)
    {
        return {kernel, {1, 1, 1}, /*same=*/true, {}};
    }

    fovea::nn::KernelWindow window(bool may_stride)
    {
        fovea::nn::KernelWindow window;
        window.same = below(2) == 0;
        for (std::size_t i = 0; i < 3; ++i) {
            window.kernel[i] = 1 + below(3);
            window.stride[i] = may_stride && below(3) == 0 ? 2 : 1;
            window.fixed.before[i] = below(static_cast<int>(window.kernel[i]));
            // No size shrinks but by strides
            window.fixed.after[i] = std::max(window.kernel[i] - 1 - window.fixed.before[i],
                                             below(static_cast<int>(window.kernel[i])));
        }
        return window;
    }

    void convolve(const fovea::nn::KernelWindow &window, std::int64_t out)
    {
        const std::string name = next("conv");
        x_ = graph_.convolution(name, x_, convolution(name, channels_, out, window, below(2) == 0));
        channels_ = out;
    }

    void branch()
    {
        const auto x = x_;
        const std::int64_t in = channels_;
        std::vector<fovea::nn::Graph::Value> parts;
        std::int64_t out = 0;
        for (int i = 0; i < 3; ++i) {
            x_ = i == 2 ? graph_.max_pool(next("max"), x, same({3, 3, 3})) : x;
            channels_ = in;
            convolve(same({1 + 2 * below(2), 1 + 2 * below(2), 1}), 8 * (1 + below(3)));
            parts.push_back(x_);
            out += channels_;
        }
        x_ = graph_.concat(next("concat"), parts);
        channels_ = out;
    }

    void residual()
    {
        const auto x = x_;
        const bool depthwise = below(2) == 0;
        const std::string name = next("residual");
        const auto kernel = depthwise ? fovea::nn::Size3{3, 1, 1} : fovea::nn::Size3{3, 3, 3};
        const auto y = graph_.convolution(name, x,
                                          convolution(name, channels_, channels_, same(kernel),
                                                      /*relu=*/false, depthwise ? channels_ : 1));
        x_ = below(2) == 0 ? graph_.add(next("sum"), y, x, /*relu=*/true)
                           : graph_.add(next("sum"), x, y, /*relu=*/false);
    }

    std::mt19937 random_;
    std::string name_;
    fovea::nn::Graph graph_;
    fovea::nn::Graph::Value x_ = 0;
    std::int64_t channels_ = 3;
    int count_ = 0;
};

inline fovea::Array as_array(const at::Tensor &tensor)
{
    const at::Tensor dense = tensor.contiguous();
    fovea::Array array(dense.sizes().vec());
    std::copy_n(dense.data_ptr<float>(), dense.numel(), array.values.begin());
    return array;
}

inline at::Tensor as_tensor(const fovea::Array &array)
{
    return at::from_blob(const_cast<float *>(array.values.data()), array.shape).clone();
}

/** \brief A network of that architecture whose weights follow from their names, ready to run */
inline std::shared_ptr<fovea::nn::Backbone> filled_backbone(const std::string &architecture,
                                                            std::int64_t classes = 0)
{
    auto backbone = fovea::nn::make_backbone(architecture, classes);
    named_numbers::fill(*backbone);
    backbone->eval();
    return backbone;
}

constexpr double float_error = 2e-5; ///< Of the largest value: float against float

/** \brief Largest error as a share of the largest expected value */
inline double largest_error(const at::Tensor &got, const at::Tensor &expected)
{
    return ((got - expected).abs().max() / expected.abs().max()).item<double>();
}

inline double cosine(const at::Tensor &a, const at::Tensor &b)
{
    const at::Tensor x = a.flatten().to(at::kDouble);
    const at::Tensor y = b.flatten().to(at::kDouble);
    return (x.dot(y) / (x.norm() * y.norm())).item<double>();
}
