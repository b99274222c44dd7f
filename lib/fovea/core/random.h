// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace fovea {

/**
 * \brief splitmix64: the same numbers on every machine, from one word of state
 *
 * Numbers of one sample are drawn from a Random of its own, made of (seed, epoch, sample): so they
 * do not depend on which thread loads it, nor on whether training was broken off in between.
 */
class Random
{
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    /** \brief One for each tuple of \a keys */
    Random(std::initializer_list<std::uint64_t> keys);

    std::uint64_t next();

    /** \brief Uniform in [0, 1) */
    double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

    double uniform(double from, double to) { return from + (to - from) * uniform(); }

    /** \brief Uniform in [0, count), count >= 1 */
    std::uint64_t below(std::uint64_t count)
    {
        return static_cast<std::uint64_t>(uniform() * static_cast<double>(count));
    }

    /** \brief Gamma with scale 1 (Marsaglia and Tsang, 2000); shape > 0 */
    double gamma(double shape);

    /** \brief Standard normal (Box and Muller) */
    double normal();

private:
    std::uint64_t state_;
};

/** \brief Into an order that is the same with every standard library (Fisher and Yates) */
template <typename Value>
void shuffle(std::vector<Value> *values, Random *random)
{
    for (std::size_t i = values->size(); i > 1; --i)
        std::swap((*values)[i - 1], (*values)[random->below(i)]);
}

} // namespace fovea
