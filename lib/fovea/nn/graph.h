// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "fovea/core/shared_array.h"
#include "fovea/nn/activation.h"
#include "fovea/nn/kernel_window.h"

namespace at { // LibTorch's, for those who have it: a graph itself needs none
class Tensor;
}

namespace fovea::nn {

enum class Op {
    Input,
    Convolution,
    MaxPool,     ///< padding never wins
    AveragePool, ///< padding counts as zeros
    Concat,      ///< of channels
    Slice,       ///< some of the channels
    Add,
    Upsample,
    Difference, ///< gain (x[t + 1] - x[t]): one frame fewer
    Flow,       ///< how far each pixel has moved, find_frame_flow(): one frame fewer, two channels
    TorchLayer  ///< anything else: run by LibTorch
};

/** \brief How the pixels between those that are there come about */
enum class Upsampling {
    Nearest, ///< each pixel becomes factor x factor of them
    Bilinear ///< y[i] lies at x[(i + 1/2) / factor - 1/2]: TensorFlow's half_pixel_centers
};

/** \brief One step of a network; fields that its Op has no use for stay as they are */
struct Node {
    Op op = Op::Input;
    std::string name;                ///< as the module is called: what errors say
    std::vector<std::size_t> inputs; ///< nodes before this one

    KernelWindow window;
    SharedArray weight; ///< [out, in / groups, kernel], BatchNorm folded in
    SharedArray bias;   ///< [out]
    std::int64_t groups = 1;
    Activation activation; ///< after a convolution or a sum
    double gain = 1;
    std::int64_t factor = 1; ///< of an upsampling: height and width
    Upsampling upsampling = Upsampling::Nearest;
    std::int64_t first_channel = 0; ///< of a slice
    std::int64_t channels = 0;

    std::function<at::Tensor(const at::Tensor &)> torch_layer; ///< [N, C, T, H, W] -> the same
    bool per_frame =
        false; ///< a LibTorch layer in which no frame sees another, none is lost or made
};

/**
 * \brief What a network computes in eval mode, as plain data: what an engine compiles from; evaluate.h says
 * what each node means
 *
 * A module describes itself node by node; the last node is the network's last map, but where outputs are named
 * those are what it makes. Weights are copies with BatchNorm folded in: a graph is of the weights at the time it was made. LibTorch layers refer
 * to their module, which must outlive the graph.
 */
class Graph
{
public:
    using Value = std::size_t; ///< the node that makes it

    Graph();

    Value input() const { return 0; }

    /** \brief A node of convolution, made by folded() or by hand */
    Value convolution(const std::string &name, Value x, Node convolution);

    Value max_pool(const std::string &name, Value x, const KernelWindow &window);

    Value average_pool(const std::string &name, Value x, const KernelWindow &window);

    Value concat(const std::string &name, const std::vector<Value> &parts);

    Value add(const std::string &name, Value a, Value b, bool relu);

    Value slice(const std::string &name, Value x, std::int64_t first_channel,
                std::int64_t channels);

    /** \brief Height and width \a factor times as large */
    Value upsample(const std::string &name, Value x, std::int64_t factor, Upsampling upsampling);

    Value difference(const std::string &name, Value x, double gain);

    /** \brief Of frames in [-1, 1] */
    Value flow(const std::string &name, Value x);

    Value torch_layer(const std::string &name, Value x,
                      std::function<at::Tensor(const at::Tensor &)> run, bool per_frame = false);

    const std::vector<Node> &nodes() const { return nodes_; }

    /** \brief A map that the network is run for, besides those named before */
    void add_output(Value value) { outputs_.push_back(value); }

    /** \brief A node as it was stored, behind those it reads */
    void append(Node node) { nodes_.push_back(std::move(node)); }

    /** \brief Those; none: the last node alone is what the network makes */
    const std::vector<Value> &outputs() const { return outputs_; }

private:
    Value push(Op op, const std::string &name, std::vector<Value> inputs, Node node = {});

    std::vector<Node> nodes_;
    std::vector<Value> outputs_;
};

} // namespace fovea::nn
