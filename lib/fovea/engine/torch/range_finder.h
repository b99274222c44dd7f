// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "fovea/engine/activation_ranges.h"
#include "fovea/nn/graph.h"

namespace fovea {

/**
 * \brief What ranges of a network's values 8 bits should hold, from clips like those to come
 *
 * Runs the graph in float and counts, by node, how often each size of value occurs. The range is
 * that with the least mean squared error: of rounding within it and of clipping beyond (Migacz,
 * 8-bit Inference with TensorRT, GTC 2017, chooses by entropy instead).
 */
class RangeFinder
{
public:
    /** \param graph must outlive this */
    explicit RangeFinder(const nn::Graph &graph);
    explicit RangeFinder(nn::Graph &&) = delete;

    /** \param clips float [N, 3, T, H, W] */
    void see(const at::Tensor &clips);

    /** \throw Error Settings when no clip was seen, or a layer was 0 on all of them */
    ActivationRanges ranges() const;

private:
    /** Values other than 0, by size */
    struct Histogram {
        double width = 0; ///< of a bin
        std::vector<double> counts;

        void add(const at::Tensor &values);
        float range(double steps) const;
    };

    const nn::Graph &graph_;
    std::vector<Histogram> histograms_; ///< by node
};

} // namespace fovea
