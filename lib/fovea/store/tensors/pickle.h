// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fovea/core/errors.h"

namespace fovea {

/** \brief What a tensor's elements are */
enum class ElementType {
    Float32,
    Float64,
    Float16,
    BFloat16,
    Int8,
    UInt8,
    Int16,
    Int32,
    Int64,
    Bool
};

/** \brief Bytes of one element */
std::int64_t size_of(ElementType type);

/** \brief A storage that a pickle refers to; its bytes lie elsewhere in the file */
struct PickledStorage {
    std::string key; ///< its name in the file
    ElementType type;
    std::int64_t count; ///< of elements
};

/** \brief A view of a storage, as the file states it: nothing here is checked against the storage */
struct PickledTensor {
    std::size_t storage; ///< index in Pickle::storages
    std::int64_t offset; ///< of the first element, in elements
    std::vector<std::int64_t> sizes;
    std::vector<std::int64_t> strides; ///< in elements
};

/** \brief One value of a pickle. Values refer to each other by their index in Pickle::values */
struct PickledValue {
    enum class Kind {
        Mark, ///< only while reading
        None,
        Bool,
        Integer,
        Real,
        Text,
        Tuple,
        List,
        Dict,
        Global,
        Storage,
        Tensor
    };

    Kind kind = Kind::None;
    std::uint32_t depth = 0;  ///< how deep containers are nested below, when it was made
    std::int64_t integer = 0; ///< of Bool and Integer; index of a Storage, Tensor or Global
    double real = 0;
    std::string_view text;            ///< points into the file
    std::vector<std::uint32_t> items; ///< of Tuple and List; key, value, key, value of Dict
};

/** \brief The kind in words, with its article */
const char *kind_name(PickledValue::Kind kind);

/**
 * \brief An object as Python's pickle writes it in protocol 2, of what torch.save writes for dicts of tensors
 *
 * Strict by construction: plain values, tuples, lists, dicts, `collections.OrderedDict`, storages and
 * `torch._utils._rebuild_tensor`, `_rebuild_tensor_v2`, `_rebuild_parameter`; NumPy's scalars count as None. No other opcode and no other
 * name is known, so nothing is ever called. Containers are nested at most 64 deep, and a pickle has at most
 * 2^22 steps. Source: Python's Lib/pickletools.py, PyTorch's torch/serialization.py and torch/_utils.py
 */
struct Pickle {
    std::vector<PickledValue> values;
    std::vector<PickledStorage> storages;
    std::map<std::string, std::size_t> storage_of; ///< by key, an index of storages
    std::vector<PickledTensor> tensors;
    std::uint32_t root = 0; ///< the object, an index of values
    std::size_t size = 0;   ///< bytes read, up to and with the STOP

    const PickledValue &object() const { return values[root]; }
};

/**
 * \param bytes begin with the pickle and may go on behind it; must outlive what is returned
 * \throw Error Settings that says what is wrong, without the file's name
 */
Pickle read_pickle(std::string_view bytes);

} // namespace fovea
