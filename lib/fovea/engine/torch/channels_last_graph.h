// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "fovea/nn/graph.h"

namespace fovea {

/**
 * \brief A graph by LibTorch as a GPU is fast at it: maps lie channels last, BatchNorm is folded in, what follows a
 * product is done with it
 *
 * Convolutions of single places are products of matrices; the first one's strides become channels (space to depth),
 * since three channels leave tensor cores idle; max pools have a kernel of their own. The same on a CPU, for tests.
 */
class ChannelsLastGraph
{
public:
    /** \param graph its LibTorch layers' modules are where it runs, in \a type, already */
    ChannelsLastGraph(const nn::Graph &graph, at::Device device, at::ScalarType type);

    /** \param clips float [N, C, T, H, W], on the device \return the mean over H' and W', float [N, T', channels] */
    at::Tensor rows(const at::Tensor &clips) const;

    /** \brief Whether all of it runs there: optical flow is the processor's */
    bool stays_on_device() const;

private:
    /** \brief A convolution as it is run */
    struct Layer {
        at::Tensor weight; ///< a matrix [in, out] of a pointwise one
        at::Tensor bias;
        bool pointwise = false;
        bool from_depth = false; ///< its input is the clips, space to depth
    };

    at::Tensor convolved(const nn::Node &node, const Layer &layer, const at::Tensor &x) const;
    at::Tensor to_depth(const nn::Node &node, const at::Tensor &clips) const;

    nn::Graph graph_;
    at::ScalarType type_;
    std::vector<Layer> layers_; ///< by node
    std::vector<std::size_t>
        last_use_; ///< of each node's map: the node behind which it is not needed
};

} // namespace fovea
