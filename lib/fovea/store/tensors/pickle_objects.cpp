// SPDX-License-Identifier: MIT
#include "fovea/store/tensors/pickle_objects.h"

#include <algorithm>
#include <array>

namespace fovea {

namespace {

using Kind = PickledValue::Kind;

/** Skipped: what stands beside tensors in checkpoints, such as a best accuracy of NumPy's; read as None */
enum class Role { OrderedDict, RebuildTensor, RebuildParameter, TypeTag, Storage, Skipped };

struct Callable {
    const char *module;
    const char *name;
    Role role;
    ElementType type = ElementType::Float32; ///< of a Storage
};

/** All that a pickle may name */
constexpr std::array<Callable, 19> callables = {{
    {"collections", "OrderedDict", Role::OrderedDict},
    {"torch._utils", "_rebuild_tensor", Role::RebuildTensor}, // before PyTorch 0.4
    {"torch._utils", "_rebuild_tensor_v2", Role::RebuildTensor},
    {"torch._utils", "_rebuild_parameter", Role::RebuildParameter},
    {"torch.jit._pickle", "restore_type_tag", Role::TypeTag}, // of LibTorch: a dict and its type
    {"torch", "FloatStorage", Role::Storage, ElementType::Float32},
    {"torch", "DoubleStorage", Role::Storage, ElementType::Float64},
    {"torch", "HalfStorage", Role::Storage, ElementType::Float16},
    {"torch", "BFloat16Storage", Role::Storage, ElementType::BFloat16},
    {"torch", "CharStorage", Role::Storage, ElementType::Int8},
    {"torch", "ByteStorage", Role::Storage, ElementType::UInt8},
    {"torch", "ShortStorage", Role::Storage, ElementType::Int16},
    {"torch", "IntStorage", Role::Storage, ElementType::Int32},
    {"torch", "LongStorage", Role::Storage, ElementType::Int64},
    {"torch", "BoolStorage", Role::Storage, ElementType::Bool},
    {"numpy.core.multiarray", "scalar", Role::Skipped},
    {"numpy._core.multiarray", "scalar", Role::Skipped},
    {"numpy", "dtype", Role::Skipped},
    {"_codecs", "encode", Role::Skipped},
}};

const Callable &callable_of(const PickledValue &global)
{
    return callables[static_cast<std::size_t>(global.integer)];
}

/** \brief A name of the file's for an error: not longer than a line */
std::string shown(std::string_view name)
{
    return std::string(name.substr(0, 80));
}

std::vector<std::int64_t> integers(const PickleStack &stack, const PickledValue &tuple)
{
    std::vector<std::int64_t> numbers;
    for (const std::uint32_t index : tuple.items) {
        const PickledValue &number = stack.value(index);
        if (number.kind != Kind::Integer)
            throw stack.wrong(std::string("has ") + kind_name(number.kind) +
                              " as a size or stride, expected an integer");
        numbers.push_back(number.integer);
    }
    return numbers;
}

/** \brief Python 2 gives the items as one list of pairs, Python 3 sets them afterwards */
void push_ordered_dict(PickleStack &stack, std::uint32_t arguments)
{
    std::vector<std::uint32_t> items;
    if (!stack.value(arguments).items.empty()) {
        for (const std::uint32_t index : stack.item(arguments, 0, Kind::List).items) {
            const PickledValue &pair = stack.value(index);
            if ((pair.kind != Kind::List && pair.kind != Kind::Tuple) || pair.items.size() != 2)
                throw stack.wrong("is damaged: an ordered dict is not made of pairs");
            items.insert(items.end(), pair.items.begin(), pair.items.end());
        }
    }
    stack.push(Kind::Dict);
    stack.append(items, Kind::Dict);
}

void push_tensor(PickleStack &stack, std::uint32_t arguments)
{
    PickledTensor tensor;
    tensor.storage = static_cast<std::size_t>(stack.item(arguments, 0, Kind::Storage).integer);
    tensor.offset = stack.item(arguments, 1, Kind::Integer).integer;
    tensor.sizes = integers(stack, stack.item(arguments, 2, Kind::Tuple));
    tensor.strides = integers(stack, stack.item(arguments, 3, Kind::Tuple));
    std::vector<PickledTensor> &tensors = stack.pickle().tensors;
    stack.push(Kind::Tensor).integer = static_cast<std::int64_t>(tensors.size());
    tensors.push_back(std::move(tensor));
}

} // namespace

void push_global(PickleStack &stack, std::string_view module, std::string_view name)
{
    // Before PyTorch 1.0 files of a GPU say torch.cuda; where they lay does not matter here
    const std::string_view of = module == "torch.cuda" ? "torch" : module;
    const auto *const found =
        std::find_if(callables.begin(), callables.end(), [&](const Callable &callable) {
            return of == callable.module && name == callable.name;
        });
    if (found == callables.end())
        throw stack.wrong("holds more than a plain dict of tensors: " + shown(module) + "." +
                          shown(name) +
                          ", expected only PyTorch's tensors and storages, OrderedDict and "
                          "NumPy's numbers");
    stack.push(Kind::Global).integer = found - callables.begin();
}

void push_result(PickleStack &stack, std::uint32_t callable, std::uint32_t arguments)
{
    if (stack.value(callable).kind != Kind::Global || stack.value(arguments).kind != Kind::Tuple)
        throw stack.wrong(std::string("is damaged: it calls ") +
                          kind_name(stack.value(callable).kind) + " with " +
                          kind_name(stack.value(arguments).kind));
    switch (callable_of(stack.value(callable)).role) {
    case Role::OrderedDict:
        push_ordered_dict(stack, arguments);
        return;
    case Role::RebuildTensor:
        push_tensor(stack, arguments);
        return;
    case Role::RebuildParameter:
        stack.item(arguments, 0, Kind::Tensor);
        stack.push_again(stack.value(arguments).items[0]);
        return;
    case Role::TypeTag:
        stack.item(arguments, 0, Kind::Dict);
        stack.push_again(stack.value(arguments).items[0]);
        return;
    case Role::Skipped:
        stack.push(Kind::None);
        return;
    case Role::Storage:
        break;
    }
    throw stack.wrong("is damaged: it makes a storage without a key");
}

void push_storage(PickleStack &stack, std::uint32_t id)
{
    if (const auto kind = stack.item(id, 0, Kind::Text).text; kind != "storage")
        throw stack.wrong("holds a whole " + shown(kind) +
                          ", expected a plain dict of tensors: save its state_dict()");
    const Callable &callable = callable_of(stack.item(id, 1, Kind::Global));
    if (callable.role != Role::Storage)
        throw stack.wrong(std::string("is damaged: a storage of type ") + callable.name);
    if (stack.value(id).items.size() > 5)
        stack.item(id, 5, Kind::None); // a view of another storage: none since PyTorch 0.4
    const PickledStorage storage = {std::string(stack.item(id, 2, Kind::Text).text), callable.type,
                                    stack.item(id, 4, Kind::Integer).integer};
    Pickle &pickle = stack.pickle();
    const auto [known, is_new] = pickle.storage_of.emplace(storage.key, pickle.storages.size());
    if (is_new)
        pickle.storages.push_back(storage);
    const PickledStorage &before = pickle.storages[known->second];
    if (before.type != storage.type || before.count != storage.count)
        throw stack.wrong("is damaged: storage '" + shown(storage.key) +
                          "' has two types or sizes");
    stack.push(Kind::Storage).integer = static_cast<std::int64_t>(known->second);
}

} // namespace fovea
