// SPDX-License-Identifier: MIT
#include "named_numbers.h"

#include <cmath>

namespace named_numbers {

namespace {

std::uint64_t hash_of(const std::string &name) // FNV-1a, 64 bit
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : name)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

/** What becomes of a number u: lowest + scale (u - middle) */
struct Range {
    double lowest = 0;
    double scale = 1;
    double middle = 0;
};

/** \brief Value by value: a network has up to 140 million, and float64 tensors of them take seconds */
template <typename Value>
void write(const std::string &name, const Range &range, std::int64_t count, Value *out)
{
    const std::uint64_t hash = hash_of(name);
    for (std::int64_t i = 0; i < count; ++i) {
        std::uint64_t z = hash + (static_cast<std::uint64_t>(i) + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        const double u = static_cast<double>(static_cast<std::int64_t>(z >> 40)) / 16777216.0;
        out[i] = static_cast<Value>(range.lowest + range.scale * (u - range.middle));
    }
}

Range range_of(const std::string &name, at::IntArrayRef shape)
{
    const auto ends_with = [&](const std::string &end) {
        return name.size() >= end.size() &&
               name.compare(name.size() - end.size(), end.size(), end) == 0;
    };
    if (ends_with("running_var"))
        return {0.5, 1, 0};
    if (ends_with("bias") || ends_with("running_mean"))
        return {0, 0.2, 0.5};
    if (shape.size() == 1) // BatchNorm weight
        return {0.3, 0.6, 0};
    std::int64_t inputs = 1;
    for (std::size_t i = 1; i < shape.size(); ++i)
        inputs *= shape[i];
    return {0, 2 * std::sqrt(3.0 / static_cast<double>(inputs)), 0.5};
}

void fill(const std::string &name, const at::Tensor &tensor)
{
    TORCH_CHECK(tensor.is_contiguous() && tensor.scalar_type() == at::kFloat && tensor.is_cpu(),
                name, ": expected contiguous floats of the CPU");
    write(name, range_of(name, tensor.sizes()), tensor.numel(), tensor.data_ptr<float>());
}

} // namespace

at::Tensor uniform(const std::string &name, const std::vector<std::int64_t> &shape)
{
    at::Tensor u = at::empty(shape, at::kDouble);
    write(name, {}, u.numel(), u.data_ptr<double>());
    return u;
}

at::Tensor parameter(const std::string &name, const std::vector<std::int64_t> &shape)
{
    at::Tensor tensor = at::empty(shape, at::kFloat);
    fill(name, tensor);
    return tensor;
}

void fill(torch::nn::Module &module)
{
    for (const auto &entry : module.named_parameters())
        fill(entry.key(), entry.value());
    for (const auto &entry : module.named_buffers()) {
        if (entry.key().find("num_batches_tracked") == std::string::npos)
            fill(entry.key(), entry.value());
    }
}

at::Tensor input(const std::string &name, const std::vector<std::int64_t> &shape)
{
    at::Tensor tensor = at::empty(shape, at::kFloat);
    write(name, {0, 2, 0.5}, tensor.numel(), tensor.data_ptr<float>());
    return tensor;
}

} // namespace named_numbers
