// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include <ATen/ATen.h>

#include "fovea/core/array.h"
#include "fovea/store/tensors/torch_file.h"

namespace fovea {

/** \brief Tensors of LibTorch made from a file's; those that share a storage there share a copy of it here */
class TensorLoader
{
public:
    at::Tensor load(const TensorView &view);

private:
    std::vector<at::Tensor> storages_; ///< by TensorView::storage_number
};

/** \brief A copy, float */
at::Tensor tensor_of(const Array &array);

/** \brief A copy \param tensor float, of any strides and device */
Array array_of(const at::Tensor &tensor);

} // namespace fovea
