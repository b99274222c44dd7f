// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstring>

namespace fovea {

/** \brief Round to nearest, ties to even; no NaN comes this way that would need care */
inline std::uint16_t to_bfloat16(float value)
{
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

inline float from_bfloat16(std::uint16_t value)
{
    const std::uint32_t bits = static_cast<std::uint32_t>(value) << 16;
    float out = 0;
    std::memcpy(&out, &bits, sizeof out);
    return out;
}

} // namespace fovea
