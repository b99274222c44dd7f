// SPDX-License-Identifier: MIT
#include "fovea/core/random.h"

#include <cmath>

namespace fovea {

Random::Random(std::initializer_list<std::uint64_t> keys) : state_(0)
{
    for (const std::uint64_t key : keys)
        state_ = Random(state_ ^ (key + 0x9E3779B97F4A7C15)).next();
}

std::uint64_t Random::next()
{
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

double Random::normal()
{
    constexpr double two_pi = 6.283185307179586;
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(two_pi * uniform());
}

double Random::gamma(double shape)
{
    if (shape < 1) { // gamma(a) = gamma(a + 1) u^(1 / a)
        const double u = 1 - uniform();
        return gamma(shape + 1) * std::pow(u, 1 / shape);
    }
    const double d = shape - 1.0 / 3;
    const double c = 1 / std::sqrt(9 * d);
    for (;;) {
        const double x = normal();
        const double root = 1 + c * x;
        const double v = root * root * root;
        if (v > 0 && std::log(1 - uniform()) < x * x / 2 + d - d * v + d * std::log(v))
            return d * v;
    }
}

} // namespace fovea
