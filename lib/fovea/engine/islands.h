#pragma once

#include <cstddef>
#include <vector>

#include "fovea/engine/primitives.h"
#include "fovea/nn/graph.h"

namespace fovea {

/** \brief A node that LibTorch runs inside a plan, on dense float tensors */
struct Island {
    struct Map {
        PartShape shape;
        Element element = Element::Float32;
    };

    nn::Node node;
    nn::Padding padding; ///< of this step
    bool sum = false;    ///< added to what the target holds
    bool sum_relu = false;
    std::vector<Map> sources;
    Map target;

    void run(const std::vector<std::byte *> &from, std::byte *to) const;
};

} // namespace fovea
