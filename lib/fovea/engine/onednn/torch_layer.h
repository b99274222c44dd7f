// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fovea/engine/onednn/primitives.h"
#include "fovea/nn/graph.h"

namespace fovea {

/** \brief A node that LibTorch runs inside a plan, on dense float tensors */
struct TorchLayer {
    struct Map {
        PartShape shape;
        ValueFormat format;
    };

    nn::Node node;
    nn::Padding padding; ///< of this step
    bool sum = false;    ///< added to what the target holds
    nn::Activation sum_activation;
    ValueFormat addend; ///< with sum: of what the target holds
    std::vector<Map> sources;
    Map target;
};

/** \brief Runs it on maps that lie at \a from, by input */
void run_torch_layer(const TorchLayer &layer, const std::vector<std::byte *> &from, std::byte *to);

/** \brief Shape of what an Op::TorchLayer makes of zeros of a shape: it alone knows */
std::vector<std::int64_t> torch_layer_shape(const nn::Node &node,
                                            const std::vector<std::int64_t> &shape);

} // namespace fovea
