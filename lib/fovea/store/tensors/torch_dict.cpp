// SPDX-License-Identifier: MIT
#include "fovea/store/tensors/torch_dict.h"

#include <string>

#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/serialization/pickler.h>

#include "fovea/store/atomic_file.h"

namespace fovea {

void write_torch_dict(const std::filesystem::path &file, const at::IValue &dict)
{
    std::string pickle;
    torch::jit::Pickler pickler(
        [&](const char *bytes, std::size_t size) { pickle.append(bytes, size); },
        /*tensor_table=*/nullptr, /*type_renamer=*/nullptr, /*memoized_class_types=*/nullptr,
        /*get_tensor_id=*/nullptr, /*tag_aggregates=*/false);
    pickler.protocol();
    pickler.pushIValue(dict);
    pickler.stop();

    std::string archive;
    caffe2::serialize::PyTorchStreamWriter writer([&](const void *bytes, std::size_t size) {
        archive.append(static_cast<const char *>(bytes), size);
        return size;
    });
    writer.writeRecord("data.pkl", pickle.data(), pickle.size());
    const std::vector<at::Tensor> &tensors = pickler.tensorData();
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const auto storage = torch::jit::getWriteableTensorData(tensors[i]);
        writer.writeRecord("data/" + std::to_string(i), storage.data(), storage.sizeInBytes());
    }
    writer.writeEndOfFile();
    write_whole(file, archive);
}

} // namespace fovea
