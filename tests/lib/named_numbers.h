// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn/module.h>

/** Weights and inputs that anyone can regenerate bit for bit from a tensor's name alone */
namespace named_numbers {

/** \brief u(i) = i-th number of splitmix64 seeded with the name, in [0, 1) \return float64 */
at::Tensor uniform(const std::string &name, const std::vector<std::int64_t> &shape);

/** \brief A parameter or buffer by the public recipe: what it is follows from its name and shape */
at::Tensor parameter(const std::string &name, const std::vector<std::int64_t> &shape);

/** \brief Every parameter and buffer of \a module by its own name */
void fill(torch::nn::Module &module);

/** \brief An input in [-1, 1) */
at::Tensor input(const std::string &name, const std::vector<std::int64_t> &shape);

} // namespace named_numbers
