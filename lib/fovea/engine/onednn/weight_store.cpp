// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/weight_store.h"

#include <vector>

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
    const at::Tensor plain = plain_weights(node, form);
    dnnl::memory from(primitive.plain, onednn_cpu(), plain.data_ptr());
    auto to = std::make_shared<dnnl::memory>(primitive.weights, onednn_cpu());
    dnnl::primitive_attr rounding;
    if (!primitive.weight_scales.empty()) {
        std::vector<float> per_unit = primitive.weight_scales;
        for (float &scale : per_unit)
            scale = 1 / scale;
        rounding.set_output_scales(node.groups > 1 ? 1 << 0 | 1 << 1 : 1 << 0, per_unit);
    }
    dnnl::stream stream(onednn_cpu());
    dnnl::reorder(from, *to, rounding).execute(stream, from, *to);
    stream.wait();
    entries_.push_back({&node, primitive.weights, to});
    return to;
}

} // namespace fovea
