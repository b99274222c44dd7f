// SPDX-License-Identifier: MIT
#include "fovea/store/tensors/torch_file.h"

#include <algorithm>

#include "fovea/core/array.h"
#include "fovea/core/errors.h"
#include "fovea/store/byte_reader.h"
#include "fovea/store/tensors/zip_archive.h"

namespace fovea {

namespace {

using Kind = PickledValue::Kind;

/** torch.save wrote this number first, before PyTorch 1.6; then its protocol, the machine, the object */
constexpr std::string_view legacy_magic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.",
                                        15);
constexpr std::string_view zip_magic("PK\x03\x04", 4);
constexpr std::int64_t legacy_protocol = 1001;
constexpr std::size_t most_dimensions = 64;

Error wrong(const std::string &what)
{
    return {Error::Kind::Settings, what};
}

/** \brief The folder that all records of the archive lie in: that of `data.pkl` */
std::string folder_of(const ZipArchive &archive)
{
    const std::string object = "data.pkl";
    for (const auto &[name, record] : archive.records()) {
        const std::size_t slash = name.find('/');
        const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
        if (name.compare(begin, std::string::npos, object) == 0)
            return name.substr(0, begin);
    }
    throw wrong("is a zip archive without data.pkl, expected one that torch.save wrote");
}

/** \brief Bytes that a storage states. \throw Error when it cannot be */
std::uint64_t stated_bytes(const PickledStorage &storage, std::uint64_t most)
{
    if (storage.count < 0 || static_cast<std::uint64_t>(storage.count) >
                                 most / static_cast<std::uint64_t>(size_of(storage.type)))
        throw wrong("is truncated or damaged: storage '" + storage.key + "' states " +
                    std::to_string(storage.count) + " elements of " +
                    std::to_string(size_of(storage.type)) + " bytes, more than the " +
                    std::to_string(most) + " bytes that it holds");
    return static_cast<std::uint64_t>(storage.count * size_of(storage.type));
}

/** \brief The index of the last element plus 1; -1: not to be counted in 64 bits */
std::int64_t extent(const PickledTensor &tensor)
{
    std::int64_t last = tensor.offset;
    for (std::size_t i = 0; i < tensor.sizes.size(); ++i) {
        std::int64_t step = 0;
        if (tensor.sizes[i] == 0)
            return tensor.offset;
        if (__builtin_mul_overflow(tensor.sizes[i] - 1, tensor.strides[i], &step) ||
            __builtin_add_overflow(last, step, &last))
            return -1;
    }
    return __builtin_add_overflow(last, 1, &last) ? -1 : last;
}

/** \brief Number of elements; -1: not to be counted in 64 bits */
std::int64_t elements(const std::vector<std::int64_t> &sizes)
{
    std::int64_t count = 1;
    for (const std::int64_t size : sizes) {
        if (__builtin_mul_overflow(count, size, &count))
            return -1;
    }
    return count;
}

bool all_0_or_more(const std::vector<std::int64_t> &numbers)
{
    return std::all_of(numbers.begin(), numbers.end(), [](std::int64_t n) { return n >= 0; });
}

bool is_inside(const PickledTensor &tensor, const PickledStorage &storage)
{
    if (tensor.offset < 0 || !all_0_or_more(tensor.sizes) || !all_0_or_more(tensor.strides))
        return false;
    const std::int64_t end = extent(tensor);
    const std::int64_t count = elements(tensor.sizes);
    return end >= 0 && end <= storage.count && count >= 0 && count <= storage.count;
}

} // namespace

TorchFile::TorchFile(std::string_view bytes)
{
    if (bytes.rfind(zip_magic, 0) == 0)
        read_zip(bytes);
    else if (bytes.rfind(legacy_magic, 0) == 0)
        read_legacy(bytes);
    else
        throw wrong("is not a PyTorch file (" + std::to_string(bytes.size()) +
                    " bytes); expected a zip archive, or the form before PyTorch 1.6");
    find_entries();
}

void TorchFile::read_zip(std::string_view bytes)
{
    const ZipArchive archive(bytes);
    const std::string folder = folder_of(archive);
    if (archive.has(folder + "constants.pkl"))
        throw wrong("is a TorchScript program, expected a plain dict of tensors: save its "
                    "state_dict()");
    if (archive.has(folder + "byteorder") && archive.record(folder + "byteorder") != "little")
        throw wrong("was written on a big-endian machine, expected little-endian");
    pickle_ = read_pickle(archive.record(folder + "data.pkl"));
    std::uint64_t left = bytes.size(); // records that overlap would hold more than the file
    for (const PickledStorage &storage : pickle_.storages) {
        const std::string_view record = archive.record(folder + "data/" + storage.key);
        if (record.size() > left)
            throw wrong("is damaged: its storages hold more than its " +
                        std::to_string(bytes.size()) + " bytes");
        left -= record.size();
        storages_.push_back(record.substr(0, stated_bytes(storage, record.size())));
    }
}

void TorchFile::read_legacy(std::string_view bytes)
{
    ByteReader reader(bytes);
    reader.take(legacy_magic.size());
    const auto next = [&] {
        Pickle pickle = read_pickle(bytes.substr(reader.at()));
        reader.take(pickle.size);
        return pickle;
    };
    if (const Pickle protocol = next();
        protocol.object().kind != Kind::Integer || protocol.object().integer != legacy_protocol)
        throw wrong("is damaged: it states another version of the form before PyTorch 1.6");
    next(); // sizes of the machine's integers: storages are little-endian on all that are used
    pickle_ = next();
    const Pickle keys = next();
    storages_.resize(pickle_.storages.size());
    std::vector<bool> is_read(storages_.size());
    for (const std::uint32_t key : keys.object().items) {
        const auto found = pickle_.storage_of.find(std::string(keys.values[key].text));
        if (found == pickle_.storage_of.end())
            throw wrong("is damaged: it lists a storage that no tensor has");
        const PickledStorage &storage = pickle_.storages[found->second];
        if (const auto count = reader.number<std::int64_t>(); count != storage.count)
            throw wrong("is damaged: storage '" + storage.key + "' has " + std::to_string(count) +
                        " elements, expected " + std::to_string(storage.count));
        storages_[found->second] = reader.take(stated_bytes(storage, reader.left()));
        is_read[found->second] = true;
    }
    const auto missing = std::find(is_read.begin(), is_read.end(), false);
    if (missing != is_read.end())
        throw wrong("is damaged: it lacks storage '" +
                    pickle_.storages[static_cast<std::size_t>(missing - is_read.begin())].key +
                    "'");
}

void TorchFile::find_entries()
{
    const auto entries_of = [&](const PickledValue &dict) {
        std::map<std::string, const PickledValue *> entries;
        for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
            const PickledValue &key = pickle_.values[dict.items[i]];
            if (key.kind != Kind::Text)
                throw wrong(std::string("holds ") + kind_name(key.kind) +
                            " as a name, expected a dict of tensors by name");
            entries[std::string(key.text)] = &pickle_.values[dict.items[i + 1]];
        }
        return entries;
    };
    if (pickle_.object().kind != Kind::Dict)
        throw wrong(std::string("holds ") + kind_name(pickle_.object().kind) +
                    ", expected a dict of tensors");
    entries_ = entries_of(pickle_.object());
    const auto inner = entries_.find("state_dict");
    if (inner != entries_.end() && inner->second->kind == Kind::Dict)
        entries_ = entries_of(*inner->second);
}

TensorView TorchFile::tensor(const std::string &name, const PickledValue &value) const
{
    if (value.kind != Kind::Tensor)
        throw wrong("holds " + std::string(kind_name(value.kind)) + " as '" + name +
                    "', expected a tensor");
    const PickledTensor &tensor = pickle_.tensors[static_cast<std::size_t>(value.integer)];
    const PickledStorage &storage = pickle_.storages[tensor.storage];
    const std::size_t dimensions = tensor.sizes.size();
    if (dimensions != tensor.strides.size() || dimensions > most_dimensions)
        throw wrong("holds '" + name + "' of " + std::to_string(dimensions) + " sizes and " +
                    std::to_string(tensor.strides.size()) +
                    " strides, expected as many of each, at most " +
                    std::to_string(most_dimensions));
    if (!is_inside(tensor, storage))
        throw wrong("holds '" + name + "' at offset " + std::to_string(tensor.offset) +
                    " with sizes " + sizes_text(tensor.sizes) + " and strides " +
                    sizes_text(tensor.strides) + ", outside its storage of " +
                    std::to_string(storage.count) + " elements");
    return {storage.type,  tensor.storage, storages_[tensor.storage],
            tensor.offset, tensor.sizes,   tensor.strides};
}

} // namespace fovea
