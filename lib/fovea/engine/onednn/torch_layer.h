// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
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

    void run(const std::vector<std::byte *> &from, std::byte *to) const;
};

} // namespace fovea
