// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn/module.h>

/** Weights and inputs that anyone can regenerate bit for bit from a tensor's name alone */
namespace named_numbers {

inline std::uint64_t hash_of(const std::string &name) // FNV-1a, 64 bit
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : name)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

/** \brief u(i) = i-th number of splitmix64 seeded with the name, in [0, 1) \return float64 */
inline at::Tensor uniform(const std::string &name, const std::vector<std::int64_t> &shape)
{
    at::Tensor u = at::empty(shape, at::kDouble);
    auto *out = u.data_ptr<double>();
    const std::uint64_t hash = hash_of(name);
    for (std::int64_t i = 0; i < u.numel(); ++i) {
        std::uint64_t z = hash + (static_cast<std::uint64_t>(i) + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        out[i] = static_cast<double>(z >> 40) / 16777216.0;
    }
    return u;
}

/** \brief A parameter or buffer by the public recipe: what it is follows from its name and shape */
inline at::Tensor parameter(const std::string &name, const std::vector<std::int64_t> &shape)
{
    const auto ends_with = [&](const std::string &end) {
        return name.size() >= end.size() &&
               name.compare(name.size() - end.size(), end.size(), end) == 0;
    };
    const at::Tensor u = uniform(name, shape);
    if (ends_with("running_var"))
        return (0.5 + u).to(at::kFloat);
    if (ends_with("bias") || ends_with("running_mean"))
        return (0.2 * (u - 0.5)).to(at::kFloat);
    if (shape.size() == 1) // BatchNorm weight
        return (0.3 + 0.6 * u).to(at::kFloat);
    std::int64_t inputs = 1;
    for (std::size_t i = 1; i < shape.size(); ++i)
        inputs *= shape[i];
    return (2 * (u - 0.5) * std::sqrt(3.0 / static_cast<double>(inputs))).to(at::kFloat);
}

/** \brief Every parameter and buffer of \a module by its own name */
inline void fill(torch::nn::Module &module)
{
    const at::NoGradGuard no_grad;
    for (auto &entry : module.named_parameters())
        entry.value().copy_(parameter(entry.key(), entry.value().sizes().vec()));
    for (auto &entry : module.named_buffers()) {
        if (entry.key().find("num_batches_tracked") == std::string::npos)
            entry.value().copy_(parameter(entry.key(), entry.value().sizes().vec()));
    }
}

/** \brief An input in [-1, 1) */
inline at::Tensor input(const std::string &name, const std::vector<std::int64_t> &shape)
{
    return (2 * uniform(name, shape) - 1).to(at::kFloat);
}

} // namespace named_numbers
