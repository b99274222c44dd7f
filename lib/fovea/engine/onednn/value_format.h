// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace fovea {

/** \brief How the numbers of a map are kept */
enum class Element { Float32, BFloat16, Int8, UInt8 };

inline bool is_integer(Element element)
{
    return element == Element::Int8 || element == Element::UInt8;
}

inline std::size_t size_of(Element element)
{
    if (is_integer(element))
        return 1;
    return element == Element::Float32 ? 4 : 2;
}

/** \brief Integers are steps of \a scale: q stands for q x scale, both signs alike, 0 for 0 */
struct ValueFormat {
    Element element = Element::Float32;
    float scale = 1;
};

inline bool operator==(const ValueFormat &a, const ValueFormat &b)
{
    return a.element == b.element && a.scale == b.scale;
}

/** \brief Steps from 0 to the largest value */
constexpr float int8_steps = 127;
constexpr float uint8_steps = 255;

} // namespace fovea
