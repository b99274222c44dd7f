// SPDX-License-Identifier: MIT
#include "fovea/store/tensors/torch_tensor.h"

#include <algorithm>
#include <cstring>

namespace fovea {

namespace {

at::ScalarType scalar_type(ElementType type)
{
    switch (type) {
    case ElementType::Float32:
        return at::kFloat;
    case ElementType::Float64:
        return at::kDouble;
    case ElementType::Float16:
        return at::kHalf;
    case ElementType::BFloat16:
        return at::kBFloat16;
    case ElementType::Int8:
        return at::kChar;
    case ElementType::UInt8:
        return at::kByte;
    case ElementType::Int16:
        return at::kShort;
    case ElementType::Int32:
        return at::kInt;
    case ElementType::Int64:
        return at::kLong;
    case ElementType::Bool:
        break;
    }
    return at::kBool;
}

} // namespace

at::Tensor TensorLoader::load(const TensorView &view)
{
    if (view.storage_number >= storages_.size())
        storages_.resize(view.storage_number + 1);
    at::Tensor &storage = storages_[view.storage_number];
    if (!storage.defined()) {
        const auto count = static_cast<std::int64_t>(view.storage.size()) / size_of(view.type);
        storage = at::empty({count}, scalar_type(view.type));
        if (count > 0)
            std::memcpy(storage.data_ptr(), view.storage.data(), view.storage.size());
    }
    return storage.as_strided(view.sizes, view.strides, view.offset);
}

at::Tensor tensor_of(const Array &array)
{
    at::Tensor tensor = at::empty(array.shape);
    std::copy(array.values.begin(), array.values.end(), tensor.data_ptr<float>());
    return tensor;
}

Array array_of(const at::Tensor &tensor)
{
    const at::Tensor dense = tensor.cpu().contiguous();
    Array array;
    array.shape = dense.sizes().vec();
    array.values.assign(dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel());
    return array;
}

} // namespace fovea
