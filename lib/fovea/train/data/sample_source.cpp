// SPDX-License-Identifier: MIT
#include "fovea/train/data/sample_source.h"

#include <cmath>
#include <numeric>

#include "fovea/core/random.h"

namespace fovea {

namespace {

constexpr std::uint64_t order_stream = 1;
constexpr std::uint64_t weight_stream = 3;

} // namespace

std::vector<std::size_t> in_order(std::size_t count)
{
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    return order;
}

std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed, std::int64_t epoch)
{
    std::vector<std::size_t> order = in_order(count);
    Random random({seed, order_stream, static_cast<std::uint64_t>(epoch)});
    shuffle(&order, &random);
    return order;
}

std::vector<std::size_t> drawn_by_weight(const std::vector<double> &weights, std::uint64_t seed,
                                         std::int64_t epoch)
{
    std::vector<std::size_t> order;
    Random random({seed, weight_stream, static_cast<std::uint64_t>(epoch)});
    for (const std::size_t index : shuffled(weights.size(), seed, epoch)) {
        const double whole = std::floor(weights[index]);
        const double times = whole + (random.uniform() < weights[index] - whole ? 1 : 0);
        order.insert(order.end(), static_cast<std::size_t>(times), index);
    }
    return order;
}

} // namespace fovea
