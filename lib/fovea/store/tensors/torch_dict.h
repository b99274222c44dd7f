// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include <ATen/core/ivalue.h>

namespace fovea {

/**
 * \brief Writes a dict as a file that `torch.load` reads, with `weights_only=True` too
 *
 * torch::jit::pickle_save() wraps it in a tag of its types, which PyTorch reads only where it may run code.
 * \param dict of text to tensors on the CPU, texts and numbers
 * \throw Error CannotWrite
 */
void write_torch_dict(const std::filesystem::path &file, const at::IValue &dict);

} // namespace fovea
