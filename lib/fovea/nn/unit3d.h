// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

#include "fovea/nn/graph.h"
#include "fovea/nn/kernel_window.h"

namespace fovea::nn {

/** \brief A module with one tensor in and one out: what networks are strung together from */
class Layer : public torch::nn::Module
{
public:
    virtual at::Tensor forward(const at::Tensor &x) = 0;

    /**
     * \brief What forward() computes in eval mode, added to \a graph
     *
     * By default a LibTorch layer: it runs in LibTorch on dense tensors and does not stream. A layer that
     * says more is fused, laid out and streamed with the rest of its network.
     * \param name of the layer in its network
     */
    virtual Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name);
};

/**
 * \brief A convolution of single places as a product of matrices: LibTorch's own path copies the input first
 *
 * What lies channels last comes out so: what follows runs on the tensor cores of a GPU without a copy.
 * \param weight [out, in, 1, 1, 1] or [out, in, 1, 1] \param x [N, in, T, H, W]
 */
at::Tensor pointwise(const at::Tensor &weight, const at::Tensor &x);

/** \brief One convolution with what follows it; all of it data, so that a compiler can read it */
struct Unit3dOptions {
    std::int64_t in_channels = 0;
    std::int64_t out_channels = 0;
    Size3 kernel = {1, 1, 1};
    Size3 stride = {1, 1, 1};
    bool bias = false;
    bool batch_norm = true; ///< eps 1e-3, momentum 0.01
    bool relu = true;
};

/** \brief Convolution (SAME), BatchNorm, ReLU; parameters `conv3d.*` and `bn.*` */
class Unit3d final : public Layer
{
public:
    explicit Unit3d(const Unit3dOptions &options);

    /** \param x [N, in, T, H, W] \return [N, out, ceil(T / stride), ...] */
    at::Tensor forward(const at::Tensor &x) override;

    Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name) override;

    torch::nn::Conv3d conv3d = nullptr;
    torch::nn::BatchNorm3d bn = nullptr; ///< null without batch_norm

private:
    at::Tensor convolve(const at::Tensor &x);

    Unit3dOptions options_;
};

/** \brief One of single places with a bias and nothing behind it */
std::shared_ptr<Unit3d> make_classifier(std::int64_t channels, std::int64_t classes);

/**
 * \brief Max pooling, SAME: the reference pads with zeros, so what comes in must be >= 0 (ReLU),
 * where zeros and nothing give the same maximum
 */
class MaxPool3dSame final : public Layer
{
public:
    MaxPool3dSame(const Size3 &kernel, const Size3 &stride) : kernel_(kernel), stride_(stride) {}

    at::Tensor forward(const at::Tensor &x) override;

    Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name) override;

private:
    Size3 kernel_;
    Size3 stride_;
};

} // namespace fovea::nn
