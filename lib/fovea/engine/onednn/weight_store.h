// SPDX-License-Identifier: MIT
#pragma once

#include <list>
#include <memory>

#include <oneapi/dnnl/dnnl.hpp>

#include "fovea/engine/onednn/primitives.h"
#include "fovea/nn/graph.h"

namespace fovea {

/**
 * \brief Weights of a graph's convolutions as the primitives of its plans want them
 *
 * Reordered once, shared by all plans that want them alike, freed with the last of these.
 */
class WeightStore
{
public:
    std::shared_ptr<dnnl::memory> get(const nn::Node &node, const Primitive &primitive,
                                      const WeightForm &form);

private:
    struct Entry {
        const nn::Node *node;
        dnnl::memory::desc desc;
        std::weak_ptr<dnnl::memory> memory;
    };

    std::list<Entry> entries_;
};

} // namespace fovea
