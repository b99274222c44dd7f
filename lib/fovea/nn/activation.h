// SPDX-License-Identifier: MIT
#pragma once

#include <limits>

namespace fovea::nn {

/** \brief What bends a sum: y = min(x, limit) for x > 0, else slope x. As it stands: nothing */
struct Activation {
    float slope = 1; ///< of negative numbers
    float limit = std::numeric_limits<float>::infinity();

    bool bends() const { return slope != 1 || has_limit(); }

    bool has_limit() const { return limit < std::numeric_limits<float>::infinity(); }

    /** \brief No number below 0 comes out */
    bool is_rectified() const { return slope == 0; }
};

inline bool operator==(const Activation &a, const Activation &b)
{
    return a.slope == b.slope && a.limit == b.limit;
}

constexpr Activation relu = {0};
constexpr Activation relu6 = {0, 6};

constexpr Activation leaky_relu(float slope)
{
    return {slope};
}

} // namespace fovea::nn
