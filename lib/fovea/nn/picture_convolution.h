// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>

#include "fovea/nn/graph.h"

namespace fovea::nn {

class Convolution;

/** \brief Convolution of pictures [N, C, H, W], BatchNorm or a bias, ReLU; parameters `conv.*`, `bn.*` */
class PictureConvolution final : public torch::nn::Module
{
public:
    enum class Then { Nothing, Norm, NormAndRelu };

    PictureConvolution(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                       std::int64_t groups, Then then);

    at::Tensor forward(const at::Tensor &x);

    Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name);

    /** \brief First numbers of a convolution with a bias: weights near 0, all biases \a bias */
    void begin_near(double bias);

private:
    Then then_;
    std::shared_ptr<Convolution> conv_;
    torch::nn::BatchNorm3d bn_ = nullptr;
};

} // namespace fovea::nn
