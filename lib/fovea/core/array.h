// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fovea {

/** \brief A dense float array, row-major: what crosses rooms where LibTorch is not seen */
struct Array {
    std::vector<std::int64_t> shape;
    std::vector<float> values;

    Array() = default;

    /** \brief Zeros of the given shape */
    explicit Array(std::vector<std::int64_t> shape_of) : shape(std::move(shape_of))
    {
        std::int64_t count = 1;
        for (const std::int64_t size : shape)
            count *= size;
        values.resize(static_cast<std::size_t>(count));
    }
};

/** \brief "[2, 3]" \param sizes whole numbers: of an array's or a tensor's dimensions */
template <typename Sizes>
std::string sizes_text(const Sizes &sizes)
{
    std::string text;
    for (const auto size : sizes)
        text += (text.empty() ? "" : ", ") + std::to_string(size);
    return "[" + text + "]";
}

} // namespace fovea
