// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "fovea/nn/graph.h"

namespace fovea {

namespace nn {
class Backbone;
}

/** \brief A network of clips as plain data, and what else an engine asks of it */
struct DescribedNetwork {
    nn::Graph graph;
    std::int64_t channels = 0;  ///< of a row
    double flops_per_pixel = 0; ///< of a clip, two operations a multiply-add

    /** Rows of a clip of that many frames */
    std::function<std::int64_t(std::int64_t)> rows_of;

    /** \throw Error Settings (expected and got) when a clip of T x H x W cannot be taken */
    std::function<void(std::int64_t, std::int64_t, std::int64_t)> check_clip;

    std::shared_ptr<const void>
        module; ///< what the graph's LibTorch layers refer to; null: it has none
};

/** \brief By its own graph(), in eval mode. Needs LibTorch */
DescribedNetwork described(std::shared_ptr<nn::Backbone> backbone);

} // namespace fovea
