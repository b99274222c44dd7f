// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "fovea/core/image.h"
#include "fovea/video/axis_table.h"
#include "fovea/video/frame_to_tensor.h"
#include "fovea/video/pixel_rect.h"
#include "fovea/video/rgb_rows.h"

namespace fovea {

/**
 * \brief Resizes a part of a frame, one output row after the other
 *
 * Rows are mixed first, whole and in order, then the pixels of the mixed row: the first is what
 * vectorises, and a source row is converted once.
 */
class Resampler
{
public:
    /** \param size of the output, pixels, >= 1 each \param normalisation of values in [0, 1], by channel */
    Resampler(ImageSize size, Interpolation interpolation, const Normalisation &normalisation);

    /** \param frame must outlive the rows \param rect the part of it, in pixels, inside the frame */
    void start(const FrameView &frame, const PixelRect &rect);

    /** \brief Write output row \a y; rows are asked for from the top down.
     * \param out size.width floats each for red, green and blue */
    void row(int y, const std::array<float *, 3> &out);

private:
    struct SourceRow {
        int index = -1;
        const std::uint8_t *pixels = nullptr; ///< in buffer or in the frame
        std::vector<std::uint8_t> buffer;
    };

    const std::uint8_t *fill(SourceRow &row, int index);
    void mix_rows(int y);

    ImageSize size_;
    Interpolation interpolation_;
    Normalisation normalisation_; ///< of bytes: the division by 255 is in its scale
    RgbRows rows_;
    AxisTable horizontal_;
    AxisTable vertical_;
    // Rows of RGBx pixels, from here on:
    std::array<SourceRow, 2> cache_; ///< the source rows last mixed: neighbours share them
    std::vector<std::uint16_t> sum_; ///< of rows that weigh the same
    std::vector<float> mixed_;       ///< of the source's width, and one more: see mix_neighbours
};

} // namespace fovea
