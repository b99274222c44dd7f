// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace fovea::nn {

/** \brief Time, height, width */
using Size3 = std::array<std::int64_t, 3>;

/** \brief "16 frames of 112 x 96", width first, as clips are told in errors \param clip frames, height, width */
std::string clip_text(const Size3 &clip);

/** \brief What is added around a map */
struct Padding {
    Size3 before = {0, 0, 0};
    Size3 after = {0, 0, 0};

    bool symmetric() const { return before == after; }
};

/**
 * \brief TensorFlow's "SAME" padding, computed for every input: outputs = ceil(size / stride), the
 * odd pad at the end (Ballan 2021)
 */
struct SamePadding : Padding {
    SamePadding(const Size3 &size, const Size3 &kernel, const Size3 &stride);
};

/** \brief How a kernel walks over a map */
struct KernelWindow {
    Size3 kernel = {1, 1, 1};
    Size3 stride = {1, 1, 1};
    bool same = false; ///< SamePadding by the size met; else `fixed`
    Padding fixed;

    /** \param size of the whole map */
    Padding padding(const Size3 &size) const;

    /** \return positions of the kernel on a map of \a size with \a padding; 0 where none fits */
    Size3 outputs(const Size3 &size, const Padding &padding) const;
};

} // namespace fovea::nn
