// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/weight_store.h"

#include "fovea/engine/onednn/onednn_versions.h"

namespace fovea {

std::shared_ptr<dnnl::memory> WeightStore::get(const nn::Node &node, const Primitive &primitive,
                                               const WeightForm &form)
{
    entries_.remove_if([](const Entry &entry) { return entry.memory.expired(); });
    for (const Entry &entry : entries_) {
        if (entry.node == &node && entry.desc == primitive.weights) {
            if (auto memory = entry.memory.lock())
                return memory;
        }
    }
    const SharedArray plain = plain_weights(node, form);
    dnnl::memory from(primitive.plain, onednn_cpu(), const_cast<float *>(plain.data())); // read
    auto to = std::make_shared<dnnl::memory>(primitive.weights, onednn_cpu());
    reorder_weights(onednn_cpu(), from, *to, primitive.weight_scales, node.groups > 1);
    entries_.push_back({&node, primitive.weights, to});
    return to;
}

} // namespace fovea
