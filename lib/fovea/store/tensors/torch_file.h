// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fovea/store/tensors/pickle.h"

namespace fovea {

/** \brief A tensor that lies in a file: its elements are inside \a storage, whatever the file says */
struct TensorView {
    ElementType type;
    std::size_t storage_number; ///< views of one storage have the same
    std::string_view storage;   ///< all its bytes, not aligned
    std::int64_t offset;        ///< of the first element, in elements
    std::vector<std::int64_t> sizes;
    std::vector<std::int64_t> strides; ///< in elements, 0 or more
};

/**
 * \brief What Python's torch.save wrote: a dict by name, or a dict whose entry `state_dict` is one
 *
 * It reads the zip archive of PyTorch 1.6 and newer, and the form before it: pickles and storages one after
 * another. Nothing in the file is executed; what it states is checked against what it holds.
 * Source: PyTorch's torch/serialization.py, _save and _legacy_save
 */
class TorchFile
{
public:
    /**
     * \param bytes the whole file; must outlive this object
     * \throw Error Settings that says what is wrong, without the file's name
     */
    explicit TorchFile(std::string_view bytes);
    TorchFile(const TorchFile &) = delete;
    TorchFile &operator=(const TorchFile &) = delete;

    /** \brief The dict that holds the tensors: the one under `state_dict` where there is one */
    const std::map<std::string, const PickledValue *> &entries() const { return entries_; }

    /**
     * \param name for the error
     * \param value one of the entries
     * \throw Error Settings when it is no tensor, or reaches out of its storage: offset, extent and sizes named
     */
    TensorView tensor(const std::string &name, const PickledValue &value) const;

private:
    void read_zip(std::string_view bytes);
    void read_legacy(std::string_view bytes);
    void find_entries();

    Pickle pickle_;
    std::vector<std::string_view> storages_; ///< as pickle_.storages
    std::map<std::string, const PickledValue *> entries_;
};

} // namespace fovea
