// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/ATen.h>

namespace fovea::nn {

/** \brief What autocast left in bf16, as float: for sums, logarithms and limits that need its digits */
inline at::Tensor widened(const at::Tensor &x)
{
    return x.defined() && x.scalar_type() == at::kBFloat16 ? x.to(at::kFloat) : x;
}

} // namespace fovea::nn
