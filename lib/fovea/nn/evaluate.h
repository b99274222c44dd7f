// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "fovea/nn/graph.h"

namespace fovea::nn {

/** \brief The same numbers, without a copy where they lie on the CPU, in float and row-major already */
SharedArray shared_array(const at::Tensor &tensor);

/** \brief The same numbers, without a copy; undefined of none */
at::Tensor tensor_of(const SharedArray &array);

/** \brief Weights of a node where LibTorch runs it; undefined of one without */
struct NodeWeights {
    at::Tensor weight;
    at::Tensor bias;
};

/** \brief By node */
std::vector<NodeWeights> weights_at(const Graph &graph, const at::Device &device);

/** \brief \a x behind an activation */
at::Tensor bent(const at::Tensor &x, const Activation &activation);

/** \brief One node; \a padding of its window, which a part of a stream may lack */
at::Tensor evaluate(const Node &node, const std::vector<at::Tensor> &inputs,
                    const Padding &padding);

/** \brief Likewise with other weights than its own */
at::Tensor evaluate(const Node &node, const NodeWeights &weights,
                    const std::vector<at::Tensor> &inputs, const Padding &padding);

/** \brief The last map of clips [N, C, T, H, W] on the CPU */
at::Tensor run(const Graph &graph, const at::Tensor &clips);

/** \brief Likewise the maps of Graph::outputs() */
std::vector<at::Tensor> run_outputs(const Graph &graph, const at::Tensor &clips);

/** \brief Likewise with \a weights by node, which are where the clips are */
std::vector<at::Tensor> run_outputs(const Graph &graph, const std::vector<NodeWeights> &weights,
                                    const at::Tensor &clips);

} // namespace fovea::nn
