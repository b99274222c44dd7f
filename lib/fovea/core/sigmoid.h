// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

namespace fovea {

/** \brief The logistic function: a logit's share, in (0, 1) */
inline float sigmoid(float x)
{
    return 1 / (1 + std::exp(-x));
}

} // namespace fovea
